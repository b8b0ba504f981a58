/// \file flow_profile.hpp
/// A flow that is watched tick by tick: what `cartouche profile` shows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "flows/flow.hpp"
#include "trace/profile.hpp"

namespace flows {

/// One run. A flow may use several stages, one after the other, each with a time of its own.
struct FlowProfile {
    std::vector<trace::Record> records{};
    std::vector<trace::Profile> profiles{};  ///< of each record
    std::vector<Step> steps{};

    [[nodiscard]] Tick total() const;
    [[nodiscard]] std::array<Tick, trace::PhaseCount> by_phase() const;
};

struct ProfileOptions {
    FlowOptions flow{};
    /// Where the waveforms of the stages go, whose number and ".fst" are added; empty: none.
    std::string waveforms{};
    std::function<void(const Step&)> told{};  ///< of each step when it is over
    bool toggles = true;  ///< of a reader's modules on the RTL: takes ten times as long
};

/// Level Tlm or Rtl. Throws std::invalid_argument for Both and for a flow without a stage; what the
/// flow throws goes through.
[[nodiscard]] FlowProfile profile_flow(const Flow& flow, const ProfileOptions& options);

}  // namespace flows
