// Recorded answers of real cards (tests/recording), heard by the whole reader after a frame of its
// own: bytes, parity and start as others found them, however strong the field is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/hex.hpp"
#include "bench.hpp"
#include "driver/pcd_driver.hpp"
#include "recording/resampler.hpp"
#include "recordings.hpp"

namespace {

using base::Tick;
using port::AirFrame;
using recording_test::Annotated;

constexpr Tick Before = 900;  // of each answer: less than any frame delay
constexpr Tick TimeOut = 4096;
constexpr Tick Tolerance = 27;  // 2 us

struct Case {
    const char* name;
    const char* path;
    double weakest;      ///< gain at which its load modulation is still heard (0.6 % of full scale)
    bool fades = false;  ///< to a tenth within an answer: there bits may collide
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

Tick tick_of(const Annotated& frame) {
    return static_cast<Tick>(std::llround(frame.start_us * 1e-6 * base::CarrierHz));
}

/// The first `size` bytes in hex, collided bits as ones.
std::string known(base::Bytes data, const base::Bytes& collisions, std::size_t size) {
    data.resize(std::min(data.size(), size));
    for (std::size_t i = 0; i < std::min(data.size(), collisions.size()); ++i)
        data[i] = static_cast<std::uint8_t>(data[i] | collisions[i]);
    return base::to_hex(data, " ");
}

class RecordedAnswers : public testing::TestWithParam<Case> {
protected:
    void SetUp() override {
        if (recording_test::data().empty()) GTEST_SKIP() << "no recordings: set CARTOUCHE_DATA";
    }

    static void expect_heard(const Annotated& frame, const std::vector<std::uint16_t>& levels) {
        SCOPED_TRACE(testing::Message() << "frame at " << frame.start_us << " us");
        bench::Bench bench;
        driver::PcdDriver driver{bench};
        driver.field(true, 1000);
        bench.card([&](const bench::SentFrame& sent) {
            return bench::Reply{.start = sent.end, .levels = levels};
        });
        const auto answer = driver.exchange({.data = {0x50, 0x00},
                                             .start = 6000,
                                             .timeout = TimeOut,
                                             .technology = frame.technology,
                                             .rx_rate = frame.rate});
        const bool sound =
            std::all_of(frame.parity_ok.begin(), frame.parity_ok.end(), [](bool ok) { return ok; });
        EXPECT_NEAR(static_cast<double>(answer.rx_start - answer.tx_end), Before, Tolerance);
        EXPECT_EQ(bench.check_failures(), 0);
        // Where a card fades both halves of a bit may look alike. So may what is left of its last.
        const std::size_t size = answer.errors.collision
                                     ? frame.data.size()
                                     : std::max(frame.data.size(), answer.data.size());
        EXPECT_EQ(known(answer.data, answer.collisions, size),
                  known(frame.data, answer.collisions, size));
        if (answer.errors.collision && GetParam().fades) return;
        EXPECT_EQ(answer.last_bits, frame.bits % 8);
        // The annotations judge odd parity alone; above fc/128 the last byte's is even.
        if (frame.rate == port::BitRate::Fc128) {
            EXPECT_EQ(answer.errors.parity, !sound);
        }
        EXPECT_FALSE(answer.errors.collision || answer.errors.framing);
    }
};

TEST_P(RecordedAnswers, AreHeardAtEveryGain) {
    const auto recording = recording_test::recording(GetParam().path);
    const tb::Resampler resampler{recording.samples, recording.sample_rate};
    const auto frames = recording_test::annotated(GetParam().path);
    std::size_t heard = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (frames[i].source != AirFrame::Source::Picc) continue;
        const Tick start = tick_of(frames[i]);
        const Tick end = i + 1 < frames.size() ? tick_of(frames[i + 1]) - Before : start + 60'000;
        for (const double gain : {1.0, 0.61, 0.23}) {
            if (gain < GetParam().weakest) break;
            SCOPED_TRACE(gain);
            std::vector<std::uint16_t> levels;
            for (Tick tick = start - Before; tick < end; ++tick)
                levels.push_back(static_cast<std::uint16_t>(gain * resampler.level(tick)));
            expect_heard(frames[i], levels);
        }
        ++heard;
    }
    EXPECT_GT(heard, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Recordings, RecordedAnswers,
    testing::Values(Case{"A106", "rf_nfclab/test_NFC-A_106kbps_001.wav", 1.0, true},
                    Case{"A106Classic", "rf_nfclab/test_NFC-A_106kbps_003.wav", 0.2},
                    Case{"A212", "rf_nfclab/test_NFC-A_106kbps_212kbps_001.wav", 0.5},
                    Case{"A424", "rf_nfclab/test_NFC-A_424kbps_002_part1.wav", 0.2},
                    Case{"B106", "rf_nfclab/test_NFC-B_106kbps_001.wav", 0.2},
                    Case{"B106Sniffed", "rf_pm3_b/hf_sniff_14b_scl3711.pm3", 0.2}),
    [](const auto& test) { return test.param.name; });

}  // namespace
