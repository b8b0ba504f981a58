/// \file test_data.hpp
/// Where recordings made by others lie.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

/// `name` below $CARTOUCHE_DATA, by default ../shared/data beside the project; nothing when it is
/// absent.
inline std::optional<std::filesystem::path> test_data(const std::string& name) {
    const char* root = std::getenv("CARTOUCHE_DATA");
    const std::filesystem::path path =
        std::filesystem::path{root != nullptr ? root : "../shared/data"} / name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path;
}
