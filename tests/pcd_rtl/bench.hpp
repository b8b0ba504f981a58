// The reader's RTL on a bench: its registers as a RegisterBus, an antenna, and a card played by the
// test.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "driver/register_bus.hpp"
#include "frames.hpp"

class Vtop_pcd_rtl;
class VerilatedContext;

namespace bench {

using base::Tick;

/// A frame of the reader as its pauses show it.
struct SentFrame {
    std::vector<Tick> starts{};
    std::vector<Tick> lengths{};
    base::Bits bits{};  ///< of type A
    Tick end = 0;       ///< E of the last pause
    bool shallow = false;
    unsigned rate = 0;
};

/// What the card does with its load from tick `start` on: a SOC and symbols, or `loads`, one entry
/// a tick. Or `levels`, one a tick: what the reader hears instead of its antenna.
struct Reply {
    Symbols symbols{};
    Tick start = 0;
    std::vector<std::uint8_t> loads{};
    std::vector<std::uint16_t> levels{};
};

class Bench final : public driver::RegisterBus {
public:
    /// Is asked once after each frame of the reader, 300 ticks after its end at the latest.
    using Card = std::function<std::optional<Reply>(const SentFrame&)>;

    Bench();
    ~Bench() override;

    void write(std::uint8_t address, std::uint32_t value) override;
    [[nodiscard]] std::uint32_t read(std::uint8_t address) override;
    bool wait_irq(Tick until) override;
    [[nodiscard]] Tick now() const override { return now_; }

    void card(Card card) { card_ = std::move(card); }
    /// Load modulation in thousandths of the carrier.
    void load(unsigned thousandths) { load_ = thousandths; }
    /// Subcarrier from tick `start` to before `end`, whatever the card does.
    void stray(Tick start, Tick end) { stray_start_ = start, stray_end_ = end; }

    [[nodiscard]] const std::vector<SentFrame>& sent() const { return sent_; }
    [[nodiscard]] const std::vector<Tick>& field_changes() const { return field_changes_; }
    [[nodiscard]] bool quiet() const;
    [[nodiscard]] bool bus_error() const { return bus_error_; }
    /// Assertions of the RTL that failed, and ticks in which something moved though quiet_o was
    /// high.
    [[nodiscard]] int check_failures() const;
    void tick();
    /// Is called at the end of each tick.
    void each_tick(std::function<void()> watch) { watch_ = std::move(watch); }
    /// White noise of deviation `deviation`, of full scale, wherever no `levels` are played.
    void noise(double deviation) { noise_ = std::normal_distribution<double>{0, deviation}; }
    /// Moves the time of bench and reader, which must be idle, to `tick`.
    void skip_to(Tick tick);
    /// The card's clock against the reader's.
    void card_ppm(double ppm) { card_rate_ = 1 + ppm / 1e6; }

private:
    void air();
    void listen();
    [[nodiscard]] bool loaded() const;
    [[nodiscard]] std::optional<std::uint16_t> played() const;

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vtop_pcd_rtl> dut_;
    Tick now_ = 0;
    Card card_;
    std::vector<SentFrame> sent_;
    std::vector<Tick> field_changes_;
    SentFrame frame_;
    Reply reply_;
    bool pause_before_ = false;
    bool carrier_before_ = false;
    bool load_before_ = false;
    bool bus_error_ = false;
    unsigned load_ = 120;
    Tick stray_start_ = 0;
    Tick stray_end_ = 0;
    double envelope_ = 0;
    std::mt19937 random_{};
    std::optional<std::normal_distribution<double>> noise_{};
    double card_rate_ = 1;
    int quiet_broken_ = 0;
    std::function<void()> watch_;
};

}  // namespace bench
