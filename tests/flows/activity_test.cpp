// What the units of the RTL did, read from the waveform of a whole flow.
#include "flows/activity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "flows/flow_profile.hpp"

namespace {

TEST(Activity, ActivityIsThatOfTheUnitsThatWork) {
    const std::string prefix = testing::TempDir() + "cartouche_activity_test";
    const auto& all = flows::all_flows();
    const auto a1 =
        std::find_if(all.begin(), all.end(), [](const auto& f) { return f.name == "A1"; });
    ASSERT_NE(a1, all.end());
    const auto made = flows::profile_flow(*a1, {{.level = flows::Level::Rtl}, prefix, {}});
    ASSERT_EQ(made.records.size(), 1U);
    const auto units = flows::activity_of(prefix + "0.fst");
    std::remove((prefix + "0.fst").c_str());
    const auto toggles = [&](const std::string& name) {
        for (const auto& unit : units)
            if (unit.unit == name) return unit.toggles;
        ADD_FAILURE() << "no unit " << name;
        return std::uint64_t{0};
    };
    // A gate reads a MIFARE Classic of type A: ciphers work, type B rests.
    EXPECT_GT(toggles("card.u_crypto1_cipher"), 10 * toggles("card.u_anticol_b"));
    EXPECT_GT(toggles("reader.u_miller_encoder"), 10 * toggles("reader.u_nrz_encoder"));
    EXPECT_GT(toggles("card"), toggles("card.u_top_listen"));
    for (const auto& unit : units)
        EXPECT_EQ(std::accumulate(unit.over_time.begin(), unit.over_time.end(), std::uint64_t{0}),
                  unit.toggles)
            << unit.unit;
}

}  // namespace
