/// \file field_sim.hpp
/// One Verilated sim_field (reader, air, cards) as a thing that can be stepped and poked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/tick.hpp"
#include "port/world.hpp"
#include "verilated/air_settings.hpp"
#include "verilated/card_clock.hpp"

namespace tb {

/// Bits of FieldSim::watch().
inline constexpr std::uint32_t WatchLoad = 0xFFU;  ///< load switch of each card in the field
inline constexpr unsigned WatchPoweredShift = 8;   ///< power of each card
inline constexpr unsigned WatchStoreShift = 16;    ///< store request of each card
inline constexpr std::uint32_t WatchPause = 1U << 24;
inline constexpr std::uint32_t WatchCarrier = 1U << 25;
inline constexpr std::uint32_t WatchIrq = 1U << 26;
inline constexpr unsigned WatchHostShift = 32;  ///< interrupt of each card's mailbox

/// What a card asks of its store.
struct StoreRequest {
    unsigned operation = 0;  ///< nfc_pkg::store_op_e
    port::BlockAddress block = 0;
    unsigned offset = 0;
    std::uint8_t data = 0;
};

/// Called with each tick and the 8-bit level at the cards in it.
using LevelProbe = std::function<void(base::Tick, std::uint8_t)>;

/// Inputs set between two ticks count from the next one on.
class FieldSim {
public:
    virtual ~FieldSim() = default;

    /// What is computed in a tick. Nobody can tell but by the time it takes.
    enum class Computing {
        Needed,  ///< what can change (SplitField)
        All,     ///< all (WholeField); so it is with a waveform, and with mutants
    };

    /// A fresh simulation after reset, at tick 0. `cards` is 1 or 8 (the number that are
    /// simulated); `fst`: file to which a waveform goes, empty for none.
    static std::unique_ptr<FieldSim> make(unsigned cards, Computing computing,
                                          const std::string& fst);

    /// Steps until tick `until`, or until the end of the first tick in which watch() changed.
    /// Passes over ticks in which nothing but free-running counters would change, unless
    /// set_skip(false).
    virtual void run(base::Tick until) = 0;
    void set_skip(bool skip) { skip_ = skip; }
    /// Miscounts by so many ticks whenever some are passed over: for the test that sees a check
    /// find it.
    void set_slip(base::Tick ticks) { slip_ = ticks; }
    /// From now on ticks that are passed over within exchanges are computed as well; each time that
    /// some register differs counts as an error.
    virtual void check_leaps() = 0;
    /// Ticks passed over so far.
    [[nodiscard]] base::Tick skipped() const { return skipped_; }

    [[nodiscard]] base::Tick now() const { return now_; }
    [[nodiscard]] std::uint64_t watch() const { return watch_; }
    [[nodiscard]] virtual unsigned cards() const = 0;

    virtual void set_air(const AirSettings& settings) = 0;
    virtual void set_card(unsigned slot, const port::CardProfile& profile) = 0;
    /// Resets card `slot` and puts it into the field, or takes it out.
    virtual void set_present(unsigned slot, bool present) = 0;
    /// Card clock other than the reader's, comparator instead of converter; nullptr: the plain way.
    virtual void set_card_clock(CardClock* clock) = 0;
    void set_level_probe(LevelProbe probe) { probe_ = std::move(probe); }

    virtual void set_cut(bool cut) = 0;
    virtual void set_mute(bool mute) = 0;
    virtual void set_pause(bool pause) = 0;
    virtual void set_load(unsigned slot, bool load) = 0;

    struct Bus {
        bool select = false, enable = false, write = false;
        std::uint8_t address = 0;
        std::uint32_t data = 0;
    };
    virtual void set_bus(const Bus& bus) = 0;
    [[nodiscard]] virtual std::uint32_t read_data() const = 0;

    [[nodiscard]] virtual StoreRequest store_request(unsigned slot) const = 0;
    virtual void set_store_answer(unsigned slot, bool ready, std::uint8_t data, bool error) = 0;

    /// Starts one access to a card's mailbox; the one before must be over. It is over two ticks of
    /// the card after the next one, in the tick after its ACCESS phase.
    struct HostAccess {
        bool write = false;
        std::uint8_t address = 0;
        std::uint8_t data = 0;
    };
    virtual void start_host_access(unsigned slot, const HostAccess& access) = 0;
    [[nodiscard]] virtual bool host_access_over(unsigned slot) const = 0;
    [[nodiscard]] virtual std::uint8_t host_data(unsigned slot) const = 0;

    /// Assertions of the RTL that have failed so far, and leaps that went wrong.
    [[nodiscard]] virtual unsigned errors() const = 0;

protected:
    base::Tick now_ = 0;
    std::uint64_t watch_ = 0;
    bool skip_ = true;
    base::Tick slip_ = 0;
    base::Tick skipped_ = 0;
    LevelProbe probe_;
};

}  // namespace tb
