// Two terminals at once on one platform: the short form of what campaign_long_test does.
#include "campaign.hpp"

#include <gtest/gtest.h>

namespace platform_test {
namespace {

TEST(PlatformCampaign, TwoTerminalsOfEachPlatformMixNothingUp) {
    run_campaign({.cards = 8, .updates = 80});
}

}  // namespace
}  // namespace platform_test
