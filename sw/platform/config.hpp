/// \file config.hpp
/// What a platform or a service terminal is told by its file of JSON (docs/platform.md). Paths in
/// it are seen from the file's folder.
#pragma once

#include <filesystem>
#include <string>

#include "platform/issuer.hpp"
#include "platform/provider.hpp"
#include "platform/section.hpp"

namespace platform {

struct PlatformConfig {
    Identity identity{};
    std::string host{"127.0.0.1"};
    int port = 0;
    std::filesystem::path master_key{};
    OfficeOptions office{};  ///< `name` stays empty: it is the certificate's
    std::set<std::string> terminals{};
};

struct IssuerConfig {
    PlatformConfig platform{};
    std::map<std::string, KnownProvider> providers{};
    std::uint8_t issuer_level = 0x33;
    DomainTemplate made_of{};
    std::optional<Scp10Issuing> scp10{};
};

struct ProviderConfig {
    PlatformConfig platform{};
    Address issuer{};
    std::string transport{};
    std::optional<Scp10Access> scp10{};
};

struct TerminalConfig {
    Identity identity{};
    Address platform{};
};

/// Throw base::FileError that names the member which is missing, wrong or unknown.
[[nodiscard]] IssuerConfig read_issuer_config(const std::filesystem::path& path);
[[nodiscard]] ProviderConfig read_provider_config(const std::filesystem::path& path);
[[nodiscard]] TerminalConfig read_terminal_config(const std::filesystem::path& path);
/// What both platforms have, of either's file.
[[nodiscard]] PlatformConfig read_platform_config(const std::filesystem::path& path);

}  // namespace platform
