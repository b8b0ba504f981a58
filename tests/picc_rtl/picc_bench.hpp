/// \file picc_bench.hpp
/// Drives rtl/top/top_picc.sv: levels in, load modulation out, a store behind the store port.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "Vrtl_picc_alone.h"

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

struct Card {
    Bytes uid = {0x10, 0xE2, 0xF0, 0xA1};
    std::uint16_t atqa = 0x0004;
    std::uint8_t sak = 0x08;
    int kind = 1;  ///< 0 Mini, 1 1K, 2 4K
    bool type_b = false;
    std::uint8_t afi = 0;
    Bytes atqb{0, 0, 0, 0, 0x80, 0x81, 0x71};
    bool random_uid = false;
    bool nak_silent = false;
    bool unpredictable = false;
    std::uint16_t prng_seed = 0x2001;
    std::uint32_t nonce_seed = 2463534242U;
};

class PiccBench {
public:
    explicit PiccBench(const Card& card = {});
    ~PiccBench();
    PiccBench(const PiccBench&) = delete;
    PiccBench& operator=(const PiccBench&) = delete;

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
    /// One access of the mailbox's bus, two ticks.
    void write(std::uint8_t address, std::uint8_t value);
    std::uint8_t read(std::uint8_t address);
    [[nodiscard]] bool interrupt() const { return dut_->irq_o != 0; }
    /// A pause on its own.
    Answer pause();
    /// Sends a frame and goes on `ticks` behind its start, whatever the card does.
    void send_only(const Bits& frame, Tick ticks);
    /// Carrier off for `ticks` and on for 64.
    void drop_carrier(Tick ticks);
    [[nodiscard]] bool powered() const { return dut_->powered_o != 0; }
    /// Carrier off for `ticks`, on again, and on until the card is ready.
    void power_cycle(Tick ticks = 67800);

    std::array<std::array<std::uint8_t, 16>, 257> memory{};
    Tick program_ticks = 512;
    Tick store_latency = 3;
    bool program_fails = false;
    unsigned pause_ticks = 34;
    std::vector<Tick> program_requests;  ///< ticks at which StoreProgram was first seen
    int reads = 0;
    bool skips = true;  ///< ticks in which the card is quiet are counted, not simulated
    Tick skipped = 0;

private:
    void step();
    Answer listen(const std::vector<Tick>& pauses, bool last_is_x, Tick first, Tick wait);
    void set_level(const std::vector<Tick>& pauses, Tick first);
    /// Passes over ticks before `end` in which nothing but the card's counters would change.
    void skip_to(Tick end);
    void serve_store();
    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vrtl_picc_alone> dut_;
    Tick now_ = 0;
    Tick ready_tick_ = 0;
    Tick pause_end_ = 0;
    std::uint8_t level_ = 0;
    std::array<std::uint8_t, 16> page_{};
    Tick store_since_ = 0;
    bool store_busy_ = false;
    Tick last_program_ = 0;
};

}  // namespace picc_rtl
