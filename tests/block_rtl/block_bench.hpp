/// \file block_bench.hpp
/// One ISO-DEP card of RTL in the field, and the test application of the plan behind its mailbox.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "verilated/rtl_world.hpp"

namespace block_rtl {

using base::Bytes;
using base::Tick;

/// COUNT 80 03, ECHO 80 04, LONG 80 01, SLOW 80 02 (test plan, "test application"); writes down
/// what it is told.
class TestApplication final : public port::ApduPort {
public:
    void reset(Tick at) override;
    Taken take(base::ByteView piece, bool more, Tick at) override;

    unsigned resets = 0;
    Tick last_reset = 0;
    std::vector<Tick> taken{};    ///< ticks of the pieces
    Tick work = 256;              ///< of a whole command
    Tick piece_work = 0;          ///< of a piece that others follow
    Tick waiting_time = 1 << 20;  ///< what SLOW counts in

private:
    Bytes command_{};
    unsigned count_ = 0;
};

class TestStore final : public port::StorePort {
public:
    explicit TestStore(port::ApduPort* os) : os_{os} {}
    port::Block read(port::BlockAddress, Tick) override { return {}; }
    Programming program(port::BlockAddress, const port::Block&, Tick start) override {
        return {start + 512, true};
    }
    void power_lost(Tick) override {}
    void power_up(Tick) override {}
    port::ApduPort* air() noexcept override { return os_; }
    std::unique_ptr<port::StorePort> clone() const override { return nullptr; }

private:
    port::ApduPort* os_;
};

/// DEP4 of the plan unless told otherwise.
struct Card {
    Bytes ats{0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
    std::uint8_t sak = 0x20;
};

class BlockBench {
public:
    explicit BlockBench(const Card& card = {}, const tb::RtlOptions& options = {},
                        const port::AirProfile& air = {});
    ~BlockBench();

    /// Switches the field on and selects the card: it waits for RATS.
    void select();
    /// The same, woken from HALT.
    void wake();
    /// select(), then RATS; returns the ATS.
    std::string activate(const std::string& rats = "E0 50 BC A5");

    /// The answer to a frame, both as hex with CRC, bytes apart; empty: silence.
    std::string send(const std::string& frame, Tick timeout = 71'680);
    /// The same with the CRC appended.
    std::string send_crc(const std::string& frame, Tick timeout = 71'680);
    /// n of the last answer's frame delay.
    [[nodiscard]] unsigned index() const { return index_; }
    /// L - E of the last answer, as the reader measures it.
    [[nodiscard]] Tick delay() const { return delay_; }
    /// G of the last frame sent.
    [[nodiscard]] Tick grid() const { return grid_; }

    TestApplication application{};
    std::unique_ptr<tb::RtlWorld> world;
    bool wrong_parity = false;  ///< of the first byte of each frame

private:
    std::string exchange(const Bytes& bytes, bool crc, Tick timeout);
    void expect_selected(std::uint8_t call);

    TestStore store_{&application};
    std::uint8_t sak_;
    bool exact_;  ///< the reader measures to the tick
    unsigned index_ = 0;
    Tick delay_ = 0;
    Tick grid_ = 0;
};

}  // namespace block_rtl
