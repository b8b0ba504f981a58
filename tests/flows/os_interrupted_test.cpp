// D6: power or the connection lost at each block, and around each step of the memory, over each
// way; counted.
#include "base/hex.hpp"
#include "flow_run.hpp"
#include "flows/campaign.hpp"
#include "flows/os_campaign.hpp"
#include "flows/os_scene.hpp"

namespace {

using flows::Level;
using flows::OsScene;
using flows::Via;
using End = ota::LoadResult::End;

/// Ticks from the first command of a load to the answers to BEGIN, each BLOCK and COMMIT.
std::vector<flows::Tick> moments(Via way) {
    OsScene scene{Level::Tlm};
    scene.choose(way, OsScene::Empty);
    const auto begin = scene.stage().now();
    std::vector<flows::Tick> all{0};
    const auto result = scene.host(way).load(OsScene::package(), [&](std::size_t, std::size_t) {
        all.push_back(scene.stage().now() - begin);
    });
    EXPECT_EQ(result.end, End::Loaded);
    all.push_back(scene.stage().now() - begin);
    return all;
}

/// Loads the worked image with a cut `at` ticks behind its beginning, then again until it is in.
/// True when the cut came before the end.
bool cut_and_finish(Via way, flows::Tick at) {
    OsScene scene{Level::Tlm};
    scene.choose(way, OsScene::Empty);
    scene.cut(way, scene.stage().now() + at);
    const auto first = scene.host(way).load(OsScene::package());
    EXPECT_TRUE(first.end == End::Lost || first.end == End::Loaded) << first.why;
    scene.card(way).power_off();
    scene.choose(way, OsScene::Empty);
    if (const auto status = scene.host(way).status()) {
        EXPECT_EQ(first.end, End::Lost);
        EXPECT_NE(status->state, ota::LoaderState::Invalid) << "part of an OS";
        EXPECT_EQ(scene.send(way, "00A4040000"), "6E00");
        EXPECT_EQ(scene.host(way).load(OsScene::package()).end, End::Loaded);
    }
    scene.card(way).power_off();
    scene.choose(way, OsScene::Empty);
    EXPECT_EQ(scene.os_image(way), "0102000300000007" + OsScene::image_hash());
    return first.end == End::Lost;
}

class Interrupted : public testing::TestWithParam<Via> {};

std::string way_name(const testing::TestParamInfo<Via>& info) {
    return std::string{to_string(info.param)};
}
INSTANTIATE_TEST_SUITE_P(, Interrupted, testing::Values(Via::Contacts, Via::Air, Via::Bluetooth),
                         way_name);

TEST_P(Interrupted, D6_ACutAtEveryBlockAndStepLeavesALoadableElement) {
    // A block is some twenty steps of the memory; up to the first answer there are those of the
    // channel, of BEGIN and of 64 pages erased.
    constexpr unsigned ForBegin = 120;
    constexpr unsigned ForBlock = 40;
    const auto all = moments(GetParam());
    ASSERT_EQ(all.size(), 5U);
    unsigned cuts = 0;
    unsigned lost = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        const unsigned parts = i == 0 ? ForBegin : ForBlock;
        for (unsigned part = 0; part < parts; ++part) {
            SCOPED_TRACE(testing::Message() << "block " << i << ", part " << part);
            ++cuts;
            if (cut_and_finish(GetParam(), all[i] + (all[i + 1] - all[i]) * part / parts)) ++lost;
            if (HasFailure()) return;
        }
    }
    RecordProperty("cuts", static_cast<int>(cuts));
    EXPECT_EQ(cuts, ForBegin + 3 * ForBlock);
    EXPECT_EQ(lost, cuts) << "a load whose end was lost counts as lost";
}

TEST(OsCampaign, D6_LoadsAndFaultsOfAllKindsEndInAWholeOs) {
    const auto tally = flows::run_campaign(flows::os_campaign(), {.seed = 1, .runs = 25});
    EXPECT_EQ(tally.runs, 25U);
    EXPECT_GT(tally.faults, 25U);
    for (const auto& violation : tally.violations) ADD_FAILURE() << violation;
}

}  // namespace
