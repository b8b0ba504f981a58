/// \file cap.hpp
/// Load files as a host cuts and sends them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace domain_test {

/// A load file data block: Header and Applet component, and a third one of `filler` bytes.
[[nodiscard]] base::Bytes cap_block(std::string_view package,
                                    const std::vector<std::string_view>& modules,
                                    std::size_t filler = 300);
[[nodiscard]] base::Bytes sha_256(base::ByteView data);

/// INSTALL [for load].
[[nodiscard]] std::string for_load(std::string_view file, std::string_view domain,
                                   base::ByteView hash, std::string_view parameters = "",
                                   std::string_view token = "");
/// LOAD, block by block: `before` (data authentication patterns), then C4 and the block.
[[nodiscard]] std::vector<std::string> load_commands(base::ByteView block,
                                                     base::ByteView before = {});
/// LOAD, block by block, of a load file as it stands.
[[nodiscard]] std::vector<std::string> load_file_commands(base::ByteView file);

}  // namespace domain_test
