/// \file file.hpp
/// Whole files: read with a bound, replaced as a whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace base {

/// Bad input or a file that cannot be had: one clear line "file: where: reason".
/// Example: FileError{"a.eml", "line 3", "expected 32 hex digits"}
class FileError : public std::runtime_error {
public:
    FileError(std::string_view file, std::string_view where, std::string_view reason);
};

/// Throws FileError when it cannot be read or is longer than `limit` bytes.
[[nodiscard]] Bytes read_file(const std::filesystem::path& path, std::size_t limit);

/// Writes a new file beside `path`, syncs it and renames it over `path`: whoever looks sees the old
/// or the new content, also after a crash. Keeps the permissions of a file that is replaced, and
/// follows symbolic links. Throws FileError; then `path` is as before.
void replace_file(const std::filesystem::path& path, ByteView content);

}  // namespace base
