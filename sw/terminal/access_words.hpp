/// \file access_words.hpp
/// What the access bits of a sector allow, and in words (sheet, 1.3).
#pragma once

#include <cstdint>
#include <string>

#include "dump/access_bits.hpp"

namespace terminal {

/// Which keys allow something.
enum class Keys : std::uint8_t { None = 0, A = 1, B = 2, Either = 3 };

struct DataRights {
    Keys read = Keys::None;
    Keys write = Keys::None;
    Keys increment = Keys::None;
    Keys decrement = Keys::None;  ///< transfer and restore too

    friend bool operator==(const DataRights&, const DataRights&) = default;
};

/// Key A can never be read.
struct TrailerRights {
    Keys write_a = Keys::None;
    Keys read_access = Keys::None;
    Keys write_access = Keys::None;
    Keys read_b = Keys::None;
    Keys write_b = Keys::None;

    friend bool operator==(const TrailerRights&, const TrailerRights&) = default;
};

/// `group`: C1C2C3 as a number, 0 to 7. `key_b_works`: key B is a key and not readable data.
/// Example: data_rights(4, true) reads with either key, writes with B
[[nodiscard]] DataRights data_rights(std::uint8_t group, bool key_b_works) noexcept;
[[nodiscard]] TrailerRights trailer_rights(std::uint8_t group) noexcept;
/// Whether key B is a key under this trailer group: readable, it opens nothing.
[[nodiscard]] bool key_b_works(std::uint8_t trailer_group) noexcept;

/// Which group of access bits says what may be done to a block, 0 to 3; `index` counts in a sector
/// of `blocks` blocks.
[[nodiscard]] constexpr unsigned group_of(unsigned index, unsigned blocks) noexcept {
    return blocks == 4 ? index : index / 5;
}

/// Example: "read with either key, write with key B, no value commands"
[[nodiscard]] std::string words(const DataRights& rights);
/// Example: "key A written with key B, access bits read with either key, ..."
[[nodiscard]] std::string words(const TrailerRights& rights);

}  // namespace terminal
