/// \file card.hpp
/// One card slot: a thin shell that gives whatever card lies in it an air port and a memory bus.
#pragma once

#include <memory>
#include <systemc>

#include "card/frame_transport.hpp"
#include "card/picc.hpp"
#include "card/store_bus.hpp"

namespace card {

/// Slots are static, cards are not: place and remove swap the plain card inside.
class Card : public sc_core::sc_module, private FrameTransport {
public:
    sc_core::sc_export<FrameTransport> air{"air"};

    explicit Card(const sc_core::sc_module_name& name);

    [[nodiscard]] bool empty() const noexcept { return !picc_ && scripted_ == nullptr; }
    void place(const port::CardProfile& profile, port::StorePort& store);
    void place(port::ScriptedCard& card) noexcept;
    void remove(Tick at);
    /// Empties the slot; the world it was in is gone.
    void discard() noexcept;

private:
    void field(bool on, Tick at) override;
    void exchange(const PcdFrame& frame) override;
    const rf::PiccFrame* answer(Tick until) override;

    StoreInitiator bus_{"bus"};
    StoreTarget memory_{"memory"};
    std::unique_ptr<Picc> picc_{};
    port::ScriptedCard* scripted_ = nullptr;
    bool scripted_replies_ = false;
    rf::PiccFrame scripted_reply_{};
};

}  // namespace card
