/// \file key.hpp
/// Secret bytes: wiped when they go, never printed, compared in constant time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>

#include "base/bytes.hpp"

namespace base {

/// Overwrites `data` in a way the compiler may not drop.
void wipe(std::span<std::uint8_t> data) noexcept;

/// Whether both are equal; the time taken depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b) noexcept;

/// A key of `Size` bytes.
template <std::size_t Size>
class Key {
public:
    Key() = default;
    explicit Key(const std::array<std::uint8_t, Size>& value) noexcept : value_{value} {}
    Key(const Key&) = default;
    Key& operator=(const Key&) = default;
    ~Key() { wipe(value_); }

    [[nodiscard]] const std::array<std::uint8_t, Size>& expose() const noexcept { return value_; }

    friend bool operator==(const Key& a, const Key& b) noexcept {
        return equal_in_constant_time(a.value_, b.value_);
    }
    friend std::ostream& operator<<(std::ostream&, const Key&) = delete;

private:
    std::array<std::uint8_t, Size> value_{};
};

/// A Crypto1 key of a MIFARE Classic sector, first byte first as in the sector trailer.
using SectorKey = Key<6>;

}  // namespace base
