// Lists of older proxmark3 clients.
#include "../trace/files.hpp"
#include "parser_property.hpp"
#include "trace/pm3_list.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::reads_or_refuses([&] {
        base::Tick last = 0;
        for (const auto& frame : trace::read_pm3_list({data, size}, "input")) {
            fuzz::require(!frame.bits.empty(), "a frame without bits");
            fuzz::require(frame.start >= last && frame.end > frame.start, "time runs backwards");
            last = frame.end;
        }
    });
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() { return {trace_test::bytes_of(trace_test::Pm3List)}; }
