// campaigns.cpp - the list of all campaigns; each system has a file of its own.

#include "flows/campaign.hpp"
#include "flows/os_campaign.hpp"
#include "flows/sector_campaign.hpp"

namespace flows {

const std::vector<Campaign>& all_campaigns() {
    static const std::vector<Campaign> All{sector_campaign(), os_campaign()};
    return All;
}

}  // namespace flows
