/// \file stage_watch.hpp
/// Who watches stages: the air, the card's units, and what was done to the card; of a reader with
/// service modules also those.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "flows/log.hpp"
#include "port/air_frame.hpp"
#include "port/power_port.hpp"
#include "port/work_observer.hpp"

namespace flows {

/// Counts for each module of a reader, in the order of port::Modules.
using ModuleCounts = std::array<std::uint64_t, port::Modules.size()>;

/// Of one stage after the other. Ticks of a stage are its own world's.
class StageWatch : public port::FrameObserver, public port::WorkObserver {
public:
    /// File for the waveform of the stage that comes next; empty: none. Asked once for each.
    [[nodiscard]] virtual std::string waveform() { return {}; }
    /// A stage begins, its world at tick `begin`; `name`: which, where a flow names them.
    virtual void on_stage(Tick begin, const std::string& name) = 0;
    virtual void on_exchange(const Exchange& exchange) = 0;
    /// Its world has come to tick `end` and will go. Its waveform is whole when the flow is over.
    virtual void on_stage_over(Tick end) = 0;

    /// Whether the bits that change in the reader's modules are counted, which takes time.
    [[nodiscard]] virtual bool counts_toggles() { return false; }
    /// A module of the reader has a clock from `tick` on, or none.
    virtual void on_module(port::Module module, bool on, Tick tick) = 0;
    /// The reader's own AES engine was busy.
    virtual void on_reader_work(Tick begin, Tick end) = 0;
    /// All that the clocks of the reader's modules have counted; `toggles`: of their bits, where
    /// they are counted. Before on_stage_over().
    virtual void on_modules(const ModuleCounts& ticks,
                            const std::optional<ModuleCounts>& toggles) = 0;
};

}  // namespace flows
