/// \file gate.hpp
/// The server's end of links: who may come in, and that each message is the one that is due.
#pragma once

#include <list>
#include <memory>
#include <mutex>

#include "platform/credential.hpp"
#include "platform/link.hpp"
#include "platform/service.hpp"
#include "platform/source.hpp"
#include "platform/wire.hpp"

namespace platform {

class Gate {
public:
    /// Links that one peer may have; the oldest goes when there is one more.
    static constexpr std::size_t MostLinks = 8;

    Gate(const Credential& own, Service& service, Random random = system_random)
        : own_{own}, service_{service}, random_{std::move(random)} {}

    /// The answer to one POST of a peer whose certificate TLS has verified; nothing: refused.
    /// Several threads may be in it.
    [[nodiscard]] std::optional<std::string> receive(const Certificate& peer,
                                                     const std::string& path,
                                                     const std::string& body);
    /// Messages refused: replayed, out of order, altered, of no link.
    [[nodiscard]] unsigned long refused() const;

private:
    struct Open {
        std::string peer{};
        std::string print{};  ///< fingerprint of its certificate
        std::mutex mutex{};
        std::optional<Link> link{};
    };

    std::optional<std::string> begin(const Certificate& peer, const std::string& body);
    std::optional<std::string> message(const Certificate& peer, const std::string& body);
    nlohmann::json handle(const std::string& peer, const std::string& body);

    const Credential& own_;
    Service& service_;
    Random random_;
    mutable std::mutex mutex_{};
    std::list<std::shared_ptr<Open>> links_{};
    unsigned long refused_ = 0;
};

/// A gate in the same process.
class DirectWire final : public Wire {
public:
    DirectWire(Gate& gate, Certificate own) : gate_{gate}, own_{std::move(own)} {}
    std::string post(const std::string& path, const std::string& body) override;

private:
    Gate& gate_;
    Certificate own_;
};

}  // namespace platform
