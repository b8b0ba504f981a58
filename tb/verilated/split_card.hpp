/// \file split_card.hpp
/// A card alone as several Verilated tops, as SplitField has it: sim_card_alone is computed in
/// every tick, the half that acts and what is for type B only when they can change.
#pragma once

#include <verilated.h>

#include <cstdint>

#include "Vsim_card_alone.h"
#include "Vsim_card_alone___024root.h"
#include "Vsim_picc_b.h"
#include "Vsim_picc_b___024root.h"
#include "Vsim_picc_logic.h"
#include "Vsim_picc_logic___024root.h"
#include "verilated/sleeping_part.hpp"

DECLARE_CLOCKED_TOP(Vsim_card_alone);
DECLARE_CLOCKED_TOP(Vsim_picc_b);
DECLARE_CLOCKED_TOP(Vsim_picc_logic);

namespace tb {

/// A card of type A.
class SplitCard {
public:
    explicit SplitCard(VerilatedContext& context)
        : radio_{&context}, logic_{&context}, b_{&context} {}

    /// What the card is, and its store and host.
    [[nodiscard]] Vsim_picc_logic& card() { return logic_.inputs(); }
    void reset(bool on) {
        radio_.top.picc_rst_ni = !on;
        logic_.inputs().rst_ni = !on;
        logic_.inputs().picc_rst_ni = !on;
        b_.inputs().picc_rst_ni = !on;
        radio_.top.eval();
        logic_.top.eval();
        b_.top.eval();
        exchange();
    }

    /// One tick; `level` counts from the next one on.
    void tick(std::uint8_t level) {
        radio_.top.level_i = level;
        const bool powered = radio_.top.powered_o != 0;
        radio_.edge(ClockPicc);
        if (powered != (radio_.top.powered_o != 0)) radio_.top.eval();
        if (logic_.awake()) logic_.tick(ClockPcd | ClockPicc);
        if (b_.awake()) b_.tick(ClockPicc);
        exchange();
    }
    [[nodiscard]] bool load() const { return radio_.top.load_o != 0; }

private:
    /// Hands on what the parts tell each other until all agree.
    void exchange() {
        constexpr std::uint32_t Index = 0x3F;  // counts only with others
        constexpr std::uint32_t Powered = 1U << 20U;
        constexpr std::uint32_t BPowered = 1U << 17U;
        for (;;) {
            const std::uint32_t news = logic_.top.picc_heard_i ^ radio_.top.heard_o;
            if ((news & ~Index) != 0) {
                logic_.top.picc_heard_i = radio_.top.heard_o;
                logic_.take_heard((news & Powered) != 0);
            }
            const std::uint32_t b_news = b_.top.heard_i ^ radio_.top.b_heard_o;
            if (b_news != 0) {
                b_.top.heard_i = radio_.top.b_heard_o;
                b_.take_heard((b_news & BPowered) != 0);
            }
            if (radio_.top.said_i == logic_.top.picc_said_o && radio_.top.b_told_i == b_.top.told_o)
                return;
            radio_.top.said_i = logic_.top.picc_said_o;
            radio_.top.b_told_i = b_.top.told_o;
            radio_.edge(ClockTake);
        }
    }

    CLOCKED_TOP(Vsim_card_alone) radio_;
    SleepingPart<CLOCKED_TOP(Vsim_picc_logic)> logic_;
    SleepingPart<CLOCKED_TOP(Vsim_picc_b)> b_;
};

}  // namespace tb
