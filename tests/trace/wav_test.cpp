#include "trace/wav.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/file.hpp"

namespace {

using base::Bytes;

void append(Bytes& file, std::string_view tag) { file.insert(file.end(), tag.begin(), tag.end()); }

void append(Bytes& file, std::uint32_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
        file.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
}

struct Format {
    unsigned code = 1;
    unsigned channels = 1;
    unsigned rate = 10'000'000;
    unsigned bits = 16;
};

/// A file as the RIFF/WAVE description has it: header, a chunk of no interest, format, data.
Bytes wav(const Format& format, const std::vector<std::int16_t>& samples) {
    Bytes file;
    append(file, "RIFF");
    append(file, static_cast<std::uint32_t>(48 + 2 * samples.size()), 4);
    append(file, "WAVE");
    append(file, "LIST");
    append(file, 3, 4);
    append(file, "abc");
    append(file, 0, 1);  // chunks begin at even offsets
    append(file, "fmt ");
    append(file, 16, 4);
    append(file, format.code, 2);
    append(file, format.channels, 2);
    append(file, format.rate, 4);
    append(file, format.rate * format.channels * format.bits / 8, 4);
    append(file, format.channels * format.bits / 8, 2);
    append(file, format.bits, 2);
    append(file, "data");
    append(file, static_cast<std::uint32_t>(2 * samples.size()), 4);
    for (const std::int16_t sample : samples) {
        append(file, static_cast<std::uint16_t>(sample), 2);
    }
    return file;
}

/// What read_wav() says of `file`; empty when it reads it.
std::string complaint(const Bytes& file) {
    try {
        (void)trace::read_wav(file, "a.wav");
    } catch (const base::FileError& error) {
        return error.what();
    }
    return {};
}

TEST(Wav, SamplesAndRateAreRead) {
    const std::vector<std::int16_t> samples{0, 1, -1, 32767, -32768};
    for (const unsigned rate : {8'000U, 3'200'000U, 10'000'000U}) {
        const auto recording = trace::read_wav(wav({1, 1, rate, 16}, samples), "a.wav");
        EXPECT_EQ(recording.sample_rate, rate);
        EXPECT_EQ(recording.samples, samples);
    }
}

TEST(Wav, ErrorNamesFileOffsetAndWhatWasExpected) {
    EXPECT_EQ(complaint(wav({1, 2, 8000, 16}, {})),
              "a.wav: offset 34: expected 1 channel, found 2");
    EXPECT_EQ(complaint(wav({3, 1, 8000, 16}, {})),
              "a.wav: offset 32: expected format 1 (PCM), found 3");
    EXPECT_EQ(complaint(wav({1, 1, 8000, 8}, {})),
              "a.wav: offset 46: expected 16 bits a sample, found 8");
    EXPECT_NE(complaint(wav({1, 1, 0, 16}, {})).find("offset 36: expected a sample rate"),
              std::string::npos);
    EXPECT_EQ(complaint(Bytes(12, 'x')), "a.wav: offset 0: expected RIFF");
}

TEST(Wav, FileCutAnywhereIsRefused) {
    const Bytes whole = wav({}, {1, 2, 3, 4});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_NE(complaint(cut).find("the file ends at"), std::string::npos) << size;
    }
}

TEST(Wav, DataBeforeTheFormatIsRefused) {
    Bytes file;
    append(file, "RIFF");
    append(file, 12, 4);
    append(file, "WAVEdata");
    append(file, 0, 4);
    EXPECT_EQ(complaint(file), "a.wav: offset 12: expected a format chunk before the data");
}

}  // namespace
