/// \file air.hpp
/// Frames as they arrive at a receiver, one after the other: weak, noisy, from another clock,
/// fading.
#pragma once

#include <random>
#include <vector>

#include "base/bytes.hpp"
#include "curves/link.hpp"
#include "rf/matched.hpp"

namespace curves {

/// Bytes of each frame, CRC included.
inline constexpr std::size_t FrameBytes = 18;
/// Unmodulated level, of full scale.
inline constexpr double CarrierAtCard = 0.5;
inline constexpr double CarrierAtReader = 0.75;
/// How far a fading field goes down: the level at a card, the load modulation at a reader.
inline constexpr double FadedAtCard = 0.6;
inline constexpr double FadedAtReader = 0.25;

struct Conditions {
    double depth = 0;      ///< what modulation takes from the unmodulated level, 0..1
    double noise = 0;      ///< deviation of white noise, of full scale
    double ppm = 0;        ///< sender's clock against the receiver's
    double fading_hz = 0;  ///< 0: none
};

/// What a reader's pause or low, or a card's load, takes by default.
[[nodiscard]] double usual_depth(const Link& link);

/// Noise for a signal-to-noise ratio: power of the modulation, (distance of its two levels / 2)
/// squared, over the power of the noise in half the bit rate (53 kHz at fc/128).
[[nodiscard]] double noise_for(const Link& link, double depth, double snr_db);

/// One frame on the air.
struct Reception {
    base::Bits sent{};
    std::vector<std::uint16_t> samples{};  ///< one a tick: idle, frame, idle
    base::Bits ideal{};                    ///< what the ideal receiver makes of the same samples
};

class Air {
public:
    /// The same frames, noise and all for the same seed.
    Air(const Link& link, const Conditions& conditions, std::uint32_t seed);

    [[nodiscard]] Reception next();

private:
    using Levels = std::vector<double>;

    [[nodiscard]] base::Bits random_bits();
    [[nodiscard]] base::Bits modulation(const base::Bits& bits) const;
    [[nodiscard]] Levels clean_response(const base::Bits& modulation, std::size_t ticks) const;
    [[nodiscard]] double gain_at(std::uint64_t tick) const;
    [[nodiscard]] base::Bits ideal_bits(const std::vector<std::uint16_t>& samples,
                                        std::size_t start, const base::Bits& sent) const;

    Link link_;
    Conditions conditions_;
    std::mt19937 random_;
    double level_ = 0;        ///< of the antenna
    std::uint64_t tick_ = 0;  ///< of the next sample
    rf::Period period_{};     ///< of the subcarrier as it arrives
    rf::PauseShape pause_{};
};

}  // namespace curves
