/// \file uid.hpp
/// UIDs and what of them each cascade level carries (14443-3, 6.5.4).
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace anticol {

inline constexpr std::uint8_t CascadeTag = 0x88;

/// A UID of 4, 7 or 10 bytes.
struct Uid {
    std::array<std::uint8_t, 10> bytes{};
    unsigned size = 4;

    /// `view` has 4, 7 or 10 bytes.
    [[nodiscard]] static Uid from(base::ByteView view) noexcept;

    /// Cascade levels: 1, 2 or 3.
    [[nodiscard]] unsigned levels() const noexcept { return (size - 1) / 3; }
    /// UID part and BCC of cascade level `level`, 1 to levels().
    /// Example: 04 18 3F 09 32 1B 85 -> 88 04 18 3F AB, then 09 32 1B 85 A5
    [[nodiscard]] std::array<std::uint8_t, 5> part(unsigned level) const noexcept;
    /// The four bytes a cipher takes in: the part of the last level.
    [[nodiscard]] std::array<std::uint8_t, 4> cipher_bytes() const noexcept;
};

/// The single-size random ID 08 xx xx xx from the generator's register.
[[nodiscard]] Uid random_id(std::uint32_t u) noexcept;

/// The fixed single-size ID a 7-byte UID turns into (mifare-classic.md, 2).
/// Example: 04 18 3F 09 32 1B 85 -> 4F 50 5D 7D
[[nodiscard]] Uid nuid(const Uid& seven) noexcept;

}  // namespace anticol
