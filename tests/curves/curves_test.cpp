// Robustness curves with few frames: they fall, the ideal receiver is where theory has it, and the
// RTL not further from it than docs/numbers.md says.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "curves/report.hpp"

namespace {

using namespace curves;
using port::BitRate;
using port::Technology;

constexpr std::uint32_t Seed = 2026;

Point at_snr(const Link& link, double snr_db, unsigned frames) {
    Conditions conditions;
    conditions.depth = usual_depth(link);
    conditions.noise = noise_for(link, conditions.depth, snr_db);
    return measure(link, conditions, Seed, {frames, frames});
}

struct Case {
    const char* name;
    Link link;
    double ideal;  ///< dB at which the ideal receiver gets one frame in ten wrong
    double rtl;    ///< dB at which the RTL still gets fewer than 15 in a hundred wrong
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

// `ideal`: one bit in 1500 wrong is Q(3.2), 10.1 dB. Manchester 6.0 dB more, a pause of P ticks
// 10 log (T / P); what the antenna takes from a subcarrier is 1.9 dB.
class NoiseCurve : public testing::TestWithParam<Case> {};

TEST_P(NoiseCurve, FallsAndIsAsNearToTheIdealReceiverAsItWas) {
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    const auto& [name, link, ideal, rtl] = GetParam();
    const Point low = at_snr(link, ideal - 4, 30);
    EXPECT_GT(low.ideal(), 0.6);
    EXPECT_EQ(low.rtl(), 1);
    const Point middle = at_snr(link, ideal, 100);
    EXPECT_LT(middle.ideal(), 0.3);
    EXPECT_GT(middle.ideal(), 0.01);
    EXPECT_GE(middle.rtl(), middle.ideal());
    const Point high = at_snr(link, rtl, 100);
    EXPECT_LT(high.rtl(), 0.15);
    EXPECT_EQ(high.ideal_wrong, 0U);
    const Point higher = at_snr(link, rtl + 4, 60);
    EXPECT_LE(higher.rtl(), high.rtl());
    EXPECT_LT(higher.rtl(), 0.05);
}

Link link(Receiver receiver, Technology technology, BitRate rate) {
    return {receiver, technology, rate};
}

INSTANTIATE_TEST_SUITE_P(
    Links, NoiseCurve,
    testing::Values(
        Case{"CardA106", link(Receiver::Card, Technology::A, BitRate::Fc128), 18, 20},
        Case{"CardA848", link(Receiver::Card, Technology::A, BitRate::Fc16), 18, 22.5},
        Case{"CardB106", link(Receiver::Card, Technology::B, BitRate::Fc128), 10.1, 13},
        Case{"CardB848", link(Receiver::Card, Technology::B, BitRate::Fc16), 10.5, 13},
        Case{"ReaderA106", link(Receiver::Reader, Technology::A, BitRate::Fc128), 18, 22},
        Case{"ReaderA848", link(Receiver::Reader, Technology::A, BitRate::Fc16), 12, 15.5},
        Case{"ReaderB106", link(Receiver::Reader, Technology::B, BitRate::Fc128), 12, 19},
        Case{"ReaderB848", link(Receiver::Reader, Technology::B, BitRate::Fc16), 12, 16}),
    [](const auto& test) { return test.param.name; });

Curve made_up() {
    return {{}, Axis::Snr, 0, 0, {{10, 100, 100, 100}, {12, 100, 90, 1}, {20, 100, 1, 0}}};
}

TEST(Curves, GapIsTheDistanceAtTheSameRate) {
    const Curve curve = made_up();
    // On straight lines: 1 to 0.01 within 2 dB; 0.9 to 0.01 within 8.
    EXPECT_NEAR(snr_at(curve, 0.1, true).value(), 11, 0.01);
    EXPECT_NEAR(snr_at(curve, 0.1, false).value(), 12 + 8 * std::log10(9) / std::log10(90), 0.01);
    EXPECT_NEAR(gap_at(curve, 0.01).value(), 8, 0.01);
    EXPECT_FALSE(gap_at(curve, 0.001).has_value());
}

TEST(Curves, SameSeedSameSamples) {
    for (const auto& each : all_links()) {
        SCOPED_TRACE(name_of(each));
        Conditions conditions{usual_depth(each), 0.01, 300, 1000};
        const auto first = Air{each, conditions, Seed}.next();
        const auto again = Air{each, conditions, Seed}.next();
        EXPECT_EQ(first.samples, again.samples);
        EXPECT_EQ(first.sent, again.sent);
        EXPECT_NE(first.samples, (Air{each, conditions, Seed + 1}.next().samples));
    }
}

TEST(Curves, NoFrameIsLostOnAClearAir) {
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    for (const auto& each : all_links()) {
        SCOPED_TRACE(name_of(each));
        const Point clear = measure(each, {usual_depth(each)}, Seed, {20, 20});
        EXPECT_EQ(clear.rtl_wrong, 0U);
        EXPECT_EQ(clear.ideal_wrong, 0U);
    }
}

// The standard's carrier is within 7 kHz of 13.56 MHz (516 ppm); a card takes its clock from it.
TEST(Curves, ClockOf200PpmLosesNoFrame) {
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    for (const auto& each : all_links()) {
        SCOPED_TRACE(name_of(each));
        Conditions conditions{usual_depth(each)};
        conditions.ppm = 200;
        const Point off = measure(each, conditions, Seed, {10, 10});
        EXPECT_EQ(off.rtl_wrong, 0U);
        EXPECT_EQ(off.ideal_wrong, 0U);
    }
}

TEST(Curves, FilesHaveEveryReceiver) {
    std::vector<Curve> curves;
    for (const auto& each : all_links()) {
        curves.push_back(made_up());
        curves.back().link = each;
    }
    const auto json = nlohmann::json::parse(to_json(curves, Seed));
    EXPECT_EQ(json.at("seed"), Seed);
    EXPECT_EQ(json.at("curves").size(), 16U);
    EXPECT_EQ(json.at("gaps").size(), 16U);
    const std::string picture = to_svg(curves);
    EXPECT_EQ(picture.rfind("<svg", 0), 0U);
    for (const char* const word : {"Card hears reader, type A", "Reader hears card, type B",
                                   "848 kbit/s", "signal to noise", "dB", "dashed"})
        EXPECT_NE(picture.find(word), std::string::npos) << word;
    for (const auto& each : all_links())
        EXPECT_NE(table(curves).find(name_of(each)), std::string::npos);
}

}  // namespace
