// Sessions of sigrok.
#include "../trace/files.hpp"
#include "parser_property.hpp"
#include "trace/sigrok.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::reads_or_refuses([&] {
        const auto session = trace::read_sigrok({data, size}, "input");
        fuzz::require(session.sample_rate > 0.0, "no sample rate");
    });
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    base::Bytes volts;
    trace_test::append(volts, 0x3F000000, 4);
    return {trace_test::sigrok({1, 0, 1, 1}),
            trace_test::zip({{"metadata", trace_test::bytes_of("samplerate=1 MHz\nanalog1=A\n")},
                             {"analog-1-1-1", volts}})};
}
