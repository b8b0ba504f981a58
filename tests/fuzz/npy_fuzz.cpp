// Arrays of numpy.
#include <cmath>

#include "../trace/files.hpp"
#include "parser_property.hpp"
#include "trace/npy.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::reads_or_refuses([&] {
        const auto values = trace::read_npy({data, size}, "input");
        fuzz::require(values.size() <= size, "more numbers than bytes");
        for (const float value : values) fuzz::require(std::isfinite(value), "no number");
    });
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    return {trace_test::npy({0.0, 0.5, -1.0}),
            trace_test::npy_with_header("{'descr': '<i2', 'shape': (2,)}", {1, 0, 0xFF, 0xFF}),
            trace_test::npy_with_header("{'descr': '<f4', 'shape': (1)}", {0, 0, 0x80, 0x7F})};
}
