/// \file desk.hpp
/// The part of a platform that terminals talk to: jobs begin, get their answers and end.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "platform/service.hpp"
#include "platform/session.hpp"

namespace platform {

/// Requests: {"do": "begin", "job", "card", "domain"} and {"do": "answer", "session", "response"}
/// are answered by {"session", "step", "domain", "apdu"} or {"done": true, ...}; {"do": "due",
/// "card"} by {"domains": [...]}.
class Desk : public Service {
public:
    Desk(Office& office, std::set<std::string> terminals)
        : office_{office}, terminals_{std::move(terminals)} {}

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) final;

    /// The keys of a domain must be replaced at the next chance.
    void force(const Place& place);

protected:
    /// A job that terminals, or others, may ask for. Throws Refusal for what this platform does
    /// not do for this peer.
    virtual std::unique_ptr<Session> open(const std::string& peer, const std::string& kind,
                                          const Place& place) = 0;
    /// Requests that are no jobs.
    virtual nlohmann::json other(const std::string& peer, const nlohmann::json& request);

    /// Job "update": new keys for a domain that is this platform's, if they are due.
    std::unique_ptr<Session> update(const std::string& peer, const Place& place);
    /// Throws Refusal unless it is one of ours.
    void require_terminal(const std::string& peer) const;
    [[nodiscard]] Office& office() const noexcept { return office_; }

private:
    struct Live {
        unsigned long number = 0;  ///< of all sessions, in the order they began
        std::string peer{};
        Place place{};
        std::mutex mutex{};
        std::unique_ptr<Session> session{};
    };

    nlohmann::json begin(const std::string& peer, const nlohmann::json& request);
    nlohmann::json answer(const std::string& peer, const nlohmann::json& request);
    /// What comes of one call of a session; one that is over or broken goes.
    template <typename Call>
    nlohmann::json run(const std::string& id, Live& live, Call&& call);
    void forget(const std::string& id);

    Office& office_;
    std::set<std::string> terminals_;
    std::mutex mutex_{};
    std::map<std::string, std::shared_ptr<Live>> sessions_{};
    unsigned long begun_ = 0;
};

/// Card and domain of a request. Throws Refusal unless they are 10 and 5 to 16 bytes in
/// hexadecimal.
[[nodiscard]] Place place_of(const nlohmann::json& request);

}  // namespace platform
