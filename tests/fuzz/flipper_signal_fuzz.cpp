// Flipper test signals.
#include "../trace/files.hpp"
#include "parser_property.hpp"
#include "trace/flipper_signal.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::reads_or_refuses([&] {
        const auto recording = trace::read_flipper_signal({data, size}, "input");
        fuzz::require(recording.samples.size() > 10'000, "no silence around the signal");
    });
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() { return {trace_test::bytes_of(trace_test::FlipperSignal)}; }
