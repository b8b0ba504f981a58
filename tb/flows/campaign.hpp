/// \file campaign.hpp
/// Many runs of a system with faults in them, judged one by one; in shards on several machines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flows/level.hpp"

namespace flows {

/// What came of some runs.
struct Tally {
    std::uint64_t runs = 0;
    std::uint64_t faults = 0;               ///< thrown in: cuts, kills, messages lost or altered
    std::vector<std::string> violations{};  ///< of what must hold whatever fails; one line each

    void add(const Tally& more);
};

struct Campaign {
    std::string name;   ///< Example: "sector"
    std::string title;  ///< in one line: what is disturbed and what must hold
    /// One run; the same one for the same seed.
    std::function<Tally(std::uint64_t seed)> run;
    /// The same on the RTL; empty: this campaign is on the model only.
    std::function<Tally(std::uint64_t seed)> run_on_rtl{};
};

/// All campaigns, in the order of the systems.
[[nodiscard]] const std::vector<Campaign>& all_campaigns();

/// A part of a campaign: run i belongs to shard i modulo `of`.
struct Shard {
    std::uint64_t index = 0;  ///< below `of`
    std::uint64_t of = 1;
};

struct Span {
    std::uint64_t seed = 1;  ///< run i has seed + i
    std::uint64_t runs = 100;
    Shard shard{};
    Level level = Level::Tlm;  ///< or Rtl, of a campaign that has it
};

/// Does the runs of the shard; `done` is told after each how many of its runs are over. What a run
/// throws is a violation. Every violation begins with the seed that shows it again.
[[nodiscard]] Tally run_campaign(const Campaign& campaign, const Span& span,
                                 const std::function<void(std::uint64_t)>& done = {});

}  // namespace flows
