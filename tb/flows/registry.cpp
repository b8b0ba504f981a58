// registry.cpp - the list of all flows; each system has a file of its own.

#include "flows/download_flows.hpp"
#include "flows/flow.hpp"
#include "flows/money_flows.hpp"
#include "flows/os_flows.hpp"
#include "flows/platform_flows.hpp"
#include "flows/reader_flows.hpp"
#include "flows/sector_flows.hpp"

namespace flows {

const std::vector<Flow>& all_flows() {
    static const std::vector<Flow> All = [] {
        std::vector<Flow> flows;
        for (auto&& system : {sector_flows(), download_flows(), money_flows(), platform_flows(),
                              os_flows(), reader_flows()})
            flows.insert(flows.end(), system.begin(), system.end());
        return flows;
    }();
    return All;
}

}  // namespace flows
