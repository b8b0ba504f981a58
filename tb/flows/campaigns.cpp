// campaigns.cpp - the list of all campaigns; each system has a file of its own.

#include "flows/campaign.hpp"
#include "flows/download_campaign.hpp"
#include "flows/keys_campaign.hpp"
#include "flows/money_campaign.hpp"
#include "flows/os_campaign.hpp"
#include "flows/reader_campaign.hpp"
#include "flows/sector_campaign.hpp"

namespace flows {

const std::vector<Campaign>& all_campaigns() {
    static const std::vector<Campaign> All{sector_campaign(), download_campaign(),
                                           money_campaign(),  keys_campaign(),
                                           os_campaign(),     reader_campaign()};
    return All;
}

}  // namespace flows
