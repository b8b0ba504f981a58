// Recordings of any kind: the content decides; carriers are demodulated.
#include "../trace/files.hpp"
#include "parser_property.hpp"
#include "trace/recorded.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::reads_or_refuses([&] {
        const auto recorded = trace::read_recorded({data, size}, "input");
        const auto* const recording = std::get_if<trace::Recording>(&recorded);
        fuzz::require(recording == nullptr || recording->sample_rate > 0.0, "no sample rate");
    });
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    std::vector<double> carrier;
    for (int i = 0; i < 600; ++i) carrier.push_back(i / 3 % 2 == 0 ? 1.0 : -1.0);
    return {trace_test::npy(carrier), trace_test::sigrok({1, 0, 1, 1}),
            trace_test::bytes_of("-15\n12\n"), trace_test::bytes_of(trace_test::Pm3List),
            trace_test::bytes_of(trace_test::FlipperSignal)};
}
