#include "rf/matched.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace rf {
namespace {

constexpr std::size_t BitsOfCharacter = 8;
constexpr std::size_t CharacterBits = 10;

using Levels = std::span<const double>;

/// Against the subcarrier, whatever the mean of `levels`, which begin with a period.
double correlate(Levels levels, const Period& period) {
    const double mean = std::accumulate(period.begin(), period.end(), 0.0) / SubcarrierTicks;
    double sum = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        sum += levels[i] * (period[i % SubcarrierTicks] - mean);
    }
    return sum;
}

base::Bits manchester_bits(Levels levels, std::size_t bits, const Period& period) {
    constexpr std::size_t Half = BitTicks / 2;
    std::vector<std::array<double, 2>> halves;
    for (std::size_t slot = 0; slot <= bits; ++slot) {
        halves.push_back({correlate(levels.subspan(slot * BitTicks, Half), period),
                          correlate(levels.subspan(slot * BitTicks + Half, Half), period)});
    }
    // The SOC's subcarrier is in its first half.
    double up = halves.front()[0] - halves.front()[1];
    double down = -up;
    for (std::size_t slot = 1; slot <= bits; ++slot) {
        const auto [first, second] = halves[slot];
        up += std::max(first, second);
        down += std::max(-first, -second);
    }
    const double sign = up >= down ? 1 : -1;
    base::Bits out;
    for (std::size_t slot = 1; slot <= bits; ++slot) {
        out.push_back(sign * (halves[slot][0] - halves[slot][1]) > 0 ? 1 : 0);
    }
    return out;
}

base::Bits phase_bits(Levels levels, const PiccFrame& frame, const Period& period) {
    const auto reference = reference_ticks(frame);
    const auto bit = port::bit_ticks(frame.rate);
    const double known = correlate(levels.first(reference), period);
    base::Bits symbols;
    for (std::size_t i = 0; i < phase_symbols(frame).size(); ++i) {
        const double here = correlate(levels.subspan(reference + i * bit, bit), period);
        symbols.push_back(here * known > 0 ? 1 : 0);
    }
    if (frame.technology == port::Technology::A) {
        symbols.erase(symbols.begin());  // the start bit
        return symbols;
    }
    constexpr std::size_t Sof = 12;
    base::Bits out;
    for (std::size_t i = 0; i < frame.bits.size(); ++i) {
        const auto character = i / BitsOfCharacter;
        out.push_back(symbols[Sof + character * CharacterBits + 1 + i % BitsOfCharacter]);
    }
    return out;
}

/// Mean of what was added.
class Mean {
public:
    void add(Levels levels) {
        sum_ = std::accumulate(levels.begin(), levels.end(), sum_);
        count_ += static_cast<double>(levels.size());
    }
    [[nodiscard]] double value() const { return sum_ / count_; }

private:
    double sum_ = 0;
    double count_ = 0;
};

}  // namespace

base::Bits matched_bits(Levels levels, const PiccFrame& frame, const Period& period) {
    assert(levels.size() >= frame.end() - frame.start);
    return frame.is_ook() ? manchester_bits(levels, frame.bits.size(), period)
                          : phase_bits(levels, frame, period);
}

base::Bits matched_bits(Levels levels, std::size_t bits, BitRate rate,
                        const port::FramingB& framing) {
    const std::size_t bit = port::bit_ticks(rate);
    const std::size_t characters = bits / BitsOfCharacter;
    std::size_t at = 0;
    const auto next = [&](std::size_t ticks) {
        const auto part = levels.subspan(at, ticks);
        at += ticks;
        return part;
    };
    Mean low;
    Mean high;
    std::vector<Levels> data;
    low.add(next(framing.sof_low * bit));
    high.add(next(framing.sof_high * bit));
    for (std::size_t character = 0; character < characters; ++character) {
        low.add(next(bit));
        for (std::size_t i = 0; i < BitsOfCharacter; ++i) {
            data.push_back(next(bit));
        }
        high.add(next(bit));
        if (character + 1 < characters) {
            high.add(next(framing.egt));
        }
    }
    low.add(next(framing.sof_low * bit));
    const double middle = (low.value() + high.value()) / 2;
    const bool upright = high.value() >= low.value();
    base::Bits out;
    for (const auto& part : data) {
        Mean mean;
        mean.add(part);
        out.push_back((mean.value() > middle) == upright ? 1 : 0);
    }
    return out;
}

base::Bits matched_bits(Levels levels, std::size_t bits, BitRate rate, const PauseShape& pause) {
    const std::size_t bit = port::bit_ticks(rate);
    assert(levels.size() >= (bits + 2) * bit);
    // How much likelier a pause at `at` is than none, in squares of the noise.
    const auto pause_at = [&](std::size_t at) {
        double sum = 0;
        for (std::size_t i = 0; i < std::min(pause.levels.size(), levels.size() - at); ++i) {
            const double depth = pause.levels[i] - pause.carrier;
            sum += (levels[at + i] - pause.carrier) * depth - depth * depth / 2;
        }
        return sum;
    };
    // The best frame so far whose last bit is 0, and the best one whose last bit is 1.
    struct Path {
        double score = 0;
        base::Bits bits{};
    };
    const auto more = [](Path path, double score, std::uint8_t value) {
        path.score += score;
        path.bits.push_back(value);
        return path;
    };
    const auto better = [](const Path& a, const Path& b) { return a.score >= b.score ? a : b; };
    Path zero;  // SOC ends as a 0 does
    Path one{-std::numeric_limits<double>::infinity(), {}};
    for (std::size_t i = 0; i < bits; ++i) {
        const double early = pause_at((i + 1) * bit);
        const double late = pause_at((i + 1) * bit + bit / 2);
        // A 0 has its pause at the start of its bit, but for one behind a 1.
        Path next_zero = better(more(zero, early, 0), more(one, 0, 0));
        one = more(better(zero, one), late, 1);
        zero = std::move(next_zero);
    }
    // EOC begins with a 0.
    zero.score += pause_at((bits + 1) * bit);
    return better(zero, one).bits;
}

}  // namespace rf
