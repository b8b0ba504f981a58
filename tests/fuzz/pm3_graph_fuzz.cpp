// Graph buffers of proxmark3, and the level made of them.
#include "../trace/files.hpp"
#include "parser_property.hpp"
#include "trace/pm3_graph.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::reads_or_refuses([&] {
        const auto samples = trace::read_pm3_graph({data, size}, "input");
        const auto recording = trace::restore_level(samples, trace::Pm3SampleRate);
        fuzz::require(recording.samples.size() == 2 * samples.size(), "samples are missing");
        for (const auto level : recording.samples) fuzz::require(level >= 0, "below no field");
    });
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    return {trace_test::bytes_of("-15\n-15\n-127\n-127\n-127\n-90\n-60\n-15\n127\n127\n127\n60\n"),
            trace_test::bytes_of(" 1\r\n\n32767\n-32767")};
}
