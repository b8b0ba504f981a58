/// \file octets.hpp
/// Fields of messages and records: numbers most significant byte first, fields one after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace control {

/// Adds `size` bytes of `value`, 1 to 8.
void put(base::Bytes& out, std::uint64_t value, unsigned size);
void put(base::Bytes& out, base::ByteView bytes);
void put(base::Bytes& out, std::string_view text);
/// Its length in one byte, then the text; at most 255 bytes.
void put_short(base::Bytes& out, std::string_view text);

/// Takes fields from the front. Once one is missing all that follow are, and whole() is false.
class Taker {
public:
    explicit Taker(base::ByteView data) noexcept : rest_{data} {}

    [[nodiscard]] std::uint64_t number(unsigned size) noexcept;
    /// Empty when there are fewer.
    [[nodiscard]] base::ByteView bytes(std::size_t size) noexcept;
    /// Behind its length in one byte.
    [[nodiscard]] base::ByteView short_bytes() noexcept;
    [[nodiscard]] base::ByteView rest() noexcept { return bytes(rest_.size()); }

    /// Nothing was missing and nothing is left.
    [[nodiscard]] bool whole() const noexcept { return !missed_ && rest_.empty(); }
    [[nodiscard]] bool missed() const noexcept { return missed_; }
    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

private:
    base::ByteView rest_;
    bool missed_ = false;
};

}  // namespace control
