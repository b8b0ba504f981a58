// Public recordings through the RTL receivers, against an independent decode of them.
// The recordings are in $CARTOUCHE_DATA/rf_nfclab (default ../shared/data/rf_nfclab).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "recording/recording_decoder.hpp"
#include "trace/octets.hpp"
#include "trace/wav.hpp"

namespace {

using Source = port::AirFrame::Source;

std::filesystem::path recordings() {
    const char* const data = std::getenv("CARTOUCHE_DATA");
    return std::filesystem::path{data != nullptr ? data : "../shared/data"} / "rf_nfclab";
}

/// One frame of the independent decode.
struct Annotated {
    Source source = Source::Pcd;
    double start_us = 0.0;
    base::Bytes data{};
    std::size_t bits = 0;           ///< without parity
    std::vector<bool> parity_ok{};  ///< of each byte
};

/// The frames of type A at 106 kbit/s.
std::vector<Annotated> annotated(const std::filesystem::path& wav) {
    auto path = wav;
    path.replace_extension(".indep.json");
    std::ifstream file{path};
    const auto json = nlohmann::json::parse(file);
    const double rate = json.at("sample_rate").get<double>();
    std::vector<Annotated> frames;
    for (const auto& entry : json.at("frames")) {
        if (entry.at("tech") != "A" || entry.at("rate") != "fc/128") {
            continue;
        }
        Annotated frame;
        frame.source = entry.at("dir") == "PCD" ? Source::Pcd : Source::Picc;
        frame.start_us = entry.at("start").get<double>() / rate * 1e6;
        frame.data = base::from_hex(entry.at("data").get<std::string>()).value();
        frame.bits = entry.value("bits", 8 * frame.data.size());
        for (const auto& parity : entry.at("parity_ok")) {
            frame.parity_ok.push_back(parity.get<int>() != 0);
        }
        frames.push_back(frame);
    }
    return frames;
}

std::vector<tb::RecordedFrame> decoded(const std::filesystem::path& wav) {
    const auto recording = trace::read_wav(base::read_file(wav, trace::WavLimit), wav.string());
    return tb::RecordingDecoder::decode(recording.samples, recording.sample_rate);
}

class Recordings : public testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(recordings())) {
            GTEST_SKIP() << "no recordings in " << recordings() << ": set CARTOUCHE_DATA";
        }
    }
};

/// Every annotated frame with equal bytes and parity marks at its time, and no other frame.
void expect_equal(const std::string& name) {
    SCOPED_TRACE(name);
    const auto path = recordings() / (name + ".wav");
    const auto expected = annotated(path);
    const auto heard = decoded(path);
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(heard.size(), expected.size());
    for (std::size_t i = 0; i < std::min(heard.size(), expected.size()); ++i) {
        SCOPED_TRACE(testing::Message()
                     << "frame " << i << " at " << expected[i].start_us << " us");
        const auto octets = trace::to_octets(heard[i].bits);
        EXPECT_EQ(heard[i].source, expected[i].source);
        EXPECT_EQ(base::to_hex(octets.data, " "), base::to_hex(expected[i].data, " "));
        EXPECT_EQ(heard[i].bits.size() - octets.parity.size(), expected[i].bits);
        EXPECT_EQ(octets.parity.size(), expected[i].parity_ok.size());
        for (std::size_t byte = 0; byte < expected[i].parity_ok.size(); ++byte) {
            EXPECT_EQ(!octets.parity_wrong(byte), expected[i].parity_ok[byte]) << "byte " << byte;
        }
        EXPECT_NEAR(heard[i].start_us, expected[i].start_us, 2.0);
        EXPECT_GT(heard[i].end_us, heard[i].start_us);
    }
}

class Frame : public Recordings {};

TEST_F(Frame, FRAME_A_24_PublicRecordingsAreReadBitForBit) {
    expect_equal("test_NFC-A_106kbps_001");
    expect_equal("test_NFC-A_106kbps_003");
    expect_equal("test_NFC-A_106kbps_212kbps_001");
    expect_equal("test_POLL_ABF_001");
}

TEST_F(Frame, FRAME_A_25_FeliCaAndIso15693AreNotTakenForTypeA) {
    for (const char* const name : {"test_NFC-F_212kbps_001.wav", "test_NFC-V_26kbps_001.wav"}) {
        SCOPED_TRACE(name);
        EXPECT_EQ(decoded(recordings() / name).size(), 0U);
    }
}

TEST_F(Recordings, TypeBIsNotTakenForTypeA) {
    EXPECT_EQ(decoded(recordings() / "test_NFC-B_106kbps_001.wav").size(), 0U);
}

}  // namespace
