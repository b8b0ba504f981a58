/// \file air_bench.hpp
/// A reader's half of the air, tick by tick, for a card in Verilator: levels in, load modulation
/// out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace picc_rtl {

using Bits = std::vector<bool>;
using Bytes = std::vector<std::uint8_t>;
using Tick = std::uint64_t;

/// Bytes of "93 20" or "9320". Example: hex("0A 1b") == Bytes{0x0A, 0x1B}
Bytes hex(const std::string& text);
std::string to_text(const Bytes& bytes);
/// CRC_A, low byte first, appended (ISO/IEC 14443-3, Annex B).
Bytes with_crc(Bytes bytes);
/// Air bits of whole bytes, each with odd parity. `flip_parity` is the index of a byte whose parity
/// is wrong.
Bits standard_frame(const Bytes& bytes, std::optional<std::size_t> flip_parity = {});
/// The low `count` bits of `bytes`: whole bytes with parity, a part byte without.
Bits cut_frame(const Bytes& bytes, std::size_t count);
Bits short_frame(std::uint8_t code);

/// What the card sent.
struct Answer {
    Bits bits;                ///< without SOC
    Tick start = 0;           ///< L, absolute
    std::int64_t delay = 0;   ///< L - E
    bool last_was_x = false;  ///< of the reader's frame
    [[nodiscard]] bool silent() const { return start == 0; }
    /// n of the frame delay; fails the test when L is off the grid.
    [[nodiscard]] std::int64_t index() const;
    /// Data bytes of a standard frame; empty when the length is wrong.
    [[nodiscard]] Bytes bytes() const;
    [[nodiscard]] std::vector<bool> parity() const;
    [[nodiscard]] bool parity_is_odd() const;
};

/// Whoever derives from it moves the pins of a card.
class AirBench {
public:
    virtual ~AirBench() = default;
    AirBench(const AirBench&) = delete;
    AirBench& operator=(const AirBench&) = delete;

    [[nodiscard]] Tick now() const { return now_; }
    /// R: the card is powered from this tick on.
    [[nodiscard]] Tick ready_tick() const { return ready_tick_; }
    [[nodiscard]] Tick last_pause_end() const { return pause_end_; }
    void run_to(Tick tick);
    void run(Tick ticks) { run_to(now_ + ticks); }
    /// Sends a frame, its SOC at `start` (default: now), and listens for `wait` ticks behind E.
    Answer exchange(const Bits& frame, std::optional<Tick> start = {}, Tick wait = 1400);
    /// One level a tick from now on, then the carrier for at most `wait` ticks more. What the load
    /// switch did from its first tick on, until it has been off for 300 ticks; `start` is that
    /// tick, 0 when there was none.
    std::vector<bool> play(const std::vector<std::uint16_t>& levels, Tick wait, Tick& start);
    /// A pause on its own.
    Answer pause();
    /// Sends a frame and goes on `ticks` behind its start, whatever the card does.
    void send_only(const Bits& frame, Tick ticks);
    /// Carrier off for `ticks` and on for 64.
    void drop_carrier(Tick ticks);
    [[nodiscard]] virtual bool powered() const = 0;
    /// Carrier off for `ticks`, on again, and on until the card is ready.
    void power_cycle(Tick ticks = 67800);

    unsigned pause_ticks = 34;

protected:
    /// `delay`: ticks by which the card sees the level late, and its answers come late.
    explicit AirBench(Tick delay = 0) : delay_{delay} {}

    /// One tick with `level` of 255 at the antenna.
    virtual void tick(std::uint8_t level) = 0;
    /// The load switch.
    [[nodiscard]] virtual bool loads() const = 0;
    /// May pass over ticks before `end` in which nothing happens; returns how many.
    virtual Tick skip(Tick end) {
        static_cast<void>(end);
        return 0;
    }
    void step() {
        tick(level_);
        ++now_;
    }

private:
    void skip_to(Tick end) {
        if (end > now_) now_ += skip(end);
    }
    Answer listen(const std::vector<Tick>& pauses, bool last_is_x, Tick first, Tick wait);
    void set_level(const std::vector<Tick>& pauses, Tick first);

    Tick delay_;
    Tick now_ = 0;
    Tick ready_tick_ = 0;
    Tick pause_end_ = 0;
    std::uint8_t level_ = 0;
};

}  // namespace picc_rtl
