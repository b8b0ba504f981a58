#include "air_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace picc_rtl {
namespace {

constexpr std::uint8_t CarrierLevel = 200;

std::uint16_t crc_a(const Bytes& bytes) {
    std::uint16_t crc = 0x6363;
    for (const std::uint8_t byte : bytes) {
        for (int bit = 0; bit < 8; ++bit) {
            const bool low = ((crc ^ (byte >> bit)) & 1) != 0;
            crc = static_cast<std::uint16_t>(crc >> 1);
            if (low) crc ^= 0x8408;
        }
    }
    return crc;
}

/// Starts of the pauses of a frame, relative to SOC, by the rules of modified Miller coding.
struct Coded {
    std::vector<Tick> pauses;
    bool last_is_x = false;
};

Coded encode(const Bits& frame) {
    Coded coded{{0}, false};
    Bits all = frame;
    all.push_back(false);  // EOC
    bool before = false;
    for (std::size_t n = 0; n < all.size(); ++n) {
        const Tick bit = 128 * (n + 1);
        if (all[n]) {
            coded.pauses.push_back(bit + 64);
            coded.last_is_x = true;
        } else if (!before) {
            coded.pauses.push_back(bit);
            coded.last_is_x = false;
        }
        before = all[n];
    }
    return coded;
}

}  // namespace

Bytes hex(const std::string& text) {
    Bytes bytes;
    std::string digits;
    for (const char c : text) {
        if (std::isxdigit(static_cast<unsigned char>(c)) != 0) digits += c;
        if (digits.size() == 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
            digits.clear();
        }
    }
    return bytes;
}

std::string to_text(const Bytes& bytes) {
    std::string text;
    constexpr std::array<char, 17> Digits{"0123456789ABCDEF"};
    for (const std::uint8_t byte : bytes) {
        text += Digits[byte >> 4];
        text += Digits[byte & 15];
    }
    return text;
}

Bytes with_crc(Bytes bytes) {
    const std::uint16_t crc = crc_a(bytes);
    bytes.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(crc >> 8));
    return bytes;
}

Bits cut_frame(const Bytes& bytes, std::size_t count) {
    Bits bits;
    bool odd = false;
    for (std::size_t n = 0; n < count; ++n) {
        const bool bit = ((bytes[n / 8] >> (n % 8)) & 1) != 0;
        bits.push_back(bit);
        odd ^= bit;
        if (n % 8 == 7) {
            bits.push_back(!odd);
            odd = false;
        }
    }
    return bits;
}

Bits standard_frame(const Bytes& bytes, std::optional<std::size_t> flip_parity) {
    Bits bits = cut_frame(bytes, bytes.size() * 8);
    if (flip_parity) bits[*flip_parity * 9 + 8] = !bits[*flip_parity * 9 + 8];
    return bits;
}

Bits short_frame(std::uint8_t code) { return cut_frame({code}, 7); }

std::int64_t Answer::index() const {
    const std::int64_t grid = delay - (last_was_x ? 84 : 20);
    EXPECT_EQ(grid % 128, 0) << "answer off the grid, delay " << delay;
    return grid / 128;
}

Bytes Answer::bytes() const {
    Bytes result;
    if (bits.size() % 9 != 0) return result;
    for (std::size_t n = 0; n < bits.size() / 9; ++n) {
        unsigned byte = 0;
        for (std::size_t bit = 0; bit < 8; ++bit)
            byte |= static_cast<unsigned>(bits[9 * n + bit]) << bit;
        result.push_back(static_cast<std::uint8_t>(byte));
    }
    return result;
}

std::vector<bool> Answer::parity() const {
    std::vector<bool> result;
    for (std::size_t n = 8; n < bits.size(); n += 9) result.push_back(bits[n]);
    return result;
}

bool Answer::parity_is_odd() const { return bits == standard_frame(bytes()); }

void AirBench::run_to(Tick tick) {
    while (now_ < tick) {
        step();
        skip_to(tick);
    }
}

void AirBench::power_cycle(Tick ticks) {
    level_ = 0;
    run(ticks);
    const Tick field_on = now_;
    run(1);  // the level shows the carrier one tick later
    level_ = CarrierLevel;
    while (!powered() && now_ < field_on + 10000) step();
    ready_tick_ = now_;
    EXPECT_EQ(ready_tick_, field_on + 4096 + delay_);
    run(400);
}

void AirBench::set_level(const std::vector<Tick>& pauses, Tick first) {
    level_ = CarrierLevel;
    const auto after = std::lower_bound(pauses.begin(), pauses.end(), now_ - first);
    if (after == pauses.begin()) return;
    const Tick at = now_ - first - *(after - 1);  // 1: first tick that shows the pause
    if (at == 1) {
        level_ = CarrierLevel * 3 / 4;
    } else if (at == 2 || at == pause_ticks + 1) {
        level_ = CarrierLevel / 2;
    } else if (at <= pause_ticks) {
        level_ = 0;
    } else if (at == pause_ticks + 2) {
        level_ = CarrierLevel * 4 / 5;
    }
}

void AirBench::send_only(const Bits& frame, Tick ticks) {
    const Coded coded = encode(frame);
    const Tick first = now_;
    while (now_ < first + ticks) {
        set_level(coded.pauses, first);
        step();
    }
}

void AirBench::drop_carrier(Tick ticks) {
    level_ = 0;
    run(ticks);
    level_ = CarrierLevel;
    run(64);
}

Answer AirBench::exchange(const Bits& frame, std::optional<Tick> start, Tick wait) {
    const Tick first = start.value_or(now_);
    EXPECT_GE(first, now_);
    run_to(first);
    const Coded coded = encode(frame);
    return listen(coded.pauses, coded.last_is_x, first, wait);
}

std::vector<bool> AirBench::play(const std::vector<std::uint16_t>& levels, Tick wait, Tick& start) {
    std::vector<bool> load;
    start = 0;
    for (const std::uint16_t level : levels) {
        EXPECT_FALSE(loads()) << "modulates while the reader sends, tick " << now_;
        level_ = static_cast<std::uint8_t>(level);
        step();
    }
    level_ = CarrierLevel;
    Tick quiet_for = 0;
    for (Tick end = now_ + wait; now_ < end;) {
        const bool loaded = loads();
        if (loaded && start == 0) start = now_;
        if (start != 0) {
            load.push_back(loaded);
            quiet_for = loaded ? 0 : quiet_for + 1;
            end = quiet_for > 300 ? now_ : now_ + 2;
        }
        step();
        if (start == 0) skip_to(end);
    }
    return load;
}

Answer AirBench::pause() { return listen({0}, false, now_, 1400); }

Answer AirBench::listen(const std::vector<Tick>& pauses, bool last_is_x, Tick first, Tick wait) {
    pause_end_ = first + pauses.back() + pause_ticks + 1;
    Answer answer;
    answer.last_was_x = last_is_x;
    std::vector<bool> load;
    Tick end = pause_end_ + wait;
    Tick quiet_for = 0;
    while (now_ < end) {
        set_level(pauses, first);
        const bool loaded = loads();
        if (loaded && answer.silent()) {
            EXPECT_GT(now_, pause_end_) << "modulates while the reader sends";
            answer.start = now_;
            answer.delay =
                static_cast<std::int64_t>(now_ - delay_) - static_cast<std::int64_t>(pause_end_);
        }
        if (!answer.silent()) {
            load.push_back(loaded);
            quiet_for = loaded ? 0 : quiet_for + 1;
            end = quiet_for > 300 ? now_ : now_ + 2;
        }
        step();
        if (now_ > pause_end_ + 600 && answer.silent()) skip_to(end);
    }
    // SOC, then one bit each 128 ticks: subcarrier in the first half is a one, in the second a
    // zero.
    const auto half = [&load](std::size_t at) {
        int ticks = 0;
        for (std::size_t n = 0; n < 64; ++n) {
            const bool on = at + n < load.size() && load[at + n];
            EXPECT_TRUE(!on || n % 16 < 8) << "load outside the subcarrier, tick " << at + n;
            ticks += on ? 1 : 0;
        }
        EXPECT_TRUE(ticks == 0 || ticks == 32) << "broken half bit at " << at;
        return ticks == 32;
    };
    for (std::size_t at = 0; at + 128 <= load.size(); at += 128) {
        const bool first_half = half(at);
        const bool second_half = half(at + 64);
        if (!first_half && !second_half) break;
        EXPECT_NE(first_half, second_half) << "no Manchester bit at " << at;
        if (at == 0) {
            EXPECT_TRUE(first_half) << "SOC";
        } else {
            answer.bits.push_back(first_half);
        }
    }
    if (!answer.silent()) run_to(answer.start + 128 * (1 + answer.bits.size()) + 1172);
    return answer;
}

}  // namespace picc_rtl
