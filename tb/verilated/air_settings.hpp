/// \file air_settings.hpp
/// port::AirProfile in the integers that sim_air.sv computes with.
#pragma once

#include <array>
#include <cstdint>

#include "port/world.hpp"

namespace tb {

/// The antenna in the units of sim_air.sv.
struct AirSettings {
    std::uint32_t unmodulated = 0, peak = 0, residual = 0;
    std::array<std::uint32_t, 3> fast_residual{};  ///< pauses above fc/128, 23 bits each in a row
    std::uint32_t shallow = 0;                     ///< in the lows of type B
    std::uint16_t fall = 0, rise = 0, pcd_drop = 0, picc_drop = 0;
    std::uint32_t fading_step = 0;
    std::uint16_t fading_depth = 0, noise = 0;
    std::uint32_t noise_seed = 1;

    /// Errors: std::invalid_argument naming the value that is out of range.
    static AirSettings from(const port::AirProfile& profile);
    /// Load modulation in 1/1000 of `carrier`.
    void set_load(unsigned carrier, unsigned permille);
};

/// Pause lengths at the four rates, as the driver of the reader wants them.
[[nodiscard]] std::array<unsigned, 4> pauses_of(const port::AirProfile& profile);

}  // namespace tb
