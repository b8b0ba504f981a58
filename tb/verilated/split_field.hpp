/// \file split_field.hpp
/// Reader, air and cards as several Verilated tops: sim_radio with all that counts ticks, a half of
/// the reader and of each card that acts on what is heard, the decoder of answers in phases, and
/// what a card has for type B and for such answers. Those are computed only when they can change.
///
/// So every register has in every tick the value that it has in WholeField (see SleepingPart), and
/// nothing is known here of what the RTL does, but for what is passed over at once.
/// Three inputs that run on are left out of this, for they count only together with others: the
/// reader's tick (top_pcd_radio), which is brought up to date in every tick in which its half is
/// awake, the instant at a card's half (top_picc_radio), and the level at a decoder that does not
/// listen.
#pragma once

#include <verilated.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "Vsim_bpsk.h"
#include "Vsim_bpsk___024root.h"
#include "Vsim_pcd_logic.h"
#include "Vsim_pcd_logic___024root.h"
#include "Vsim_picc_b.h"
#include "Vsim_picc_b___024root.h"
#include "Vsim_picc_logic.h"
#include "Vsim_picc_logic___024root.h"
#include "verilated/pins.hpp"
#include "verilated/radio_registers.hpp"
#include "verilated/sleeping_part.hpp"

DECLARE_CLOCKED_TOP(Vsim_bpsk);
DECLARE_CLOCKED_TOP(Vsim_pcd_logic);
DECLARE_CLOCKED_TOP(Vsim_picc_b);
DECLARE_CLOCKED_TOP(Vsim_picc_logic);

namespace tb {

inline std::uint32_t word_of(IData port, unsigned /*i*/) { return port; }
template <std::size_t Words>
std::uint32_t word_of(const VlWide<Words>& port, unsigned i) {
    return port[i];
}
inline void set_word(IData& port, unsigned /*i*/, std::uint32_t value) { port = value; }
template <std::size_t Words>
void set_word(VlWide<Words>& port, unsigned i, std::uint32_t value) {
    port[i] = value;
}

/// `Radio`: CLOCKED_TOP of sim_radio. `Settle`: Verilator's eval_settle of its root.
template <class Radio, auto Settle, unsigned Cards>
class SplitField {
public:
    static constexpr unsigned CardCount = Cards;

    SplitField(VerilatedContext& context, const std::string& /*fst*/)
        : radio_{&context},
          bpsk_{&context},
          reader_{&context},
          cards_{parts<Card>(context)},
          b_{parts<CardB>(context)} {}

    [[nodiscard]] auto& air() {
        touched_ = true;
        return radio_.top;
    }
    [[nodiscard]] const auto& air() const { return radio_.top; }
    [[nodiscard]] auto& reader() { return reader_.inputs(); }
    [[nodiscard]] auto& card(unsigned slot) { return cards_[slot]->inputs(); }
    [[nodiscard]] const auto& reader() const { return reader_.top; }
    [[nodiscard]] const auto& card(unsigned slot) const { return cards_[slot]->top; }
    [[nodiscard]] static constexpr unsigned place(unsigned /*slot*/) { return 0; }

    void set_type_b(unsigned slot, bool type_b) {
        set_bits(air().type_b_i, slot, 1, type_b);
        card(slot).type_b_i = type_b;
    }
    void reset(bool on) {
        air().rst_ni = !on;
        bpsk_.inputs().rst_ni = !on;
        reader().rst_ni = !on;
        for (unsigned i = 0; i < Cards; ++i) card(i).rst_ni = !on;
        settle();
    }
    void load_settings(bool on) {
        air().load_settings_i = on;
        for (unsigned i = 0; i < Cards; ++i) card(i).load_settings_i = on;
        loading_ = on;
    }
    void reset_card(unsigned slot) {
        set_bits(air().picc_rst_ni, slot, 1, 0);
        card(slot).picc_rst_ni = 0;
        b_[slot]->inputs().picc_rst_ni = 0;
    }
    void release_cards() {
        set_bits(air().picc_rst_ni, 0, Cards, ~0U);
        for (unsigned i = 0; i < Cards; ++i) {
            card(i).picc_rst_ni = 1;
            b_[i]->inputs().picc_rst_ni = 1;
        }
    }

    /// What was set from outside reaches all that hangs on it.
    void settle() {
        radio_.top.eval();
        bpsk_.top.eval();
        reader_.top.eval();
        for (auto& card : cards_) card->top.eval();
        for (auto& b : b_) b->top.eval();
        bpsk_changed_ = reader_changed_ = true;
        card_changed_ = b_changed_ = ~0U;
        exchange();
    }

    [[nodiscard]] std::uint64_t watch() const { return radio_.top.watch_o | logic_watch_; }
    [[nodiscard]] bool quiet() const { return radio_.top.quiet_o != 0; }
    [[nodiscard]] static constexpr bool can_pass() { return true; }

    base::Tick pass(base::Tick most, std::uint64_t powered) {
        const base::Tick ticks = counters_.pass(most, powered);
        if (ticks != 0) {
            Settle(&radio_.root());
            exchange();
        }
        return ticks;
    }

    /// Passes over up to `most` ticks in which the radio but counts and all others sleep; returns
    /// how many.
    base::Tick leap(base::Tick most, std::uint64_t powered) {
        if (!air_leap_.stands() || decoder_leap_.busy() || !asleep()) return 0;
        const auto& radio = radio_.top;
        const Said said{radio.pcd_said_i};
        if (said.acts()) return 0;
        const unsigned pcd_level = *pcd_level_;
        most = std::min({most, counters_.pcd.most_exactly(), encoders_leap_.most(said.tx_rate())});
        std::array<CardLeap::Situation, Cards> now{};
        for (unsigned i = 0; i < Cards; ++i) {
            const std::uint32_t word = word_of(radio.picc_said_i, i);
            constexpr std::uint32_t Acts = 0b1'0011'0001'0000'0000U;
            if ((word & Acts) != 0) return 0;
            now[i] = {.powered = (powered >> i & 1U) != 0,
                      .level = (*present_ >> i & 1U) != 0 ? radio.picc_level_o : 0U,
                      .said = {.type_b = (get_bits(radio.type_b_i, i, 1)) != 0,
                               .arm = (word >> 18U & 1U) != 0,
                               .follow = (word >> 17U & 1U) != 0,
                               .rate = word >> 2U & 3U,
                               .fdt = word & 3U}};
            most = card_leaps_[i].most(now[i], most);
        }
        most = decoder_leap_.most(said.listens(), pcd_level, most);
        constexpr base::Tick Worth = 3;
        if (most < Worth) return 0;
        const std::vector<unsigned char> stepped = checked_ ? stepped_by(most) : none();
        counters_.pcd.pass(most);
        encoders_leap_.pass(most);
        decoder_leap_.pass(said.listens(), most);
        air_leap_.pass(most);
        for (unsigned i = 0; i < Cards; ++i) {
            card_leaps_[i].pass(now[i], most);
            if (now[i].powered) counters_.cards[i].pass(most);
        }
        Settle(&radio_.root());
        if (checked_ && std::memcmp(stepped.data(), registers(), stepped.size()) != 0)
            ++wrong_leaps_;
        exchange();
        return most;
    }

    /// Each leap is stepped as well from now on, and all registers of the radio compared.
    void check_leaps() { checked_ = true; }
    /// How many of these differed.
    [[nodiscard]] unsigned wrong_leaps() const { return wrong_leaps_; }

    /// One rising edge of either clock or both.
    void edge(bool pcd, bool picc) {
        const unsigned clocks = (pcd ? ClockPcd : 0U) | (picc ? ClockPicc : 0U);
        step_radio(clocks);
        if (pcd && bpsk_.awake()) {
            bpsk_.tick(clocks);
            bpsk_changed_ = true;
        }
        if (pcd && reader_.awake()) {
            reader_.tick(clocks);
            reader_changed_ = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            if (cards_[i]->awake() && (picc || loading_)) {
                cards_[i]->tick(clocks);
                card_changed_ |= 1U << i;
            }
            if (b_[i]->awake() && picc) {
                b_[i]->tick(clocks);
                b_changed_ |= 1U << i;
            }
        }
        exchange();
    }

private:
    using Bpsk = SleepingPart<CLOCKED_TOP(Vsim_bpsk)>;
    using Reader = SleepingPart<CLOCKED_TOP(Vsim_pcd_logic)>;
    using Card = SleepingPart<CLOCKED_TOP(Vsim_picc_logic)>;
    using CardB = SleepingPart<CLOCKED_TOP(Vsim_picc_b)>;

    template <class Part>
    static auto parts(VerilatedContext& context) {
        std::array<std::unique_ptr<Part>, Cards> all;
        for (auto& part : all) part = std::make_unique<Part>(&context);
        return all;
    }

    /// What the reader's other half says.
    class Said {
    public:
        explicit Said(const VlWide<4>& words)
            : first_{words[0]}, second_{words[1]}, last_{words[3]} {}
        /// alarm_set_i, field_set_i, send_i, stop_i
        [[nodiscard]] bool acts() const { return (last_ & 0b110'0110'0000U) != 0; }
        [[nodiscard]] unsigned tx_rate() const { return first_ >> 31U | (second_ & 1U) << 1U; }
        /// At fc/128 of type A.
        [[nodiscard]] bool listens() const {
            const bool phases = (last_ >> 7U & 1U) != 0 || (first_ >> 29U & 3U) != 0;
            return (last_ >> 2U & 1U) != 0 && !phases;
        }

    private:
        std::uint32_t first_, second_, last_;
    };

    static std::vector<unsigned char> none() { return {}; }
    [[nodiscard]] void* registers() { return &radio_.root(); }

    /// The radio's registers `ticks` from now. It is left as it is.
    [[nodiscard]] std::vector<unsigned char> stepped_by(base::Tick ticks) {
        radio_.raise(ClockPcd | ClockPicc);
        const auto* from = static_cast<const unsigned char*>(registers());
        const std::vector<unsigned char> before(from, from + sizeof(typename Radio::Root));
        for (; ticks > 0; --ticks) radio_.edge(ClockPcd | ClockPicc);
        std::vector<unsigned char> after(from, from + before.size());
        std::memcpy(registers(), before.data(), before.size());
        return after;
    }

    [[nodiscard]] bool asleep() const {
        if (bpsk_.awake() || reader_.awake() || touched_ || loading_) return false;
        for (unsigned i = 0; i < Cards; ++i)
            if (cards_[i]->awake() || b_[i]->awake()) return false;
        return true;
    }

    void step_radio(unsigned clocks) {
        if (touched_) {
            radio_.top.eval();
            touched_ = false;
        }
        const std::uint32_t watch = radio_.top.watch_o;
        radio_.edge(clocks);
        // A card's power is the reset of most of it.
        constexpr std::uint32_t Powered = 0xFFU << WatchPoweredShift;
        if (((watch ^ radio_.top.watch_o) & Powered) != 0) radio_.top.eval();
    }

    /// Hands on what the parts tell each other until all agree.
    void exchange() {
        if (reader_.awake() || reader_.top.selected_o != 0) {
            reader_.top.tick_i = radio_.top.tick_o;
            reader_.take_heard(false);
            reader_changed_ = true;
        }
        do {
            hear();
        } while (say());
    }

    void hear() {
        constexpr std::uint32_t Level = 0xFFF;
        const std::uint32_t heard = radio_.top.bpsk_heard_o;
        const bool listens = heard >> 15U != 0;
        if ((heard ^ bpsk_.top.heard_i) & (listens ? ~0U : ~Level)) {
            bpsk_.top.heard_i = static_cast<SData>(heard);
            bpsk_.top.eval();
            bpsk_.wake();
            bpsk_changed_ = true;
        }
        if (reader_.top.pcd_heard_i != radio_.top.pcd_heard_o) {
            reader_.top.pcd_heard_i = radio_.top.pcd_heard_o;
            reader_.top.tick_i = radio_.top.tick_o;
            reader_.take_heard(false);
            reader_changed_ = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            constexpr std::uint32_t Index = 0x3F;
            constexpr std::uint32_t Powered = 1U << 20U;
            constexpr std::uint32_t BPowered = 1U << 17U;
            auto& top = cards_[i]->top;
            const std::uint32_t told = word_of(radio_.top.picc_heard_o, i);
            const std::uint32_t news = top.picc_heard_i ^ told;
            if ((news & ~Index) != 0) {
                top.picc_heard_i = told;
                cards_[i]->take_heard((news & Powered) != 0);
                card_changed_ |= 1U << i;
            }
            const std::uint32_t b_told = word_of(radio_.top.b_heard_o, i);
            const std::uint32_t b_news = b_[i]->top.heard_i ^ b_told;
            if (b_news != 0) {
                b_[i]->top.heard_i = b_told;
                b_[i]->take_heard((b_news & BPowered) != 0);
                b_changed_ |= 1U << i;
            }
        }
    }

    /// True: there was something new.
    bool say() {
        if (!reader_changed_ && !bpsk_changed_ && (card_changed_ | b_changed_) == 0) return false;
        auto& radio = radio_.top;
        bool news = false;
        if (radio.bpsk_told_i != bpsk_.top.told_o) {
            radio.bpsk_told_i = bpsk_.top.told_o;
            news = true;
        }
        if (reader_changed_ && reader_.top.pcd_said_o != radio.pcd_said_i) {
            radio.pcd_said_i = reader_.top.pcd_said_o;
            news = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            const std::uint32_t said = cards_[i]->top.picc_said_o;
            if (word_of(radio.picc_said_i, i) != said) {
                set_word(radio.picc_said_i, i, said);
                news = true;
            }
            const std::uint32_t told = b_[i]->top.told_o;
            if (word_of(radio.b_told_i, i) != told) {
                set_word(radio.b_told_i, i, told);
                news = true;
            }
        }
        bpsk_changed_ = false;
        reader_changed_ = false;
        card_changed_ = 0;
        b_changed_ = 0;
        watch_logic();
        if (news) radio_.edge(ClockTake);
        return news;
    }

    void watch_logic() {
        std::uint64_t watch = reader_.top.irq_o != 0 ? WatchIrq : 0;
        for (unsigned i = 0; i < Cards; ++i) {
            const auto& top = cards_[i]->top;
            watch |= std::uint64_t{top.store_asked_o} << (WatchStoreShift + i);
            watch |= std::uint64_t{top.host_irq_o} << (WatchHostShift + i);
        }
        logic_watch_ = watch;
    }

    Radio radio_;
    Bpsk bpsk_;
    Reader reader_;
    std::array<std::unique_ptr<Card>, Cards> cards_;
    std::array<std::unique_ptr<CardB>, Cards> b_;
    FreeCounters<Cards> counters_ = counters_of<Cards>(radio_.root(), cards_);
    EncodersLeap encoders_leap_ = encoders_leap(radio_.root());
    DecoderLeap decoder_leap_ = decoder_leap(radio_.root());
    AirLeap air_leap_ = air_leap(radio_.root());
    std::array<CardLeap, Cards> card_leaps_ = card_leaps<Cards>(radio_.root());
    const SData* pcd_level_ =
        &radio_.root().sim_radio__DOT__u_sim_antenna__DOT__u_sim_air__DOT__pcd_level_o;
    const CData* present_ = &radio_.root().sim_radio__DOT__present_q;
    std::uint64_t logic_watch_ = 0;
    bool loading_ = false;
    bool bpsk_changed_ = true;
    bool reader_changed_ = true;
    std::uint32_t card_changed_ = ~0U;  ///< a bit a card
    std::uint32_t b_changed_ = ~0U;
    bool touched_ = true;  ///< an input of the radio was set
    bool checked_ = false;
    unsigned wrong_leaps_ = 0;
};

}  // namespace tb
