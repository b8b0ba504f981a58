// Trace files of proxmark3.
#include <string_view>

#include "base/file.hpp"
#include "fuzz.hpp"
#include "trace/pm3_trace.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto frames = trace::read_pm3_trace({data, size}, "input");
        const base::Bytes written = trace::write_pm3_trace(frames);
        fuzz::require(trace::read_pm3_trace(written, "again").size() == frames.size(),
                      "written and read differ");
    } catch (const base::FileError& error) {
        const std::string_view text = error.what();
        fuzz::require(text.starts_with("input: "), "the error does not begin with the file");
        fuzz::require(text.find('\n') == std::string_view::npos, "the error is more than one line");
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    // Request 93 20 and the UID with its check byte, as session B of the sheet has them; then as a
    // trace.
    port::AirFrame request;
    request.bits = {1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0};
    request.start = 1'000;
    request.end = 4'000;
    return {trace::write_pm3_trace({request}), trace::write_pm3_trace({request, request, request})};
}
