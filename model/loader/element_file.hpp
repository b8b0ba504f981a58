/// \file element_file.hpp
/// A secure element in a file: its boot memory with image and keys, and the memory of its OS.
#pragma once

#include <memory>
#include <string_view>

#include "loader/element.hpp"

namespace loader {

inline constexpr std::size_t MostElementFileBytes = 1U << 20U;

/// The element has no power.
[[nodiscard]] base::Bytes serialise(Element& element);

/// An element of the default identity. Throws base::FileError with `name` in it.
[[nodiscard]] std::unique_ptr<Element> parse_element(base::ByteView content, std::string_view name);

}  // namespace loader
