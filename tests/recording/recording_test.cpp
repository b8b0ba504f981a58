// Public recordings through the RTL receivers, against an independent decode of them.
#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "recordings.hpp"
#include "trace/octets.hpp"

namespace {

using namespace recording_test;

class Recordings : public testing::Test {
protected:
    void SetUp() override {
        if (data().empty()) GTEST_SKIP() << "no recordings: set CARTOUCHE_DATA";
    }

    /// All frames of a recording that has annotations.
    static void expect_all(const std::string& path, const std::vector<std::string>& more = {}) {
        SCOPED_TRACE(path);
        expect_annotated(frames(heard(recording(path))), annotated(path), more);
    }
};

class Frame : public Recordings {};
class Rates : public Recordings {};
class TypeBRecordings : public Recordings {};
class Captures : public Recordings {};

// 03 has a WUPB that its annotations leave out (type A alone); its bytes and CRC_B are those of the
// sheet.
TEST_F(Frame, FRAME_A_24_PublicRecordingsAreReadBitForBit) {
    expect_all("rf_nfclab/test_NFC-A_106kbps_001.wav");
    expect_all("rf_nfclab/test_NFC-A_106kbps_003.wav", {"05 00 08 39 73"});
}

TEST_F(Frame, FRAME_A_24_ReaderThatPollsForEverythingIsReadBitForBit) {
    expect_all("rf_nfclab/test_POLL_ABF_001.wav");
}

TEST_F(Frame, FRAME_A_25_FeliCaAndIso15693AreForeign) {
    struct Case {
        std::string path;
        std::size_t bursts;                 // as many as frames in the recording's JSON
        std::vector<std::size_t> of_15693;  // which of them a reader sent in ISO/IEC 15693
    };
    // test_NFC-F: a reader polls for FeliCa, once for ISO/IEC 15693. test_NFC-V: reader and card in
    // turn.
    for (const Case& each :
         {Case{"rf_nfclab/test_NFC-F_212kbps_001.wav", 7, {2}},
          Case{"rf_nfclab/test_NFC-V_26kbps_001.wav", 12, {0, 2, 4, 6, 8, 10}}}) {
        SCOPED_TRACE(each.path);
        const auto events = heard(recording(each.path));
        EXPECT_EQ(frames(events).size(), 0U);
        const auto bursts = foreign(events);
        EXPECT_EQ(bursts.size(), each.bursts);
        for (const std::size_t index : each.of_15693) {
            ASSERT_LT(index, bursts.size());
            EXPECT_EQ(bursts[index].kind, trace::Foreign::Kind::Iso15693) << index;
        }
    }
}

TEST_F(Recordings, FeliCaIsToldFromOtherForeignTraffic) {
    const auto bursts = foreign(heard(recording("rf_nfclab/test_NFC-F_212kbps_001.wav")));
    ASSERT_EQ(bursts.size(), 7U);
    for (const std::size_t index : {0U, 1U, 3U, 4U, 5U, 6U})
        EXPECT_EQ(bursts[index].kind, trace::Foreign::Kind::Felica) << index;
    // Start and end as nfc-laboratory has them: 3998.1 and 4602.3 us.
    EXPECT_NEAR(static_cast<double>(bursts[0].start) / 13.56, 3998.1, 10.0);
    EXPECT_NEAR(static_cast<double>(bursts[0].end) / 13.56, 4602.3, 10.0);
}

TEST_F(Rates, RATE_12_RecordingAt212KbitIsReadBitForBit) {
    expect_all("rf_nfclab/test_NFC-A_106kbps_212kbps_001.wav");
}

TEST_F(Rates, RATE_12_RecordingAt424KbitIsReadBitForBit) {
    expect_all("rf_nfclab/test_NFC-A_424kbps_002_part1.wav");
}

TEST_F(TypeBRecordings, DeepModulationIsReadByteForByte) {
    expect_all("rf_nfclab/test_NFC-B_106kbps_001.wav");
}

TEST_F(TypeBRecordings, AcCoupledSniffIsReadByteForByte) {
    expect_all("rf_pm3_b/hf_sniff_14b_scl3711.pm3");
}

// The reader's 06 00 (INITIATE of an SRI512) is in the file's name, not in its annotations; 97 5B
// is its CRC_B.
TEST_F(TypeBRecordings, OneOfTwoCardsThatCollideIsRead) {
    expect_all("rf_pm3_b/hf_14b_raw_0600_st_sri512_collision.pm3", {"06 00 97 5B"});
}

/// 93 20 of the README, its first pause at `start_us`.
void expect_anticollision(const port::AirFrame& frame, double start_us) {
    const auto octets = trace::octets_of(frame);
    EXPECT_EQ(frame.source, port::AirFrame::Source::Pcd);
    EXPECT_EQ(base::to_hex(octets.data, " "), "93 20");
    EXPECT_EQ(frame.rate, port::BitRate::Fc128);
    EXPECT_FALSE(octets.any_parity_wrong());
    EXPECT_NEAR(static_cast<double>(frame.start) / 13.56, start_us, 2.0);
}

// 45.5 us: where the author's own one-bit version has the first pause (45502 samples of 1 ns).
TEST_F(Captures, CarrierAndEnvelopeOfAnOscilloscopeAreRead) {
    for (const char* const path :
         {"rf_carrier/mfrc522-1gs-baseband.npy", "rf_carrier/mfrc522-1gs-demod-lowpassed.npy"}) {
        SCOPED_TRACE(path);
        const auto found = frames(heard(recording(path)));
        ASSERT_EQ(found.size(), 1U);
        expect_anticollision(found[0], 45.5);
    }
}

TEST_F(Captures, OneBitOfALogicAnalyserIsRead) {
    // The same capture twice in a row.
    const auto found = frames(heard(recording("rf_carrier/mfrc522-1gs.sr")));
    ASSERT_EQ(found.size(), 2U);
    expect_anticollision(found[0], 45.502);
    expect_anticollision(found[1], 45.502 + 280.0);
}

TEST_F(Captures, LoadModulationOfFlipperIsRead) {
    const auto found = frames(heard(recording("picc_waveform/nfc_nfca_signal_long.nfc")));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].source, port::AirFrame::Source::Picc);
    EXPECT_EQ(base::to_hex(trace::octets_of(found[0]).data, " "),
              "F1 99 41 43 A1 2F 23 01 DE F3 C5 8D 91 4B 1E 50 4A C9");
}

}  // namespace
