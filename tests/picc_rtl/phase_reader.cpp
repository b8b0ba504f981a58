#include "phase_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace picc_rtl {
namespace {

constexpr Tick Period = 16;  // of the subcarrier

/// docs/choices.md, Time and Higher rates.
constexpr std::array<Tick, 4> PauseTicks{34, 18, 9, 4};
constexpr std::array<Tick, 4> AfterZ{20, 116, 100, 92};
constexpr std::array<Tick, 4> AfterX{84, 148, 116, 100};
constexpr Tick AfterEof = 20;

base::Bits plain(const Bits& bits) { return {bits.begin(), bits.end()}; }

/// 1: reference phase, 0: the other, -1: no whole period of subcarrier.
int phase(const std::vector<bool>& load, std::size_t at) {
    int one = 0;
    int any = 0;
    for (std::size_t n = 0; n < Period; ++n) {
        const bool on = at + n < load.size() && load[at + n];
        any += on ? 1 : 0;
        if (on == (n < Period / 2)) ++one;
    }
    if (any == 0) return -1;
    EXPECT_TRUE(one == 0 || one == Period) << "no subcarrier at tick " << at;
    return one == 0 ? 0 : 1;
}

Phases phases(const std::vector<bool>& load, Tick start, Tick bit) {
    Phases heard;
    heard.start = start;
    std::size_t at = 0;
    while (phase(load, at) == 1) at += Period;
    heard.lead = at;
    while (phase(load, at) >= 0) {
        const int first = phase(load, at);
        for (std::size_t n = 0; n < bit; n += Period)
            EXPECT_EQ(phase(load, at + n), first) << "inside a bit, tick " << at + n;
        heard.bits.push_back(first == 1);
        at += bit;
    }
    heard.end = start + at;
    return heard;
}

Bytes bytes_of(const Bits& bits, std::size_t first, std::size_t count, std::size_t step) {
    Bytes bytes;
    for (std::size_t n = 0; n < count; ++n) {
        unsigned byte = 0;
        for (std::size_t bit = 0; bit < 8; ++bit)
            byte |= static_cast<unsigned>(bits[first + step * n + bit]) << bit;
        bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    return bytes;
}

}  // namespace

Bytes with_crc_b(Bytes bytes) {
    unsigned crc = 0xFFFF;
    for (const std::uint8_t byte : bytes) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            const bool low = ((crc ^ (byte >> bit)) & 1U) != 0;
            crc = (crc >> 1U) ^ (low ? 0x8408U : 0U);
        }
    }
    crc = ~crc;
    bytes.push_back(static_cast<std::uint8_t>(crc));
    bytes.push_back(static_cast<std::uint8_t>(crc >> 8U));
    return bytes;
}

rf_test::Antenna PhaseReader::antenna(double residual, double overshoot) {
    rf_test::Antenna antenna;
    antenna.carrier = 200.0 / 255.0;
    antenna.overshoot = overshoot;
    antenna.residual = residual;
    antenna.noise = noise;
    antenna.seed = ++seed_;
    return antenna;
}

void PhaseReader::hear(const std::vector<std::uint16_t>& levels) {
    Tick start = 0;
    load_ = bench_.play(levels, wait, start);
    last_ = {};
    if (start == 0) return;
    last_.start = start;
    last_.delay = static_cast<std::int64_t>(start) - static_cast<std::int64_t>(end_);
}

std::int64_t PhaseReader::index() const {
    const auto grid = last_.delay - static_cast<std::int64_t>(offset_);
    EXPECT_EQ(grid % 128, 0) << "answer off the grid, delay " << last_.delay;
    return grid / 128;
}

std::string PhaseReader::send_a(const std::string& text) {
    const Bits frame = standard_frame(hex(text));
    const auto bit = static_cast<rf_test::Tick>(128U >> reader_rate);
    auto starts = rf_test::miller(plain(frame), bit);
    const auto pause = static_cast<rf_test::Tick>(PauseTicks[reader_rate]);
    const auto before = static_cast<rf_test::Tick>(noisy_ticks());
    const auto end = starts.back() + pause + 1;
    end_ = bench_.now() + static_cast<Tick>(before + end);
    if (extra_pause != 0) starts.push_back(end + static_cast<rf_test::Tick>(extra_pause));
    const auto ticks = static_cast<std::size_t>(before + starts.back() + pause + 20);
    offset_ = (frame.back() ? AfterX : AfterZ)[reader_rate];
    hear(antenna(reader_rate == 3 ? 0.22 : 0.0, 0.04)
             .level(rf_test::pauses(starts, pause, before), {}, ticks, 8));
    return answer_a();
}

std::string PhaseReader::hear_a() {
    hear({});
    return answer_a();
}

std::string PhaseReader::hear_b() {
    hear({});
    return answer_b();
}

std::string PhaseReader::answer_a() {
    if (last_.silent()) return "";
    if (card_rate == 0) return ook();

    const std::int64_t delay = last_.delay;
    last_ = phases(load_, last_.start, 128U >> card_rate);
    last_.delay = delay;
    EXPECT_EQ(last_.lead, 512U);
    if ((last_.bits.size() - 1) % 9 != 0 || last_.bits[0]) {
        ADD_FAILURE() << "no start bit, or " << last_.bits.size() << " bits";
        return "?";
    }
    const std::size_t count = (last_.bits.size() - 1) / 9;
    const Bytes bytes = bytes_of(last_.bits, 1, count, 9);
    for (std::size_t n = 0; n < count; ++n) {
        unsigned ones = 0;
        for (std::size_t place = 0; place < 9; ++place) ones += last_.bits[1 + 9 * n + place];
        EXPECT_EQ(ones % 2, n + 1 == count ? 0U : 1U) << "parity of byte " << n;
    }
    bench_.run(1172);
    return to_text(bytes);
}

std::string PhaseReader::ook() {
    Bits bits;
    for (std::size_t at = 128; at + 128 <= load_.size(); at += 128) {
        const auto loaded = std::count(load_.begin() + static_cast<std::ptrdiff_t>(at),
                                       load_.begin() + static_cast<std::ptrdiff_t>(at) + 128, true);
        if (loaded == 0) break;
        EXPECT_EQ(loaded, 32);
        bits.push_back(load_[at]);
    }
    last_.bits = bits;
    last_.end = last_.start + 128 * (1 + bits.size());
    EXPECT_EQ(bits.size() % 9, 0U);
    const Bytes bytes = bytes_of(bits, 0, bits.size() / 9, 9);
    EXPECT_EQ(bits, standard_frame(bytes));
    bench_.run(1172);
    return to_text(bytes);
}

std::string PhaseReader::send_b(const std::string& text) {
    rf_test::FramingB framing;
    framing.bit = 128 >> reader_rate;
    return send_low(rf_test::nrz(hex(text), framing));
}

std::string PhaseReader::send_low(const std::vector<std::uint8_t>& low) {
    const auto noisy_low = rf_test::delayed(low, static_cast<rf_test::Tick>(noisy_ticks()));
    end_ = bench_.now() + noisy_low.size() + 1;
    offset_ = AfterEof;
    // As in the worlds: the rise of type B has no peak.
    hear(antenna((1.0 - index_b) / (1.0 + index_b), 0.0)
             .level(noisy_low, {}, noisy_low.size() + 20, 8));
    return answer_b();
}

std::string PhaseReader::answer_b() {
    if (last_.silent()) return "";

    const std::int64_t delay = last_.delay;
    last_ = phases(load_, last_.start, 128U >> card_rate);
    last_.delay = delay;
    EXPECT_EQ(last_.lead, 1408U);
    const Bits& bits = last_.bits;
    // SOF, characters, EOF and a last 1.
    if (bits.size() < 23 || (bits.size() - 23) % 10 != 0) {
        ADD_FAILURE() << bits.size() << " bits";
        return "?";
    }
    for (std::size_t n = 0; n < 12; ++n) EXPECT_EQ(bits[n], n >= 10) << "SOF";
    const std::size_t count = (bits.size() - 23) / 10;
    for (std::size_t n = 0; n < count; ++n) {
        EXPECT_FALSE(bits[12 + 10 * n]) << "start bit of character " << n;
        EXPECT_TRUE(bits[12 + 10 * n + 9]) << "stop bit of character " << n;
    }
    for (std::size_t n = 0; n < 11; ++n) EXPECT_EQ(bits[bits.size() - 11 + n], n == 10) << "EOF";
    bench_.run(1172);
    return to_text(bytes_of(bits, 13, count, 10));
}

}  // namespace picc_rtl
