/// \file atr.hpp
/// The answer to reset: its bytes, and what they say (ISO/IEC 7816-3:2006, 8.2, 8.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "contact/character.hpp"

namespace contact {

/// Interface bytes TAi TBi TCi, and the T that TDi names for those after it.
struct InterfaceBytes {
    std::optional<std::uint8_t> a{};
    std::optional<std::uint8_t> b{};
    std::optional<std::uint8_t> c{};
    std::optional<std::uint8_t> next{};  ///< T, 0..15; nothing: no TD

    friend bool operator==(const InterfaceBytes&, const InterfaceBytes&) = default;
};

struct Atr {
    Convention convention = Convention::Direct;
    std::vector<InterfaceBytes> groups{1};  ///< the first holds TA1 TB1 TC1, never empty
    base::Bytes historical{};               ///< up to 15

    friend bool operator==(const Atr&, const Atr&) = default;
};

/// With TS and, where the rules want it, TCK. std::invalid_argument when it has no valid form.
[[nodiscard]] base::Bytes build(const Atr& atr);

/// Nothing when `bytes` is not exactly one valid ATR, TCK included.
[[nodiscard]] std::optional<Atr> parse_atr(base::ByteView bytes);

/// Length of the ATR that begins with `bytes`; nothing as long as they do not tell.
/// Example: atr_length(Bytes{0x3B}) == std::nullopt
[[nodiscard]] std::optional<std::size_t> atr_length(base::ByteView bytes);

/// Fi / Di of a TA1 or PPS1; nothing when one of the two is reserved.
/// Example: rate_of(0x95) == Rate{512, 16}
[[nodiscard]] std::optional<Rate> rate_of(std::uint8_t ta1);

/// What an ATR says; what it leaves out has the standard's default.
struct Parameters {
    std::uint8_t ta1 = 0x11;
    std::uint8_t guard = 0;                  ///< N of TC1
    std::optional<std::uint8_t> specific{};  ///< TA2
    std::uint8_t wi = 10;                    ///< TC2
    std::vector<std::uint8_t> protocols{0};  ///< as offered, T = 15 left out
    std::uint8_t ifsc = 32;
    std::uint8_t bwi = 4;
    std::uint8_t cwi = 13;
    bool crc = false;             ///< T=1 checks by CRC, not LRC
    std::uint8_t clock_stop = 0;  ///< b8 b7 of the first TA for T = 15
    std::uint8_t classes = 0x01;  ///< 01 A, 02 B, 04 C
    bool global = false;          ///< T = 15 is named

    [[nodiscard]] Rate indicated() const { return rate_of(ta1).value_or(Rate{}); }
    [[nodiscard]] bool offers(std::uint8_t protocol) const noexcept;

    /// Longest distance of start edges under T = 0, in cycles.
    [[nodiscard]] Cycle work_wait() const { return Cycle{960} * wi * indicated().f; }
    /// The same inside a block of T = 1, in etu.
    [[nodiscard]] std::uint64_t character_wait_etus() const noexcept { return 11 + (1ULL << cwi); }
    /// From the last start edge of a block to the card's first, in cycles at `rate`.
    [[nodiscard]] Cycle block_wait(Rate rate) const noexcept {
        return rate.etus(11) + (Cycle{960 * 372} << bwi);
    }
    /// Smallest distance of start edges from reader to card under `protocol`, in cycles.
    [[nodiscard]] Cycle guard_time(Rate rate, std::uint8_t protocol) const;

    friend bool operator==(const Parameters&, const Parameters&) = default;
};

[[nodiscard]] Parameters parameters_of(const Atr& atr);

}  // namespace contact
