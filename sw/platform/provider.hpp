/// \file provider.hpp
/// The platform of an application provider: has the issuer make a domain on a user's card (C2) and
/// keeps that domain's keys from then on (C2, C4).
#pragma once

#include "platform/desk.hpp"
#include "platform/remote.hpp"
#include "platform/scp10.hpp"

namespace platform {

/// How the provider enters a domain that has no keys of its own yet.
struct Scp10Access {
    reader::Scp10Host host;
    Scp10Terms terms{};
};

struct ProviderOptions {
    std::set<std::string> terminals{};
    std::string transport{};  ///< name of the transport key that the issuer has, too
    /// With it, domains come with key pairs instead of initial keys.
    std::optional<Scp10Access> scp10{};
};

/// Jobs: "download" and "update". A download relays what the issuer platform tells the card, takes
/// the initial keys over, confirms that, and replaces them by keys that only it knows.
class Provider final : public Desk {
public:
    /// `issuer`: the dedicated line.
    Provider(Office& office, ProviderOptions options, Remote& issuer);

private:
    friend class Download;

    std::unique_ptr<Session> open(const std::string& peer, const std::string& kind,
                                  const Place& place) override;

    ProviderOptions options_;
    Remote& issuer_;
};

}  // namespace platform
