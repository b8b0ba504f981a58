/// \file page.hpp
/// The files of the terminal page, built into the program (cmake/page.cmake makes page.cpp).
#pragma once

#include <span>
#include <string_view>

namespace terminal {

struct PageFile {
    std::string_view path;  ///< as a browser asks for it: "/style.css"
    std::string_view type;  ///< MIME
    std::string_view content;
};
[[nodiscard]] std::span<const PageFile> page_files() noexcept;

}  // namespace terminal
