/// \file pps.hpp
/// Protocol and parameters selection, request and response (ISO/IEC 7816-3:2006, 9).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "contact/atr.hpp"

namespace contact {

inline constexpr std::uint8_t Ppss = 0xFF;

struct Pps {
    std::uint8_t protocol = 0;
    std::optional<std::uint8_t> pps1{};  ///< as TA1
    std::optional<std::uint8_t> pps2{};  ///< as the first TB for T = 15
    std::optional<std::uint8_t> pps3{};

    /// Example: Pps{1, 0x95}.bytes() == Bytes{0xFF, 0x11, 0x95, 0x7B}
    [[nodiscard]] base::Bytes bytes() const;

    friend bool operator==(const Pps&, const Pps&) = default;
};

/// Nothing when `bytes` is not exactly one PPS with the right check byte.
[[nodiscard]] std::optional<Pps> parse_pps(base::ByteView bytes);

/// Length of the PPS that begins with `bytes`; nothing as long as they do not tell.
[[nodiscard]] std::optional<std::size_t> pps_length(base::ByteView bytes);

/// The card's response; nothing: it keeps silent. Values it does not take are left out.
[[nodiscard]] std::optional<Pps> respond(const Pps& request, const Parameters& card);

/// The etu both use after `response`, when it is one that a reader who sent `request` may accept.
[[nodiscard]] std::optional<Rate> agreed_rate(const Pps& request, const Pps& response);

}  // namespace contact
