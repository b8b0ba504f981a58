/// \file parser_property.hpp
/// What every reader of files promises: it reads them, or refuses them in one line.
#pragma once

#include <string_view>

#include "base/file.hpp"
#include "fuzz.hpp"

namespace fuzz {

/// Runs `read`, which may throw base::FileError about the file "input".
template <typename Read>
void reads_or_refuses(Read read) {
    try {
        read();
    } catch (const base::FileError& error) {
        const std::string_view text = error.what();
        require(text.starts_with("input: "), "the error does not begin with the file");
        require(text.find('\n') == std::string_view::npos, "the error is more than one line");
    }
}

}  // namespace fuzz
