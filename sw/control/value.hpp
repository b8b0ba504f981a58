/// \file value.hpp
/// What goes in and out of service modules.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "base/key.hpp"

namespace control {

enum class Type : std::uint8_t { Number, Text, Bytes, Key };
/// "number", "text", "bytes", "key".
[[nodiscard]] const char* to_string(Type type) noexcept;

/// In the order of Type. A key never leaves the reader: no client format has one.
using Value = std::variant<std::uint64_t, std::string, base::Bytes, base::SectorKey>;
[[nodiscard]] inline Type type_of(const Value& value) noexcept {
    return static_cast<Type>(value.index());
}

/// By name.
using Values = std::map<std::string, Value>;

}  // namespace control
