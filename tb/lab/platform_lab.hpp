/// \file platform_lab.hpp
/// Issuer platform, platform of an application provider and their lines, in one process: real
/// HTTPS servers on 127.0.0.1, or the same without sockets for runs by the thousand.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "platform/https.hpp"
#include "platform/issuer.hpp"
#include "platform/provider.hpp"
#include "platform/terminal.hpp"

namespace lab {

/// Who talks to whom; the first named is the client.
enum class Hop : std::uint8_t { IssuerTerminal, ProviderTerminal, Dedicated };

struct PlatformLabOptions {
    bool https = true;
    unsigned terminals = 1;  ///< of each platform
    /// Of the databases; empty: SQLite files in the lab's folder.
    std::string issuer_database{};
    std::string provider_database{};
    platform::KeyPolicy policy{};
    std::uint8_t issuer_level = 0x33;
    /// The provider's domains get key pairs instead of initial keys.
    std::optional<platform::Scp10Terms> scp10{};
    platform::PairMaker scp10_pairs = [] { return reader::RsaPrivateKey::draw(); };
    platform::KeyMaker issuer_keys{};
    platform::KeyMaker provider_keys{};
    platform::Random issuer_random = platform::system_random;
    platform::Random provider_random = platform::system_random;
    platform::Clock clock = platform::system_clock;
    /// Puts something between a client and the wire of a hop.
    std::function<std::unique_ptr<platform::Wire>(Hop, std::unique_ptr<platform::Wire>)> between{};
};

/// The issuer's master key is 40..4F, as everyone knows it: "test-master".
class PlatformLab {
public:
    static constexpr const char* IssuerName = "issuer";
    static constexpr const char* ProviderName = "provider";
    /// Domains of this provider begin so.
    static constexpr const char* ProviderAids = "D27600011855AA";

    explicit PlatformLab(PlatformLabOptions options = {});
    ~PlatformLab();
    PlatformLab(const PlatformLab&) = delete;
    PlatformLab& operator=(const PlatformLab&) = delete;

    /// A terminal's line to its platform, `number` from 0 on.
    struct Line {
        std::unique_ptr<platform::Wire> wire{};
        std::unique_ptr<platform::Remote> remote{};
    };
    [[nodiscard]] Line connect(Hop hop, unsigned number = 0);

    [[nodiscard]] platform::Office& issuer_office();
    [[nodiscard]] platform::Office& provider_office();
    [[nodiscard]] platform::Issuer& issuer();
    [[nodiscard]] platform::Provider& provider();
    [[nodiscard]] platform::Gate& gate(Hop hop);
    /// The issuer platform where SCP10 is spoken, with the certificate of its own trust point.
    [[nodiscard]] reader::Scp10Host issuer_entity() const;
    /// Of the server at the end of a hop; 0 without HTTPS.
    [[nodiscard]] int port(Hop hop) const;
    /// The platform is killed and started again: what it had in memory is gone.
    void restart_issuer();
    void restart_provider();

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Every long-lived secret of the lab, for a test that looks for them where they must not be.
    [[nodiscard]] std::vector<base::Bytes> secrets() const;

private:
    struct Parts;
    void start_issuer();
    void start_provider();
    [[nodiscard]] std::unique_ptr<platform::Wire> wire(Hop hop, const platform::Credential& client);

    PlatformLabOptions options_;
    std::filesystem::path folder_;
    std::unique_ptr<Parts> parts_;
};

/// Registers a card whose issuer security domain has the test plan's keys: 40.., 50.., 60.. of
/// version 30 for SCP03, 20 for SCP02. `card`: its diversification data in hexadecimal.
void register_test_card(PlatformLab& lab, const std::string& card,
                        reader::KeyType type = reader::KeyType::Aes);

}  // namespace lab
