#include "fleet/desk.hpp"

#include "base/hex.hpp"
#include "control/refusal.hpp"
#include "platform/refusal.hpp"

namespace fleet {
namespace {

using control::UpdateKind;

constexpr std::size_t MostAnswer = control::Frame::MostPayload;

base::Bytes bytes_in(const nlohmann::json& request, const char* name) {
    const auto found = request.find(name);
    auto bytes = found != request.end() && found->is_string()
                     ? base::from_hex(found->get<std::string>())
                     : std::nullopt;
    if (!bytes || bytes->size() > MostAnswer)
        throw platform::Refusal{"bad-request", std::string{"'"} + name + "' is no reader's answer"};
    return std::move(*bytes);
}

std::uint32_t version_of(const control::UpdateStates& states, UpdateKind kind) {
    return states[static_cast<std::size_t>(kind) - 1].version;
}

}  // namespace

Desk::Desk(FleetKeys keys, Offer offer, std::set<std::string> clients, control::NonceSource nonces)
    : keys_{std::move(keys)},
      offer_{std::move(offer)},
      clients_{std::move(clients)},
      nonces_{std::move(nonces)} {}

nlohmann::json Desk::handle(const std::string& peer, const nlohmann::json& request) {
    const std::scoped_lock lock{mutex_};
    if (!clients_.contains(peer))
        throw platform::Refusal{"not-allowed", peer + " is no client of ours"};
    const auto what = request.value("do", "");
    if (what == "begin") {
        visits_.erase(peer);
        auto& visit = visits_.emplace(peer, Visit{{keys_.master(), nonces_}}).first->second;
        const auto nonce = visit.cloud.begin();
        return {{"nonce", base::to_hex(nonce)}};
    }
    const auto found = visits_.find(peer);
    if (found == visits_.end()) throw platform::Refusal{"no-login", "begin comes first"};
    auto& visit = found->second;
    if (what == "prove") {
        const auto proof = visit.cloud.prove(bytes_in(request, "answer"));
        if (!proof)
            throw platform::Refusal{"unknown-reader", "the platform does not know this reader"};
        visit.caretaker.emplace(
            [this, serial = visit.cloud.serial()](const control::UpdateStates& states) {
                return packages(serial, states);
            });
        return {{"proof", base::to_hex(*proof)}};
    }
    if (what != "next") throw platform::Refusal{"bad-request", "begin, prove or next"};
    return next(visit, request);
}

nlohmann::json Desk::next(Visit& visit, const nlohmann::json& request) {
    if (!visit.cloud.in_session() || !visit.caretaker)
        throw platform::Refusal{"no-login", "no reader is in session"};
    try {
        std::optional<base::Bytes> answer;
        if (request.contains("answer")) answer = visit.cloud.hear(bytes_in(request, "answer"));
        const auto body =
            visit.caretaker->next(answer ? std::optional<base::ByteView>{*answer} : std::nullopt);
        if (body) return {{"message", base::to_hex(visit.cloud.say(*body))}};
        return {{"done", true}, {"report", visit.caretaker->report()}};
    } catch (const control::Refusal& refusal) {
        throw platform::Refusal{"reader-refuses", refusal.what()};
    }
}

Packages Desk::packages(const std::string& serial, const control::UpdateStates& states) const {
    Packages made;
    const auto signer = keys_.signer();
    const auto package_key = keys_.package_key(serial);
    const auto add = [&](UpdateKind kind, std::uint32_t version, base::ByteView content) {
        if (version <= version_of(states, kind)) return;
        made.emplace(kind, signer.make(kind, version, serial, package_key, content));
    };
    if (offer_.software)
        add(UpdateKind::Software, offer_.software->version, offer_.software->bytes);
    if (offer_.logic) add(UpdateKind::Logic, offer_.logic->version, offer_.logic->bytes);
    if (offer_.credentials)
        add(UpdateKind::Credentials, offer_.credentials->version,
            keys_.credentials(serial, offer_.credentials->clients).bytes());
    return made;
}

}  // namespace fleet
