#include "bench.hpp"

#include <Vtop_pcd_rtl.h>
#include <Vtop_pcd_rtl___024root.h>
#include <verilated.h>

#include <algorithm>
#include <array>

#include "verilated/coverage.hpp"
#include "verilated/unit_member.hpp"

namespace bench {
namespace {

constexpr Tick Half = base::BitTicks / 2;
constexpr Tick Subcarrier = 16;
constexpr double FullScale = 4095;
constexpr double Carrier = 0.75 * FullScale;
constexpr double Fall = 96.0 / 256;
constexpr double Rise = 128.0 / 256;
constexpr Tick FrameEnds = 320;  // longer than two pauses of one frame can be apart
constexpr std::array Residual{0.0, 0.0, 0.0, 0.22};  // of the carrier, in pauses at each rate
constexpr double Shallow = 0.9 / 1.1;                // modulation index of 10 %

bool load_switch(Tick since) { return since % Subcarrier < Subcarrier / 2; }

}  // namespace

Bench::Bench()
    : context_{std::make_unique<VerilatedContext>()},
      dut_{std::make_unique<Vtop_pcd_rtl>(context_.get())} {
    context_->fatalOnError(false);
    dut_->rst_ni = 0;
    dut_->clk_i = 0;
    dut_->eval();
    dut_->clk_i = 1;
    dut_->eval();
    dut_->clk_i = 0;
    dut_->rst_ni = 1;
    dut_->eval();
}

Bench::~Bench() {
    dut_->final();
    tb::save_coverage(*context_);
}

int Bench::check_failures() const { return context_->errorCount() + quiet_broken_; }

bool Bench::quiet() const { return dut_->quiet_o != 0; }

// The air is a register: after edge t it shows pause and load of tick t-1.
void Bench::air() {
    const double low = dut_->shallow_o != 0 ? Shallow : Residual[dut_->rate_o];
    const double target = !carrier_before_ ? 0 : pause_before_ ? Carrier * low : Carrier;
    envelope_ += (target - envelope_) * (target < envelope_ ? Fall : Rise);
    double level = envelope_ - (load_before_ ? envelope_ * load_ / 1000 : 0);
    if (noise_) level += FullScale * (*noise_)(random_);
    dut_->level_i =
        played().value_or(static_cast<std::uint16_t>(std::clamp(level, 0.0, FullScale)));
}

std::optional<std::uint16_t> Bench::played() const {
    const Tick at = now_ - reply_.start;
    if (now_ < reply_.start || at >= reply_.levels.size()) return {};
    return reply_.levels[at];
}

bool Bench::loaded() const {
    if (now_ >= stray_start_ && now_ < stray_end_) return load_switch(now_ - stray_start_);
    if (reply_.start == 0 || now_ < reply_.start || !reply_.levels.empty()) return false;
    const auto at = static_cast<Tick>(static_cast<double>(now_ - reply_.start) * card_rate_);
    if (!reply_.loads.empty()) return at < reply_.loads.size() && reply_.loads[at] != 0;
    const auto index = at / base::BitTicks;
    if (index > reply_.symbols.size()) return false;
    const auto symbol = index == 0 ? Symbol::D : reply_.symbols[index - 1];
    const bool first = at % base::BitTicks < Half;
    const bool carries = symbol == Symbol::Both || symbol == (first ? Symbol::D : Symbol::E);
    return carries && load_switch(at % base::BitTicks);
}

// Watches pause_o; a frame has ended when no further pause can belong to it.
void Bench::listen() {
    const bool pause = dut_->pause_o != 0;
    if (pause && !pause_before_) {
        frame_.starts.push_back(now_);
        frame_.shallow = dut_->shallow_o != 0;
        frame_.rate = dut_->rate_o;
    }
    if (!pause && pause_before_) {
        frame_.lengths.push_back(now_ - frame_.starts.back());
        frame_.end = now_ + 1;
    }
    if ((dut_->carrier_o != 0) != carrier_before_) field_changes_.push_back(now_);
    if (frame_.starts.empty()) return;
    // Of type B only EOF, and SOF before it, is low for ten bits.
    const Tick etu = base::BitTicks >> frame_.rate;
    const bool ended = frame_.shallow ? frame_.lengths.size() > 1 && now_ + 1 == frame_.end &&
                                            frame_.lengths.back() >= 10 * etu
                                      : now_ == frame_.starts.back() + FrameEnds;
    if (ended) {
        if (!frame_.shallow) frame_.bits = miller_bits(frame_.starts, etu).value_or(base::Bits{});
        sent_.push_back(frame_);
        frame_ = {};
        const auto reply = card_ && carrier_before_ ? card_(sent_.back()) : std::nullopt;
        reply_ = reply.value_or(Reply{});
    }
}

void Bench::tick() {
    const auto outputs = [this] { return dut_->carrier_o << 2 | dut_->pause_o << 1 | dut_->irq_o; };
    const auto before = outputs();
    const bool quiet = dut_->quiet_o != 0;
    dut_->clk_i = 1;
    dut_->eval();
    if (quiet && outputs() != before) ++quiet_broken_;
    ++now_;
    air();
    listen();
    pause_before_ = dut_->pause_o != 0;
    carrier_before_ = dut_->carrier_o != 0;
    load_before_ = loaded();
    dut_->clk_i = 0;
    dut_->eval();
    if (watch_) watch_();
}

void Bench::skip_to(Tick tick) {
    dut_->rootp->UNIT_MEMBER(top_pcd, UNIT_PATH(u_top_pcd_radio, u_timer), tick_q) =
        static_cast<std::uint32_t>(tick);
    dut_->eval();
    now_ = tick;
}

void Bench::write(std::uint8_t address, std::uint32_t value) {
    dut_->psel_i = 1;
    dut_->penable_i = 0;
    dut_->pwrite_i = 1;
    dut_->paddr_i = address;
    dut_->pwdata_i = value;
    tick();
    dut_->penable_i = 1;
    dut_->eval();
    bus_error_ = dut_->pslverr_o != 0;
    tick();
    dut_->psel_i = 0;
    dut_->penable_i = 0;
    dut_->pwrite_i = 0;
    dut_->eval();
}

std::uint32_t Bench::read(std::uint8_t address) {
    dut_->psel_i = 1;
    dut_->penable_i = 0;
    dut_->pwrite_i = 0;
    dut_->paddr_i = address;
    tick();
    dut_->penable_i = 1;
    dut_->eval();
    const std::uint32_t value = dut_->prdata_o;
    bus_error_ = dut_->pslverr_o != 0;
    tick();
    dut_->psel_i = 0;
    dut_->penable_i = 0;
    dut_->eval();
    return value;
}

bool Bench::wait_irq(Tick until) {
    while (dut_->irq_o == 0 && now_ < until) tick();
    return dut_->irq_o != 0;
}

}  // namespace bench
