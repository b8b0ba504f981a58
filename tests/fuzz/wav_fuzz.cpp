// Recordings, .wav.
#include <string_view>

#include "base/file.hpp"
#include "fuzz.hpp"
#include "trace/wav.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const trace::Recording recording = trace::read_wav({data, size}, "input");
        fuzz::require(recording.sample_rate != 0, "no sample rate");
        fuzz::require(recording.samples.size() <= size / 2, "more samples than bytes");
    } catch (const base::FileError& error) {
        const std::string_view text = error.what();
        fuzz::require(text.starts_with("input: "), "the error does not begin with the file");
        fuzz::require(text.find('\n') == std::string_view::npos, "the error is more than one line");
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    // RIFF header, format chunk (PCM, mono, 10 MHz, 16 bits), a chunk to skip, four samples.
    const base::Bytes plain{'R',  'I', 'F', 'F',  0x38, 0,   0,   0,   'W',  'A',  'V', 'E',  'f',
                            'm',  't', ' ', 16,   0,    0,   0,   1,   0,    1,    0,   0x80, 0x96,
                            0x98, 0,   0,   0x2D, 0x31, 1,   2,   0,   16,   0,    'L', 'I',  'S',
                            'T',  4,   0,   0,    0,    'a', 'b', 'c', 'd',  'd',  'a', 't',  'a',
                            8,    0,   0,   0,    1,    0,   2,   0,   0xFF, 0x7F, 0,   0x80};
    return {plain, base::Bytes(plain.begin(), plain.begin() + 36)};
}
