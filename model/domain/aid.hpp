/// \file aid.hpp
/// Application identifier: the name of everything in the registry (ISO/IEC 7816-5).
#pragma once

#include <algorithm>
#include <compare>
#include <optional>

#include "base/bytes.hpp"

namespace domain {

/// 5 to 16 bytes; only a default-made one is empty and names nothing.
/// Example: Aid::from(*base::from_hex("A000000151000000"))->bytes().size() == 8
class Aid {
public:
    static constexpr std::size_t LeastBytes = 5;
    static constexpr std::size_t MostBytes = 16;

    Aid() = default;
    [[nodiscard]] static std::optional<Aid> from(base::ByteView bytes) {
        if (bytes.size() < LeastBytes || bytes.size() > MostBytes) return std::nullopt;
        Aid aid;
        aid.bytes_.assign(bytes.begin(), bytes.end());
        return aid;
    }

    [[nodiscard]] const base::Bytes& bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] bool starts_with(base::ByteView part) const noexcept {
        return part.size() <= bytes_.size() && std::equal(part.begin(), part.end(), bytes_.begin());
    }

    friend auto operator<=>(const Aid&, const Aid&) = default;

private:
    base::Bytes bytes_{};
};

}  // namespace domain
