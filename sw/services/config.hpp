/// \file config.hpp
/// What a server of the money side is told by its file of JSON (docs/services.md).
#pragma once

#include "platform/section.hpp"
#include "services/purse_server.hpp"
#include "services/sms_gateway.hpp"

namespace services {

/// What all servers have.
struct SiteConfig {
    platform::Identity identity{};
    std::string host{};
    int port = 0;
    std::string database{};
    std::filesystem::path master_key{};
    std::set<std::string> peers{};          ///< who may ask
    std::map<std::string, Fen> accounts{};  ///< customers' accounts, made once with this much
};

/// One-card, bank and merchant servers.
struct PurseServerConfig {
    SiteConfig site{};
    PurseServerOptions options{};
    /// Key files as the key ceremony leaves them, taken over once.
    std::filesystem::path load{};
    std::filesystem::path purchase{};
    std::filesystem::path tac{};
    std::map<std::string, Fen> cards{};  ///< personalised elsewhere: number, balance
};

/// Cards by download (ota::BusinessPlatform).
struct DownloadConfig {
    /// Key files of the key ceremony, taken over once: what all elements' keys follow from.
    std::filesystem::path issuer{};
    std::filesystem::path module{};
    std::filesystem::path packets{};
    std::map<std::string, std::string> terminals{};  ///< name: id of the element in it
    std::set<std::string> gateways{};                ///< who carries short messages
    std::map<ota::Kind, std::string> packages{};     ///< which issuer makes cards of a kind
};

struct BusinessConfig {
    SiteConfig site{};
    std::map<std::string, platform::Address> issuers{};
    std::optional<platform::Address> payment{};
    platform::Seconds reconcile_seconds = 10;   ///< between two looks at what is not over
    std::optional<DownloadConfig> downloads{};  ///< nothing: this platform has none
};

struct TerminalConfig {
    platform::Identity identity{};
    platform::Address server{};
    std::string issuer{};  ///< behind a business platform; empty: the server itself
    std::string journal{};
    TerminalNumber number{};
    std::string element{};  ///< id of the secure element in it; empty: none, or it is not known
    std::optional<platform::Address> gateway{};  ///< who carries its short messages
};

/// Who carries short messages between the business platform and phones.
struct GatewayConfig {
    platform::Identity identity{};
    platform::Address server{};
    std::string host{};  ///< where phones find it
    int port = 0;
    SmsGatewayOptions options{};
};

/// Which of the three a server is.
enum class PurseRole : std::uint8_t { OneCard, Bank, Merchant };

/// What is in any of the servers' files. Throws base::FileError, not for members that it ignores.
[[nodiscard]] SiteConfig read_site_config(const std::filesystem::path& path);
/// Throw base::FileError that names the member which is missing, wrong or unknown.
[[nodiscard]] PurseServerConfig read_purse_server_config(const std::filesystem::path& path,
                                                         PurseRole role);
[[nodiscard]] SiteConfig read_payment_config(const std::filesystem::path& path);
[[nodiscard]] BusinessConfig read_business_config(const std::filesystem::path& path);
[[nodiscard]] GatewayConfig read_gateway_config(const std::filesystem::path& path);
[[nodiscard]] TerminalConfig read_terminal_config(const std::filesystem::path& path);

}  // namespace services
