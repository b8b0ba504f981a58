// 200 cards, 10 000 key updates.
#include <gtest/gtest.h>

#include "campaign.hpp"

namespace platform_test {
namespace {

TEST(PlatformCampaign, TwoHundredCardsTenThousandUpdates) { run_campaign({}); }

}  // namespace
}  // namespace platform_test
