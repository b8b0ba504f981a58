// System E: the row FLOW-21, and the flows E1 to E6 as `cartouche flow` runs them. FLOW-22 and
// FLOW-23 stand in tests/control.
#include "flow_run.hpp"
#include "flows/reader_profile.hpp"

namespace {

using flow_test::expect_done;
using flows::Level;

class Flow : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flow, testing::Values(Level::Tlm, Level::Rtl), flow_test::level_name);

// MONTHLY TICKET 8ZONES A B C, and 16 zeros: what the card was given.
const std::string Sector =
    "4D4F4E54484C59205449434B455420385A4F4E45532041204220432020202020"
    "00000000000000000000000000000000";

TEST_P(Flow, FLOW_21_AModuleThatIsNotEnabledHasNoClockAndBothWaysGiveTheSame) {
    const auto profile = flows::reader_profile(GetParam());
    ASSERT_EQ(profile.size(), 2U);
    EXPECT_EQ(profile[0].way, control::Way::Together);
    EXPECT_EQ(profile[1].way, control::Way::OneByOne);
    const auto count = [](const flows::ModuleCounts& counts, port::Module module) {
        return counts[static_cast<std::size_t>(module)];
    };
    for (const auto& way : profile) {
        EXPECT_EQ(way.answer, Sector);
        EXPECT_EQ(count(way.enabled, port::Module::Contact), 0U);
        EXPECT_GT(count(way.enabled, port::Module::Contactless), 0U);
        for (const auto ticks : way.enabled) EXPECT_LE(ticks, way.took);
    }
    for (const auto module : {port::Module::Secure, port::Module::Display})
        EXPECT_LT(count(profile[1].enabled, module), count(profile[0].enabled, module) / 10);
    // One by one, the display has a clock for "sector read": 11 characters of 128 ticks, and the
    // two accesses that switch it.
    EXPECT_NEAR(static_cast<double>(count(profile[1].enabled, port::Module::Display)), 11 * 128, 4);
    ASSERT_EQ(profile[0].toggles.has_value(), GetParam() == Level::Rtl);
    if (GetParam() == Level::Rtl) {
        EXPECT_LT(count(*profile[1].toggles, port::Module::Secure),
                  count(*profile[0].toggles, port::Module::Secure));
        EXPECT_GT(count(*profile[1].toggles, port::Module::Secure), 0U);
    }
}

class Flows : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flows, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flows, E1_Service) { expect_done("E1", GetParam()); }
TEST_P(Flows, E2_ServiceInterfaces) { expect_done("E2", GetParam()); }
TEST_P(Flows, E3_BothWays) { expect_done("E3", GetParam()); }
TEST_P(Flows, E4_ClientAuthentication) { expect_done("E4", GetParam()); }
TEST_P(Flows, E5_PlatformAuthentication) { expect_done("E5", GetParam()); }
TEST_P(Flows, E6_Updates) { expect_done("E6", GetParam()); }

}  // namespace
