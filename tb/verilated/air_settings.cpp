#include "verilated/air_settings.hpp"

#include <stdexcept>
#include <string>

namespace tb {

namespace {

constexpr unsigned Fraction = 14;  // as in sim_air.sv

[[noreturn]] void refuse(const char* what) {
    throw std::invalid_argument{std::string{"AirProfile: "} + what + " out of range"};
}

}  // namespace

AirSettings AirSettings::from(const port::AirProfile& p) {
    if (p.pause_ticks < 20 || p.pause_ticks > 60) refuse("pause_ticks");
    if (p.carrier < 32 || p.carrier > 255) refuse("carrier");
    if (p.fall < 16 || p.fall > 256) refuse("fall");
    if (p.rise < 16 || p.rise > 256) refuse("rise");
    if (p.overshoot > 20) refuse("overshoot");
    if (p.residual > 40) refuse("residual");
    constexpr std::array<std::array<unsigned, 2>, 3> FastPauses{{{16, 20}, {8, 10}, {4, 5}}};
    for (std::size_t i = 0; i < FastPauses.size(); ++i) {
        if (p.fast_pause_ticks[i] < FastPauses[i][0] || p.fast_pause_ticks[i] > FastPauses[i][1])
            refuse("fast_pause_ticks");
        if (p.fast_residual[i] > 60) refuse("fast_residual");
    }
    if (p.index_b < 3 || p.index_b > 30) refuse("index_b");
    if (p.load > 100) refuse("load");
    if (p.fading_depth > 100) refuse("fading_depth");
    if (p.noise > 2047) refuse("noise");
    if (p.offset_ppm < -10'000 || p.offset_ppm > 10'000) refuse("offset_ppm");
    if (p.carrier_clock > 57) refuse("carrier_clock");

    AirSettings s;
    s.unmodulated = p.carrier << Fraction;
    s.peak = s.unmodulated * (100 + p.overshoot) / 100;
    s.residual = s.unmodulated * p.residual / 100;
    constexpr unsigned LevelBits = 23;
    for (unsigned i = 0; i < s.fast_residual.size(); ++i) {
        const std::uint64_t level = s.unmodulated * p.fast_residual[i] / 100;
        const unsigned at = LevelBits * i;
        s.fast_residual[at / 32] |= static_cast<std::uint32_t>(level << at % 32);
        if (at / 32 != (at + LevelBits - 1) / 32)
            s.fast_residual[at / 32 + 1] |= static_cast<std::uint32_t>(level >> (32 - at % 32));
    }
    s.shallow = s.unmodulated * (100 - p.index_b) / (100 + p.index_b);
    s.fall = static_cast<std::uint16_t>(p.fall);
    s.rise = static_cast<std::uint16_t>(p.rise);
    s.set_load(p.carrier, 10 * p.load);
    if (p.fading_ticks != 0)
        s.fading_step = static_cast<std::uint32_t>((1ULL << 32U) / p.fading_ticks);
    s.fading_depth = static_cast<std::uint16_t>(256 * p.fading_depth / 100);
    s.noise = static_cast<std::uint16_t>(p.noise);
    s.noise_seed = p.noise_seed == 0 ? 1 : p.noise_seed;
    return s;
}

void AirSettings::set_load(unsigned carrier, unsigned permille) {
    // The load is felt by the reader's antenna; the field at the cards moves by a quarter of that.
    const unsigned drop = carrier * 16 * permille / 1000;
    pcd_drop = static_cast<std::uint16_t>(drop);
    picc_drop = static_cast<std::uint16_t>(drop / 4);
}

std::array<unsigned, 4> pauses_of(const port::AirProfile& profile) {
    const auto& fast = profile.fast_pause_ticks;
    return {profile.pause_ticks, fast[0], fast[1], fast[2]};
}

}  // namespace tb
