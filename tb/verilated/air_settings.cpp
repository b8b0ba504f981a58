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
    if (p.load > 100) refuse("load");
    if (p.fading_depth > 100) refuse("fading_depth");
    if (p.noise > 2047) refuse("noise");
    if (p.offset_ppm < -10'000 || p.offset_ppm > 10'000) refuse("offset_ppm");
    if (p.carrier_clock > 57) refuse("carrier_clock");

    AirSettings s;
    s.unmodulated = p.carrier << Fraction;
    s.peak = s.unmodulated * (100 + p.overshoot) / 100;
    s.residual = s.unmodulated * p.residual / 100;
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

}  // namespace tb
