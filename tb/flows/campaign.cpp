#include "flows/campaign.hpp"

#include <fmt/format.h>

#include <exception>

namespace flows {

void Tally::add(const Tally& more) {
    runs += more.runs;
    faults += more.faults;
    violations.insert(violations.end(), more.violations.begin(), more.violations.end());
}

Tally run_campaign(const Campaign& campaign, const Span& span,
                   const std::function<void(std::uint64_t)>& done) {
    Tally total;
    for (std::uint64_t i = span.shard.index; i < span.runs; i += span.shard.of) {
        const std::uint64_t seed = span.seed + i;
        Tally one;
        try {
            one = span.level == Level::Rtl ? campaign.run_on_rtl(seed) : campaign.run(seed);
        } catch (const std::exception& error) {
            one.violations.emplace_back(error.what());
        }
        one.runs = 1;
        for (auto& violation : one.violations)
            violation = fmt::format("seed {}: {}", seed, violation);
        total.add(one);
        if (done) done(total.runs);
    }
    return total;
}

}  // namespace flows
