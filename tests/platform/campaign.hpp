/// \file campaign.hpp
/// Two terminals of each platform at once, many cards, many key updates.
#pragma once

namespace platform_test {

struct CampaignOptions {
    unsigned cards = 200;
    unsigned updates = 10'000;  ///< of all cards together
    bool https = true;
};

/// Expects that every card has the keys that the platforms' records say, its own and no other's;
/// prints the throughput.
void run_campaign(const CampaignOptions& options);

}  // namespace platform_test
