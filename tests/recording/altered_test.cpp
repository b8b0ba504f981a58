// Recordings as others might have made them: another sample rate, gain or sign, a weaker receiver.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "recordings.hpp"
#include "trace/carrier.hpp"

namespace {

using namespace recording_test;

constexpr unsigned Seed = 7;

/// The same signal at another sample rate, on straight lines between samples.
trace::Recording resampled(const trace::Recording& from, double rate) {
    trace::Recording made;
    made.sample_rate = rate;
    const double step = from.sample_rate / rate;
    const auto last = static_cast<double>(from.samples.size() - 1);
    for (double at = 0.0; at < last; at += step) {
        const auto before = static_cast<std::size_t>(at);
        const double share = at - static_cast<double>(before);
        made.samples.push_back(static_cast<std::int16_t>(from.samples[before] * (1.0 - share) +
                                                         from.samples[before + 1] * share));
    }
    return made;
}

/// Gaussian noise of `share` of the level that most samples have.
trace::Recording noisy(const trace::Recording& from, double share) {
    auto sorted = from.samples;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    std::mt19937 random{Seed};
    std::normal_distribution<double> noise{0.0, share * *middle};
    trace::Recording made = from;
    for (std::int16_t& sample : made.samples)
        sample = static_cast<std::int16_t>(std::clamp(sample + noise(random), -32'768.0, 32'767.0));
    return made;
}

trace::Recording scaled(const trace::Recording& from, double gain) {
    trace::Recording made = from;
    for (std::int16_t& sample : made.samples) sample = static_cast<std::int16_t>(gain * sample);
    return made;
}

/// What a detector of the other sign gives, as its reader puts it right.
trace::Recording turned_over(const trace::Recording& from) {
    std::vector<float> samples;
    for (const std::int16_t sample : from.samples) samples.push_back(-static_cast<float>(sample));
    return trace::envelope(samples, from.sample_rate);
}

/// Type A at both rates and with deep fades, type B with deep modulation.
class Altered : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (data().empty()) GTEST_SKIP() << "no recordings: set CARTOUCHE_DATA";
    }
    void expect_same(const trace::Recording& altered) const {
        expect_annotated(frames(heard(altered)), annotated(GetParam()));
    }
};

TEST_P(Altered, AnotherSampleRateChangesNothing) {
    const auto original = recording(GetParam());
    for (const double rate : {6.0e6, 13.7e6, 20.0e6}) {
        SCOPED_TRACE(rate);
        expect_same(resampled(original, rate));
    }
}

TEST_P(Altered, GainChangesNothing) { expect_same(scaled(recording(GetParam()), 0.25)); }

TEST_P(Altered, SomeNoiseChangesNothing) {
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    expect_same(noisy(recording(GetParam()), 0.003));
}

INSTANTIATE_TEST_SUITE_P(Recordings, Altered,
                         testing::Values("rf_nfclab/test_NFC-A_106kbps_001.wav",
                                         "rf_nfclab/test_NFC-A_424kbps_002_part1.wav",
                                         "rf_nfclab/test_NFC-B_106kbps_001.wav"),
                         [](const auto& test) {
                             std::string name = test.param;
                             name = name.substr(name.find("NFC-") + 4);
                             name = name.substr(0, name.find('.'));
                             name.erase(1, 1);
                             name.erase(std::remove(name.begin(), name.end(), '_'), name.end());
                             return name;
                         });

class AlteredBySmallThings : public testing::Test {};

TEST_F(AlteredBySmallThings, SignChangesNothing) {
    if (data().empty()) GTEST_SKIP() << "no recordings: set CARTOUCHE_DATA";
    for (const char* const path :
         {"rf_nfclab/test_NFC-A_106kbps_001.wav", "rf_nfclab/test_NFC-B_106kbps_001.wav"}) {
        SCOPED_TRACE(path);
        expect_annotated(frames(heard(turned_over(recording(path)))), annotated(path));
    }
}

// Fewer samples leave ripples in front of an answer that look like its beginning. As in
// FRAME_A_24_PublicRecordingsAreReadBitForBit the WUPB is not annotated.
TEST_F(AlteredBySmallThings, FewSamplesLoseNoAnswer) {
    if (data().empty()) GTEST_SKIP() << "no recordings: set CARTOUCHE_DATA";
    const std::string path = "rf_nfclab/test_NFC-A_106kbps_003.wav";
    for (const double rate : {4.5e6, 5.0e6}) {
        SCOPED_TRACE(rate);
        expect_annotated(frames(heard(resampled(recording(path), rate))), annotated(path),
                         {"05 00 08 39 73"});
    }
}

// A drift of 101 ppm is the largest that was measured; twice as much must not matter.
TEST_F(AlteredBySmallThings, ClockOf200PpmChangesNothing) {
    if (data().empty()) GTEST_SKIP() << "no recordings: set CARTOUCHE_DATA";
    const std::string path = "rf_nfclab/test_NFC-A_424kbps_002_part1.wav";
    for (const double ppm : {-200.0, 200.0}) {
        SCOPED_TRACE(ppm);
        auto altered = recording(path);
        altered.sample_rate *= 1.0 + ppm * 1e-6;
        auto expected = annotated(path);
        for (Annotated& frame : expected) frame.start_us /= 1.0 + ppm * 1e-6;
        expect_annotated(frames(heard(altered)), expected);
    }
}

}  // namespace
