/// \file value.hpp
/// Value blocks of MIFARE Classic (sheet, 1.4).
#pragma once

#include <cstdint>
#include <optional>

#include "port/store_port.hpp"

namespace terminal {

struct Value {
    std::int32_t amount = 0;
    std::uint8_t address = 0;  ///< free for the application's use

    friend bool operator==(const Value&, const Value&) = default;
};

/// Nothing when one of the copies does not fit.
/// Example: read_value(64000000 9BFFFFFF 64000000 04FB04FB) == Value{100, 4}
[[nodiscard]] std::optional<Value> read_value(const port::Block& block) noexcept;
[[nodiscard]] port::Block write_value(const Value& value) noexcept;

}  // namespace terminal
