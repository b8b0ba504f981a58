#include "antenna.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace rf_test {

std::vector<Tick> miller(const base::Bits& bits, Tick bit_time) {
    std::vector<Tick> starts{0};  // SOC
    Tick at = bit_time;
    std::uint8_t before = 0;
    base::Bits all = bits;
    all.push_back(0);  // EOC
    for (const std::uint8_t bit : all) {
        if (bit != 0) {
            starts.push_back(at + bit_time / 2);
        } else if (before == 0) {
            starts.push_back(at);
        }
        before = bit;
        at += bit_time;
    }
    return starts;
}

Switch nrz_bits(const char* characters, const FramingB& framing) {
    Switch low;
    const auto add = [&low](bool modulated, Tick ticks) {
        low.insert(low.end(), static_cast<std::size_t>(ticks), modulated ? 1 : 0);
    };
    add(true, framing.sof_low * framing.bit);
    add(false, framing.sof_high * framing.bit);
    std::size_t place = 0;
    for (const std::uint8_t bit : bits_of(characters)) {
        if (place != 0 && place % 10 == 0) add(false, framing.egt);
        add(bit == 0, framing.bit);
        ++place;
    }
    add(true, framing.eof_low * framing.bit);
    return low;
}

Switch nrz(base::ByteView bytes, const FramingB& framing) {
    std::string characters;
    for (const std::uint8_t byte : bytes) {
        characters += '0';
        for (unsigned i = 0; i < 8; ++i) characters += (byte >> i & 1U) != 0 ? '1' : '0';
        characters += '1';
    }
    return nrz_bits(characters.c_str(), framing);
}

Switch manchester(const base::Bits& bits) {
    Switch loads;
    const auto half = [&loads](bool on) {
        for (int tick = 0; tick < 64; ++tick) {
            loads.push_back(on && tick % 16 < 8 ? 1 : 0);
        }
    };
    half(true);
    half(false);
    for (const std::uint8_t bit : bits) {
        half(bit != 0);
        half(bit == 0);
    }
    return loads;
}

base::Bits bits_of(const char* text) {
    base::Bits bits;
    for (; *text != '\0'; ++text) {
        if (*text == '0' || *text == '1') {
            bits.push_back(*text == '1' ? 1 : 0);
        }
    }
    return bits;
}

base::Bits with_parity(base::ByteView bytes) {
    base::Bits bits;
    for (const std::uint8_t byte : bytes) {
        std::uint8_t ones = 0;
        for (unsigned i = 0; i < 8; ++i) {
            const auto bit = static_cast<std::uint8_t>(byte >> i & 1U);
            bits.push_back(bit);
            ones ^= bit;
        }
        bits.push_back(ones ^ 1U);
    }
    return bits;
}

std::vector<double> Antenna::field(const Switch& pause, const Switch& loads, std::size_t ticks,
                                   const std::vector<double>& strength) const {
    std::vector<double> levels;
    levels.reserve(ticks);
    std::mt19937 random{seed};
    std::uniform_real_distribution<double> uniform{-noise, noise};
    double value = carrier;
    std::size_t since_pause = ticks;
    for (std::size_t tick = 0; tick < ticks; ++tick) {
        // The level shows what was switched a tick ago.
        const bool paused = tick > 0 && tick - 1 < pause.size() && pause[tick - 1] != 0;
        const bool loaded = tick > 0 && tick - 1 < loads.size() && loads[tick - 1] != 0;
        since_pause = paused ? 0 : since_pause + 1;
        double target = paused ? carrier * residual : carrier;
        if (!paused && since_pause < 20) {
            target *= 1.0 + overshoot * (20.0 - static_cast<double>(since_pause)) / 20.0;
        }
        if (loaded) {
            const double share = tick - 1 < strength.size() ? strength[tick - 1] : 1.0;
            target *= 1.0 - load * share;
        }
        value += (target - value) * (target < value ? fall : rise);
        levels.push_back(std::clamp(value + (noise > 0.0 ? uniform(random) : 0.0), 0.0, 1.0));
    }
    return levels;
}

Levels Antenna::level(const Switch& pause, const Switch& loads, std::size_t ticks, unsigned bits,
                      const std::vector<double>& strength) const {
    const double full = static_cast<double>((1U << bits) - 1U);
    Levels levels;
    levels.reserve(ticks);
    for (const double value : field(pause, loads, ticks, strength)) {
        levels.push_back(static_cast<std::uint16_t>(std::lround(value * full)));
    }
    return levels;
}

Switch pauses(const std::vector<Tick>& starts, Tick length, Tick offset) {
    Switch pause(static_cast<std::size_t>(offset + starts.back() + length), 0);
    for (const Tick start : starts) {
        std::fill_n(pause.begin() + static_cast<std::ptrdiff_t>(offset + start),
                    static_cast<std::size_t>(length), std::uint8_t{1});
    }
    return pause;
}

Switch delayed(const Switch& what, Tick offset) {
    Switch later(static_cast<std::size_t>(offset), 0);
    later.insert(later.end(), what.begin(), what.end());
    return later;
}

}  // namespace rf_test
