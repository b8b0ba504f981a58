// Every kind of recording: what is read, and what a broken file is told.
#include "trace/recorded.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numbers>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "files.hpp"
#include "trace/analyser.hpp"
#include "trace/flipper_signal.hpp"
#include "trace/npy.hpp"
#include "trace/octets.hpp"
#include "trace/pm3_graph.hpp"
#include "trace/sigrok.hpp"

namespace {

using namespace trace_test;
using base::Bytes;

/// What a reader says of a file; empty when it reads it.
std::string complaint(const Bytes& file) {
    try {
        (void)trace::read_recorded(file, "f");
    } catch (const base::FileError& error) {
        return error.what();
    }
    return {};
}

trace::Recording level(const Bytes& file, std::optional<double> rate = std::nullopt) {
    return std::get<trace::Recording>(trace::read_recorded(file, "f", rate));
}

/// A carrier of 13.56 MHz at 100 MS/s, off in the middle third.
Bytes carrier() {
    std::vector<double> values;
    for (int i = 0; i < 3000; ++i) {
        const double on = i >= 1000 && i < 2000 ? 0.01 : 1.0;
        values.push_back(on * std::sin(2.0 * std::numbers::pi * 13.56 / 100.0 * i));
    }
    return npy(values);
}

TEST(Recorded, ContentDecidesTheKind) {
    EXPECT_EQ(level(npy({0.0, 0.5, 1.0})).sample_rate, 1e9);
    EXPECT_EQ(level(sigrok({1, 1, 0, 1})).sample_rate, 10e6);
    EXPECT_EQ(level(bytes_of("-14\n-15\n 12\n")).samples.size(), 6U);
    EXPECT_EQ(level(bytes_of(FlipperSignal)).sample_rate, 16e6);
    EXPECT_TRUE(std::holds_alternative<std::vector<port::AirFrame>>(
        trace::read_recorded(bytes_of(Pm3List), "f")));
    EXPECT_EQ(complaint({}), "f: offset 0: the file is empty");
}

TEST(Recorded, GivenRateReplacesThatOfTheFile) {
    EXPECT_EQ(level(sigrok({1, 1, 0, 1}), 5e6).sample_rate, 5e6);
    EXPECT_EQ(level(npy({0.0, 0.5, 1.0}), 2e6).sample_rate, 2e6);
}

TEST(Recorded, CarrierTellsItsRateAndBecomesAnEnvelope) {
    const trace::Recording recording = level(carrier());
    // Every sample is kept: 100 MS/s is less than twice four times the carrier.
    EXPECT_NEAR(recording.sample_rate, 100e6, 1e6);
    ASSERT_EQ(recording.samples.size(), 3000U);
    EXPECT_GT(recording.samples[500], 30'000);
    EXPECT_LT(recording.samples[1500], 1'000);
    EXPECT_GT(recording.samples[2500], 30'000);
}

TEST(Recorded, CarrierNeedsTwiceItsRate) {
    try {
        (void)trace::read_recorded(carrier(), "f", 20e6);
        FAIL();
    } catch (const base::FileError& error) {
        EXPECT_STREQ(error.what(), "f: sample rate: 20000000 a second is too low for a carrier");
    }
}

TEST(Recorded, DetectorOfTheOtherSignIsTurnedOver) {
    const trace::Recording recording = level(npy({-1.0, -1.0, 0.0, -1.0}));
    EXPECT_EQ(recording.samples, (std::vector<std::int16_t>{32'000, 32'000, 0, 32'000}));
}

TEST(Recorded, LogicThatIsLowMostOfTheTimeIsTurnedOver) {
    const trace::Recording recording = level(sigrok({0, 0, 0, 1, 0}));
    EXPECT_EQ(recording.samples, (std::vector<std::int16_t>{32'000, 32'000, 32'000, 0, 32'000}));
}

TEST(Npy, OtherNumbersAreRead) {
    EXPECT_EQ(trace::read_npy(
                  npy_with_header("{'descr': '<i2', 'shape': (2,)}", {1, 0, 0xFF, 0xFF}), "f"),
              (std::vector<float>{1.0F, -1.0F}));
    EXPECT_EQ(trace::read_npy(npy_with_header("{'descr': '|u1', 'shape': (2,)}", {1, 0xFF}), "f"),
              (std::vector<float>{1.0F, 255.0F}));
}

TEST(Npy, ErrorNamesFileOffsetAndWhatWasExpected) {
    Bytes cut = npy({1.0, 2.0});
    cut.pop_back();
    EXPECT_NE(complaint(cut).find("expected 2 numbers of 8 bytes, 15 bytes are left"),
              std::string::npos)
        << complaint(cut);
    EXPECT_NE(complaint(npy_with_header("{'descr': '<c8', 'shape': (1,)}", Bytes(8)))
                  .find("f: offset 10: expected 'descr' of"),
              std::string::npos);
    EXPECT_EQ(complaint(npy_with_header("{'descr': '<f8', 'shape': (1, 2)}", Bytes(16))),
              "f: offset 10: expected 'shape' of one dimension");
    for (std::size_t size = 6; size < 60; ++size) {
        const Bytes whole = npy({1.0});
        EXPECT_NE(
            complaint(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "")
            << size;
    }
}

TEST(Sigrok, SeveralChannelsAreRefused) {
    EXPECT_EQ(complaint(sigrok({1, 0}, "probe2=TX\n")),
              "f: metadata: expected one channel, the envelope; found 2");
}

TEST(Sigrok, AnalogChannelIsRead) {
    Bytes samples;
    append(samples, std::bit_cast<std::uint32_t>(0.5F), 4);
    append(samples, std::bit_cast<std::uint32_t>(1.0F), 4);
    const auto session =
        trace::read_sigrok(zip({{"metadata", bytes_of("[device 1]\nsamplerate=1 MHz\nanalog1=A\n")},
                                {"analog-1-1-1", samples}}),
                           "f");
    EXPECT_FALSE(session.logic);
    EXPECT_EQ(session.sample_rate, 1e6);
    EXPECT_EQ(session.samples, (std::vector<float>{0.5F, 1.0F}));
}

TEST(Sigrok, ErrorNamesFileEntryAndWhatWasExpected) {
    EXPECT_EQ(complaint(zip({{"version", bytes_of("2")}})),
              "f: metadata: expected this entry: no session of sigrok");
    EXPECT_EQ(complaint(zip({{"metadata", bytes_of("samplerate=fast\nprobe1=0\n")}})),
              "f: metadata, line 1: expected a sample rate, found fast");
    EXPECT_EQ(complaint(zip({{"metadata", bytes_of("samplerate=1 MHz\nprobe1=0\n")}})),
              "f: logic-1: expected samples in this entry");
    const Bytes whole = sigrok({1, 0, 1});
    EXPECT_NE(complaint(Bytes(whole.begin(), whole.end() - 10)).find("f: offset 0: expected a zip"),
              std::string::npos);
}

TEST(Pm3Graph, LineThatIsNoNumberIsNamed) {
    EXPECT_EQ(complaint(bytes_of("1\n2\n3-\n")), "f: line 3: expected a whole number up to 32767");
    EXPECT_EQ(complaint(bytes_of("\n\n")), "f: line 1: expected a whole number");
}

// A step down shows as a spike that dies away, one up as its mirror image; the subcarrier
// alternates.
TEST(Pm3Graph, LevelGoesDownAndUpWithTheSpikes) {
    std::vector<int> samples(20, -15);
    samples.insert(samples.end(), {-127, -127, -127, -90, -60, -40, -25});
    samples.insert(samples.end(), 20, -15);
    samples.insert(samples.end(), {127, 127, 127, 80, 40, 10});
    samples.insert(samples.end(), 20, -15);
    const trace::Recording recording = trace::restore_level(samples, 1e6);
    EXPECT_EQ(recording.sample_rate, 2e6);
    const auto at = [&recording](std::size_t sample) { return recording.samples[2 * sample]; };
    const int high = at(10);
    EXPECT_LT(at(20), high * 9 / 10);
    EXPECT_EQ(at(40), at(20));
    EXPECT_EQ(at(47), high);
    EXPECT_EQ(at(70), high);
}

TEST(FlipperSignalFile, RunsBecomeLevels) {
    const trace::Recording recording = level(bytes_of(FlipperSignal));
    // 20000 ticks of silence, runs of 38 + 38 + 37 + 340 ticks, silence again; 4 ticks a sample.
    EXPECT_EQ(recording.samples.size(), (20'000U + 453U + 20'000U + 3U) / 4U);
    EXPECT_GT(recording.samples[4999], recording.samples[5001]);
    EXPECT_EQ(recording.samples[5011], recording.samples[4999]);
}

TEST(FlipperSignalFile, ErrorNamesTheLine) {
    EXPECT_EQ(complaint(bytes_of("Filetype: Flipper NFC test\nTimings: 37 x\n")),
              "f: line 2: run 1: expected a number up to 1000000");
    EXPECT_EQ(complaint(bytes_of("Filetype: Flipper NFC test\nTimings length: 3\nTimings: 1 2\n")),
              "f: line 3: expected 3 runs, found 2");
    EXPECT_EQ(complaint(bytes_of("Filetype: Flipper NFC test\n")),
              "f: line 1: expected \"Timings:\"");
}

TEST(Pm3List, FramesAndParityAreRead) {
    const auto frames =
        std::get<std::vector<port::AirFrame>>(trace::read_recorded(bytes_of(Pm3List), "f"));
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[0].bits.size(), 7U);
    EXPECT_EQ(frames[1].source, port::AirFrame::Source::Picc);
    EXPECT_EQ(frames[1].start - frames[0].end, 1024U);
    const auto octets = trace::octets_of(frames[2]);
    EXPECT_EQ(base::to_hex(octets.data), "A1E458CE6EEA41E0");
    EXPECT_FALSE(octets.parity_wrong(0));
    EXPECT_TRUE(octets.parity_wrong(1));
}

TEST(Pm3List, LineThatIsNoneIsNamed) {
    EXPECT_EQ(complaint(bytes_of("# x\n + 64: 2 : TAG 04\n")),
              "f: line 2: expected 2 bytes, found 1");
    EXPECT_EQ(complaint(bytes_of("hello\n")), "f: line 1: expected \"+ pause: bytes: [TAG] data\"");
}

// The README of the collection: UID 9c599b32, one authentication, three nested ones, twelve reads;
// all CRCs hold with the key FF x 6.
TEST(Pm3List, RecordedSessionDecryptsToTheLastBit) {
    const char* const folder = std::getenv("CARTOUCHE_DATA");
    if (folder == nullptr) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    const auto file =
        base::read_file(std::string{folder} + "/traces_text/mfc_9c599b32_keyFF_nested.txt", 65'536);
    trace::Analyser analyser{{base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}}};
    unsigned nonces = 0;
    unsigned reads = 0;
    const auto frames = std::get<std::vector<port::AirFrame>>(trace::read_recorded(file, "f"));
    for (const auto& frame : frames) {
        const trace::Item item = analyser.frame(frame);
        if (!item.plain) continue;
        EXPECT_FALSE(item.plain->octets.any_parity_wrong());
        EXPECT_NE(item.plain->crc, trace::Crc::Bad);
        if (item.key) ++nonces;
        if (item.plain->octets.data.size() == 18) ++reads;
    }
    EXPECT_EQ(nonces, 4U);
    EXPECT_EQ(reads, 12U);
}

}  // namespace
