/// \file issuer.hpp
/// The issuer platform: makes security domains on its cards, for itself (C1, C3) and on behalf of
/// application providers, to whom it hands them over (C2).
#pragma once

#include <map>

#include "platform/desk.hpp"
#include "platform/diversify.hpp"
#include "platform/scp10.hpp"

namespace platform {

/// A card of ours: its issuer security domain and where that one's keys come from.
struct IssuedCard {
    std::string card{};                      ///< diversification data, ten bytes in hexadecimal
    std::string issuer{"A000000151000000"};  ///< AID of the issuer security domain
    std::string method{"kdf3"};              ///< as method_from; "stored": its own keys
    std::string master{};                    ///< name of the master key, unless "stored"
    std::uint8_t version = 0x30;             ///< of the keys, unless "stored"
};

/// An application provider that may ask for domains.
struct KnownProvider {
    std::string aids{};       ///< how the AIDs of its domains begin, hexadecimal
    std::string transport{};  ///< name of the transport key
    bool scp10 = false;       ///< its domains get key pairs instead of initial keys
};

/// How domains come by key pairs, and how the issuer looks whether they have them.
struct Scp10Issuing {
    TrustPoint trust_point;
    reader::Scp10Host own;
    Scp10Terms terms{};
    PairMaker draw = [] { return reader::RsaPrivateKey::draw(); };
};

struct IssuerOptions {
    std::set<std::string> terminals{};
    std::map<std::string, KnownProvider> providers{};
    DomainTemplate made_of{};
    std::uint8_t issuer_level = 0x33;
    std::optional<Scp10Issuing> scp10{};
};

/// Jobs: "create", "update" for its terminals, "supply" for providers. {"do": "taken", "card",
/// "domain"} of a provider ends a hand-over: the issuer has no keys of the domain afterwards.
class Issuer final : public Desk {
public:
    Issuer(Office& office, IssuerOptions options);

    /// `stored`: the keys of its issuer security domain, for method "stored". Throws Refusal when
    /// the card is there already or its master is not.
    void register_card(const IssuedCard& card, const KeySet* stored = nullptr);

private:
    std::unique_ptr<Session> open(const std::string& peer, const std::string& kind,
                                  const Place& place) override;
    nlohmann::json other(const std::string& peer, const nlohmann::json& request) override;

    std::unique_ptr<Session> create(const std::string& peer, const Place& place);
    std::unique_ptr<Session> supply(const std::string& peer, const Place& place);
    void taken(const std::string& peer, const Place& place);
    [[nodiscard]] Plan issuing_plan(soci::session& sql, const Place& place);
    /// The same for a domain that gets this key pair.
    [[nodiscard]] Plan pairing_plan(soci::session& sql, const Place& place,
                                    const reader::RsaPrivateKey& key);

    IssuerOptions options_;
};

}  // namespace platform
