/// \file private_file.hpp
/// Files that hold secrets: their owner's alone.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace platform {

/// Throws base::FileError when there is no such file, others have any right to it, or it is not an
/// object of JSON.
[[nodiscard]] nlohmann::json read_private_json(const std::filesystem::path& path);
/// A new file of mode 600, on the disk when this returns. Throws base::FileError when it exists or
/// cannot be written.
void write_private_file(const std::filesystem::path& path, std::string_view content);

}  // namespace platform
