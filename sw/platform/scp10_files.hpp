/// \file scp10_files.hpp
/// What platforms have for SCP10, in files of JSON of mode 600: a laboratory's trust point, and a
/// key pair with its certificate for each platform.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/scp10.hpp"

namespace platform {

/// Draws a trust point, FOLDER/trust-point.scp10, and for each of `names` a pair that it certifies,
/// FOLDER/NAME.scp10. Throws base::FileError when one of them is there already.
void make_scp10_files(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// Throw base::FileError when others than its owner may read the file, or it is no such one.
[[nodiscard]] TrustPoint read_trust_point(const std::filesystem::path& path);
[[nodiscard]] reader::Scp10Host read_scp10_host(const std::filesystem::path& path);

}  // namespace platform
