// Rows FLOW-13 to FLOW-16 and the flows C1 to C6 on every level, by contacts and through the air.
#include <gtest/gtest.h>

#include "flows/flow.hpp"

namespace platform_test {
namespace {

struct Way {
    flows::Level level;
    flows::Via via;
    friend void PrintTo(const Way& way, std::ostream* out) {
        *out << flows::to_string(way.level) << " over " << flows::to_string(way.via);
    }
};

void run(const std::string& name, const Way& way) {
    for (const auto& flow : flows::all_flows()) {
        if (flow.name != name) continue;
        flows::Report report{[](const flows::Step& step) {
            EXPECT_TRUE(step.ok) << step.id << " " << step.title << ": " << step.result;
            std::cout << step.id << ' ' << step.title << " = " << step.result << '\n';
        }};
        EXPECT_NO_THROW(flow.run({way.level, way.via}, report));
        EXPECT_FALSE(report.steps().empty());
        return;
    }
    FAIL() << "no flow " << name;
}

class Flow : public testing::TestWithParam<Way> {};
TEST_P(Flow, FLOW_13_C1_TheIssuerMakesADomainAndReplacesItsInitialKeys) { run("C1", GetParam()); }
TEST_P(Flow, FLOW_14_C2_AProviderGetsADomainThatIsItsAlone) { run("C2", GetParam()); }
TEST_P(Flow, FLOW_15_C3_ExpiredKeysAreReplacedByTheIssuer) { run("C3", GetParam()); }
TEST_P(Flow, FLOW_15_C4_AForcedUpdateGoesThroughTheProvider) { run("C4", GetParam()); }
TEST_P(Flow, FLOW_14_C5_DomainsAreIsolated) { run("C5", GetParam()); }
TEST_P(Flow, FLOW_16_C6_PlatformsLearnWhatTheCardHasAndResume) { run("C6", GetParam()); }

std::string level_of(const testing::TestParamInfo<Way>& info) {
    return flows::to_string(info.param.level);
}
using flows::Level;
using flows::Via;
INSTANTIATE_TEST_SUITE_P(Contacts, Flow,
                         testing::Values(Way{Level::Tlm, Via::Contacts},
                                         Way{Level::Rtl, Via::Contacts},
                                         Way{Level::Both, Via::Contacts}),
                         level_of);
INSTANTIATE_TEST_SUITE_P(Air, Flow,
                         testing::Values(Way{Level::Tlm, Via::Air}, Way{Level::Rtl, Via::Air},
                                         Way{Level::Both, Via::Air}),
                         level_of);

}  // namespace
}  // namespace platform_test
