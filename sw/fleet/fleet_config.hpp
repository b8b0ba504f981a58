/// \file fleet_config.hpp
/// What a platform behind readers is told by its file of JSON (docs/reader-modules.md, Platform).
/// Paths in it are seen from the file's folder.
#pragma once

#include "fleet/desk.hpp"
#include "platform/section.hpp"

namespace fleet {

struct FleetConfig {
    platform::Identity identity{};
    std::string host{"127.0.0.1"};
    int port = 0;
    std::filesystem::path keys{};
    std::set<std::string> clients{};
    Offer offer{};
};

/// Throws base::FileError that names the member which is missing, wrong or unknown.
[[nodiscard]] FleetConfig read_fleet_config(const std::filesystem::path& path);

/// "desk", or "desk=3F": services as hexadecimal digits. Throws std::invalid_argument.
[[nodiscard]] ClientGrant grant_from(const std::string& text);

}  // namespace fleet
