/// \file phase_reader.hpp
/// A reader of the card's RTL for type B and for type A above fc/128: levels of the default antenna
/// out, phases of the subcarrier in. Times of docs/choices.md.
#pragma once

#include <string>

#include "picc_bench.hpp"
#include "rf/antenna.hpp"

namespace picc_rtl {

/// CRC_B, low byte first, appended (ISO/IEC 14443-3, Annex B).
Bytes with_crc_b(Bytes bytes);

/// An answer in phases.
struct Phases {
    Tick start = 0;          ///< L, 0: silent
    std::int64_t delay = 0;  ///< L - E
    Tick lead = 0;           ///< ticks of reference phase
    Tick end = 0;            ///< first tick without subcarrier
    std::vector<bool> bits;  ///< behind the lead
    [[nodiscard]] bool silent() const { return start == 0; }
};

class PhaseReader {
public:
    explicit PhaseReader(PiccBench& bench) : bench_{bench} {}

    unsigned reader_rate = 0;  ///< 0..3: fc/128 to fc/16
    unsigned card_rate = 0;
    Tick wait = 4000;  ///< for the answer, behind E
    double index_b = 0.10;
    /// Type A: a pause more, so many ticks behind E; 0: none.
    Tick extra_pause = 0;
    /// Peak of uniform noise, of full scale, from 300 ticks before each frame to its end.
    double noise = 0;

    /// Type A: bytes with odd parity; the answer's bytes as hex, its parity checked. "" when
    /// silent.
    std::string send_a(const std::string& bytes);
    /// Type B; the answer's bytes as hex, SOF, EOF and characters checked. "" when silent.
    std::string send_b(const std::string& bytes);
    /// The same with the modulation given tick by tick.
    std::string send_low(const std::vector<std::uint8_t>& low);

    /// Listens on for the answer to the last frame.
    std::string hear_a();
    std::string hear_b();

    /// n of the last answer; fails the test when L is off the grid.
    [[nodiscard]] std::int64_t index() const;
    [[nodiscard]] const Phases& last() const { return last_; }
    /// E of the last frame sent.
    [[nodiscard]] Tick end() const { return end_; }
    /// G of it.
    [[nodiscard]] Tick grid() const { return end_ + offset_; }

private:
    [[nodiscard]] rf_test::Antenna antenna(double residual, double overshoot);
    [[nodiscard]] Tick noisy_ticks() const { return noise == 0 ? 0 : 300; }
    void hear(const std::vector<std::uint16_t>& levels);
    std::string answer_a();
    std::string answer_b();
    std::string ook();

    PiccBench& bench_;
    std::uint32_t seed_ = 0;  // of the noise
    Phases last_;
    std::vector<bool> load_;
    Tick end_ = 0;
    Tick offset_ = 0;
};

}  // namespace picc_rtl
