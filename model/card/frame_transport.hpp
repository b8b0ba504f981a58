/// \file frame_transport.hpp
/// The air between the field and one card slot: a port, because there is no address in it.
#pragma once

#include <systemc>

#include "card/picc.hpp"

namespace card {

/// Whoever can be asked over the air. Ticks travel in the call; they become `sc_time` only where
/// the kernel has to wait.
class FrameTransport : public virtual sc_core::sc_interface {
public:
    virtual void field(bool on, Tick at) = 0;
    virtual void exchange(const PcdFrame& frame) = 0;
    /// The answer that begins by `until`, each once; nullptr when there is none.
    virtual const rf::PiccFrame* answer(Tick until) = 0;
};

}  // namespace card
