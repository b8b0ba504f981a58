// The card's RTL alone, fed a level that wakes, selects and halts it for ever.
#include <benchmark/benchmark.h>

#include <chrono>
#include <vector>

#include "base/tick.hpp"
#include "report.hpp"
#include "verilated/split_card.hpp"

namespace {

constexpr std::uint8_t Carrier = 192;
constexpr unsigned PauseTicks = 34;

/// The level of one frame (modified Miller, ISO/IEC 14443-2, 8.1.3), then `gap` ticks of carrier.
void append_frame(std::vector<std::uint8_t>& level, const std::vector<int>& bits, unsigned gap) {
    const auto symbol = [&level](int pause_at) {
        const std::size_t begin = level.size();
        level.resize(begin + base::BitTicks, Carrier);
        for (unsigned i = 0; pause_at >= 0 && i < PauseTicks; ++i)
            level[begin + static_cast<unsigned>(pause_at) + i] = 0;
    };
    int previous = 0;
    symbol(0);
    for (const int bit : bits) {
        symbol(bit != 0 ? 64 : previous != 0 ? -1 : 0);
        previous = bit;
    }
    symbol(previous != 0 ? -1 : 0);
    level.resize(level.size() + gap, Carrier);
}

std::vector<int> with_parity(const std::vector<std::uint8_t>& bytes) {
    std::vector<int> bits;
    for (const std::uint8_t byte : bytes) {
        int ones = 0;
        for (int i = 0; i < 8; ++i) {
            bits.push_back((byte >> i) & 1);
            ones += bits.back();
        }
        bits.push_back(ones % 2 == 0 ? 1 : 0);
    }
    return bits;
}

std::vector<std::uint8_t> activation() {
    std::vector<std::uint8_t> level;
    const std::vector<int> wupa{0, 1, 0, 0, 1, 0, 1};
    append_frame(level, wupa, 6000);
    append_frame(level, with_parity({0x93, 0x20}), 9000);
    append_frame(level, with_parity({0x93, 0x70, 0x10, 0xE2, 0xF0, 0xA1, 0xA3, 0xA2, 0x4D}), 7000);
    append_frame(level, with_parity({0x50, 0x00, 0x57, 0xCD}), 4000);
    return level;
}

void picc_rtl_x_realtime(benchmark::State& state) {
    VerilatedContext context;
    tb::SplitCard picc{context};
    auto& card = picc.card();
    card.uid_i[0] = 0xA1F0E210;
    card.atqa_i = 0x0004;
    card.sak_i = 0x08;
    card.kind_i = 1;
    card.nonce_seed_i = 1;
    picc.reset(false);
    picc.reset(true);
    card.load_settings_i = 1;
    for (int i = 0; i < 4; ++i) picc.tick(Carrier);
    card.load_settings_i = 0;
    picc.reset(false);
    bool asked = false;
    // A store that is at once ready.
    const auto tick = [&](std::uint8_t level) {
        picc.tick(level);
        if (card.store_asked_o != 0 || asked) {
            asked = card.store_asked_o != 0 && !asked;
            picc.card().store_ready_i = asked;
        }
    };
    for (int i = 0; i < 8192; ++i) tick(Carrier);

    const std::vector<std::uint8_t> level = activation();
    std::uint64_t ticks = 0;
    std::uint64_t loaded = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (auto _ : state) {
        for (const std::uint8_t sample : level) {
            tick(sample);
            loaded += picc.load() ? 1 : 0;
        }
        ticks += level.size();
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    if (loaded == 0) state.SkipWithError("the card never answered");
    bench::set_figure(state, static_cast<double>(ticks) / base::CarrierHz / wall.count(),
                      "x real time");
}
BENCHMARK(picc_rtl_x_realtime)->Iterations(100);

}  // namespace
