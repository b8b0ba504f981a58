/// \file value.hpp
/// Value blocks (mifare-classic.md, 1.4).
#pragma once

#include <cstdint>
#include <optional>

#include "port/store_port.hpp"

namespace classic {

struct Value {
    std::int32_t amount = 0;
    std::uint8_t address = 0;
};

/// Nothing when the block has not the format.
/// Example: 64000000 9BFFFFFF 64000000 04FB04FB -> 100 at 4
[[nodiscard]] std::optional<Value> read_value(const port::Block& block) noexcept;
[[nodiscard]] port::Block value_block(const Value& value) noexcept;

}  // namespace classic
