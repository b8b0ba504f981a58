#include "bpsk.hpp"

namespace rf_test {

namespace {

constexpr Tick Reference = 512;
constexpr Tick Period = 16;

Tick etu(unsigned rate) { return 128 >> rate; }

}  // namespace

std::vector<Phase> bpsk_a(const base::Bits& bits, unsigned rate) {
    std::vector<Phase> phases{{1, Reference}, {0, etu(rate)}};
    for (const auto bit : bits) phases.push_back({bit, etu(rate)});
    return phases;
}

std::vector<Phase> bpsk_b(base::ByteView bytes, unsigned rate, const FrameB& how) {
    const Tick t = etu(rate);
    std::vector<Phase> phases{{1, how.tr1}, {0, how.sof_low * t}, {1, how.sof_high * t}};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i != 0 && how.egt != 0) phases.push_back({1, how.egt});
        phases.push_back({0, t});
        for (unsigned bit = 0; bit < 8; ++bit)
            phases.push_back({static_cast<std::uint8_t>(bytes[i] >> bit & 1U), t});
        phases.push_back({1, t});
    }
    phases.push_back({0, how.eof_low * t});
    phases.push_back({1, t});
    return phases;
}

Switch bpsk(const std::vector<Phase>& phases) {
    Switch loads;
    for (const auto& phase : phases)
        for (Tick tick = 0; tick < phase.ticks; ++tick)
            loads.push_back((loads.size() % Period < Period / 2) == (phase.bit != 0) ? 1 : 0);
    return loads;
}

Tick length(const std::vector<Phase>& phases) {
    Tick ticks = 0;
    for (const auto& phase : phases) ticks += phase.ticks;
    return ticks;
}

base::Bits with_last_even(base::ByteView bytes) {
    auto bits = with_parity(bytes);
    bits.back() ^= 1U;
    return bits;
}

base::Bits plain(base::ByteView bytes) {
    base::Bits bits;
    for (const auto byte : bytes)
        for (unsigned bit = 0; bit < 8; ++bit)
            bits.push_back(static_cast<std::uint8_t>(byte >> bit & 1U));
    return bits;
}

}  // namespace rf_test
