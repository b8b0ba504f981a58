/// \file stage_watch.hpp
/// Who watches stages: the air, the card's units, and what was done to the card.
#pragma once

#include <string>

#include "flows/log.hpp"
#include "port/air_frame.hpp"
#include "port/work_observer.hpp"

namespace flows {

/// Of one stage after the other. Ticks of a stage are its own world's.
class StageWatch : public port::FrameObserver, public port::WorkObserver {
public:
    /// File for the waveform of the stage that comes next; empty: none. Asked once for each.
    [[nodiscard]] virtual std::string waveform() { return {}; }
    /// A stage begins, its world at tick `begin`.
    virtual void on_stage(Tick begin) = 0;
    virtual void on_exchange(const Exchange& exchange) = 0;
    /// Its world has come to tick `end` and will go. Its waveform is whole when the flow is over.
    virtual void on_stage_over(Tick end) = 0;
};

}  // namespace flows
