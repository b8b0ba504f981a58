#include "curves/air.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "port/world.hpp"
#include "rf/miller.hpp"
#include "rf/nrz.hpp"
#include "rf/picc_load.hpp"

namespace curves {
namespace {

/// The antenna and the pauses of the worlds.
const port::AirProfile Profile{};
constexpr double OfRegister = 256.0;

constexpr unsigned CardLevelBits = 8;
constexpr unsigned ReaderLevelBits = 12;

// A reader listens from the end of its own frame on, a card answers 1172 ticks later or more.
constexpr std::size_t IdleAtReader = 1172;
// Until a receiver is sure that a broken frame of type B is over.
constexpr std::size_t IdleAtCard = 2048;
constexpr std::size_t IdleSpread = 1024;
constexpr std::size_t IdleAfter = 700;

/// An edge of type B is half done two ticks after the switch.
constexpr std::size_t NrzDelay = 1;

double full_scale(const Link& link) {
    return (1U << (link.at_card() ? CardLevelBits : ReaderLevelBits)) - 1.0;
}

double carrier(const Link& link) { return link.at_card() ? CarrierAtCard : CarrierAtReader; }

unsigned pause_ticks(port::BitRate rate) {
    return rate == port::BitRate::Fc128
               ? Profile.pause_ticks
               : Profile.fast_pause_ticks[static_cast<std::size_t>(rate) - 1];
}

/// One tick of the antenna.
double follow(double level, double target) {
    return level + (target - level) * (target < level ? Profile.fall : Profile.rise) / OfRegister;
}

rf::PiccFrame picc_frame(const Link& link, const base::Bits& bits) {
    return {bits, 0, link.technology, link.rate};
}

}  // namespace

double usual_depth(const Link& link) {
    if (!link.at_card()) return 0.02;
    if (link.is_b()) {
        const double index = Profile.index_b / 100.0;
        return 2 * index / (1 + index);
    }
    if (link.rate == port::BitRate::Fc128) return 1;
    return 1 - Profile.fast_residual[static_cast<std::size_t>(link.rate) - 1] / 100.0;
}

double noise_for(const Link& link, double depth, double snr_db) {
    const double amplitude = carrier(link) * depth / 2;
    return amplitude * std::sqrt(static_cast<double>(link.bit()) / std::pow(10, snr_db / 10));
}

Air::Air(const Link& link, const Conditions& conditions, std::uint32_t seed)
    : link_{link}, conditions_{conditions}, random_{seed}, level_{carrier(link)} {
    if (!link_.at_card()) {
        // The third period, when the antenna has got used to it.
        rf::PiccFrame frame = picc_frame(link_, base::Bits(1, 1));
        const auto response = clean_response(rf::load_of(frame), 3 * period_.size());
        std::copy_n(response.begin() + 2 * static_cast<std::ptrdiff_t>(period_.size()),
                    period_.size(), period_.begin());
    } else if (!link_.is_b()) {
        pause_.carrier = carrier(link_);
        pause_.levels = clean_response(base::Bits(pause_ticks(link_.rate), 1), link_.bit());
    }
}

base::Bits Air::random_bits() {
    base::Bits bits;
    for (std::size_t i = 0; i < FrameBytes; ++i) {
        const auto byte = static_cast<std::uint8_t>(random_());
        for (unsigned b = 0; b < 8; ++b) bits.push_back(byte >> b & 1);
        if (link_.is_b()) continue;
        // The last parity bit of a card above fc/128 is even.
        const bool even =
            !link_.at_card() && link_.rate != port::BitRate::Fc128 && i + 1 == FrameBytes;
        bits.push_back(static_cast<std::uint8_t>((std::popcount(byte) + (even ? 0 : 1)) % 2));
    }
    return bits;
}

/// One entry a tick from the frame's start on; idle behind it.
base::Bits Air::modulation(const base::Bits& bits) const {
    if (!link_.at_card()) return rf::load_of(picc_frame(link_, bits));
    const auto lows = link_.is_b() ? rf::nrz_lows(bits, 0, link_.rate, {})
                                   : rf::pauses_at(rf::pause_starts(bits, 0, link_.rate),
                                                   pause_ticks(link_.rate));
    const auto end = link_.is_b() ? lows.back().off : (bits.size() + 2) * link_.bit();
    base::Bits modulated(end, 0);
    for (const auto& low : lows)
        std::fill(modulated.begin() + static_cast<std::ptrdiff_t>(low.on),
                  modulated.begin() + static_cast<std::ptrdiff_t>(low.off), std::uint8_t{1});
    return modulated;
}

/// Without noise, from the first tick on that shows the modulation.
Air::Levels Air::clean_response(const base::Bits& modulation, std::size_t ticks) const {
    Levels levels;
    double level = carrier(link_);
    for (std::size_t tick = 0; tick < ticks; ++tick) {
        const bool on = tick < modulation.size() && modulation[tick] != 0;
        level = follow(level, carrier(link_) * (on ? 1 - conditions_.depth : 1));
        levels.push_back(level);
    }
    return levels;
}

double Air::gain_at(std::uint64_t tick) const {
    if (conditions_.fading_hz == 0) return 1;
    const double lowest = link_.at_card() ? FadedAtCard : FadedAtReader;
    const double phase = 2 * std::numbers::pi * conditions_.fading_hz * static_cast<double>(tick) /
                         static_cast<double>(base::CarrierHz);
    return 1 - (1 - lowest) * (1 - std::cos(phase)) / 2;
}

base::Bits Air::ideal_bits(const std::vector<std::uint16_t>& samples, std::size_t start,
                           const base::Bits& sent) const {
    const double full = full_scale(link_);
    const double clock = 1 + conditions_.ppm * 1e-6;
    // It knows when the frame began, how fast the sender's clock is, and how the field fades.
    const auto aligned = [&](std::size_t from, std::size_t ticks) {
        Levels levels;
        for (std::size_t tick = 0; tick < ticks; ++tick) {
            const auto at =
                start + from + static_cast<std::size_t>(static_cast<double>(tick) / clock + 0.5);
            const double level = samples[std::min(at, samples.size() - 1)] / full;
            levels.push_back(link_.at_card() ? level / gain_at(tick_ - samples.size() + at)
                                             : level);
        }
        return levels;
    };
    // The level shows what was switched a tick ago.
    if (!link_.at_card()) {
        const auto frame = picc_frame(link_, sent);
        return rf::matched_bits(aligned(1, frame.end()), frame, period_);
    }
    if (!link_.is_b())
        return rf::matched_bits(aligned(1, (sent.size() + 2) * link_.bit()), sent.size(),
                                link_.rate, pause_);
    return rf::matched_bits(aligned(1 + NrzDelay, modulation(sent).size()), sent.size(), link_.rate,
                            port::FramingB{});
}

Reception Air::next() {
    Reception out;
    out.sent = random_bits();
    const auto modulated = modulation(out.sent);
    const std::size_t start =
        (link_.at_card() ? IdleAtCard : IdleAtReader) + random_() % IdleSpread;
    const double clock = 1 + conditions_.ppm * 1e-6;
    const auto length = static_cast<std::size_t>(static_cast<double>(modulated.size()) / clock) + 1;
    const double full = full_scale(link_);
    std::normal_distribution<double> noise{0, std::max(conditions_.noise, 1e-12)};
    for (std::size_t tick = 0; tick < start + length + IdleAfter; ++tick, ++tick_) {
        const double gain = gain_at(tick_);
        double target = carrier(link_);
        if (tick > start) {
            const auto at = static_cast<std::size_t>(static_cast<double>(tick - 1 - start) * clock);
            const double share = link_.at_card() ? 1 : gain;
            if (at < modulated.size() && modulated[at] != 0)
                target *= 1 - conditions_.depth * share;
        }
        if (link_.at_card()) target *= gain;
        level_ = follow(level_, target);
        const double seen = std::clamp(level_ + noise(random_), 0.0, 1.0);
        out.samples.push_back(static_cast<std::uint16_t>(std::lround(seen * full)));
    }
    out.ideal = ideal_bits(out.samples, start, out.sent);
    return out;
}

}  // namespace curves
