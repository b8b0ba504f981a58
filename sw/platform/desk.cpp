#include "platform/desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "platform/refusal.hpp"

namespace platform {
namespace {

constexpr std::size_t CardBytes = 10;
constexpr std::size_t SessionBytes = 16;
constexpr std::size_t MostSessions = 256;

/// In upper case, so that a name has one text.
std::string hex_field(const nlohmann::json& request, const char* name, std::size_t least,
                      std::size_t most) {
    const auto field = request.find(name);
    const auto bytes = field == request.end() || !field->is_string()
                           ? std::nullopt
                           : base::from_hex(field->get<std::string>());
    if (!bytes || bytes->size() < least || bytes->size() > most)
        throw Refusal{"request", fmt::format("\"{}\": expected {} to {} bytes in hexadecimal", name,
                                             least, most)};
    return base::to_hex(*bytes);
}

}  // namespace

Place place_of(const nlohmann::json& request) {
    return {hex_field(request, "card", CardBytes, CardBytes), hex_field(request, "domain", 5, 16)};
}

nlohmann::json Desk::handle(const std::string& peer, const nlohmann::json& request) {
    if (!request.is_object()) throw Refusal{"request", "expected an object"};
    const std::string what = request.value("do", "");
    if (what == "begin") return begin(peer, request);
    if (what == "answer") return answer(peer, request);
    if (what == "due") {
        require_terminal(peer);
        const std::string card = hex_field(request, "card", CardBytes, CardBytes);
        nlohmann::json domains = nlohmann::json::array();
        for (const auto& place : office_.database.transaction(
                 [&](soci::session& sql) { return office_.keys.due(sql, card); }))
            domains.push_back(place.domain);
        return {{"domains", domains}};
    }
    return other(peer, request);
}

nlohmann::json Desk::other(const std::string&, const nlohmann::json&) {
    throw Refusal{"request", "this platform does not know the request"};
}

void Desk::require_terminal(const std::string& peer) const {
    if (!terminals_.contains(peer))
        throw Refusal{"peer", fmt::format("{} is no service terminal of this platform", peer)};
}

nlohmann::json Desk::begin(const std::string& peer, const nlohmann::json& request) {
    const Place place = place_of(request);
    auto live = std::make_shared<Live>();
    live->peer = peer;
    live->place = place;
    const std::string id = base::to_hex(office_.options().random(SessionBytes));
    {
        // A terminal that begins again has lost the earlier session; another terminal has the card.
        const std::scoped_lock lock{mutex_};
        std::erase_if(sessions_, [&](const auto& one) { return one.second->place == place; });
        // Terminals that never came back must not keep others out: the oldest goes.
        if (sessions_.size() >= MostSessions)
            sessions_.erase(std::min_element(
                sessions_.begin(), sessions_.end(),
                [](const auto& a, const auto& b) { return a.second->number < b.second->number; }));
        live->number = ++begun_;
        sessions_.emplace(id, live);
    }
    return run(id, *live, [&] {
        live->session = open(peer, request.value("job", ""), place);
        return live->session->begin();
    });
}

nlohmann::json Desk::answer(const std::string& peer, const nlohmann::json& request) {
    const std::string id = request.value("session", "");
    const auto response = base::from_hex(request.value("response", ""));
    if (!response) throw Refusal{"request", "\"response\": expected hexadecimal digits"};
    std::shared_ptr<Live> live;
    {
        const std::scoped_lock lock{mutex_};
        const auto found = sessions_.find(id);
        if (found != sessions_.end() && found->second->peer == peer) live = found->second;
    }
    if (!live) throw Refusal{"session", "there is no such session: begin again"};
    return run(id, *live, [&] {
        if (!live->session) throw Refusal{"session", "the session is over: begin again"};
        return live->session->answer(*response);
    });
}

template <typename Call>
nlohmann::json Desk::run(const std::string& id, Live& live, Call&& call) {
    const std::scoped_lock lock{live.mutex};
    try {
        nlohmann::json next = call();
        if (next.value("done", false))
            forget(id);
        else
            next["session"] = id;
        return next;
    } catch (...) {
        live.session.reset();
        forget(id);
        throw;
    }
}

void Desk::forget(const std::string& id) {
    const std::scoped_lock lock{mutex_};
    sessions_.erase(id);
}

std::unique_ptr<Session> Desk::update(const std::string& peer, const Place& place) {
    return office_.database.transaction([&](soci::session& sql) -> std::unique_ptr<Session> {
        auto sets = office_.keys.usable(sql, place);
        if (sets.empty() || !sets.back().active)
            throw Refusal{"no-keys", fmt::format("domain {} of card {} is not this platform's",
                                                 place.domain, place.card)};
        if (sets.size() == 1) {
            if (!office_.keys.is_due(sql, place))
                return std::make_unique<NothingToDo>(

                    nlohmann::json{{"done", true},
                                   {"result", "the keys are good"},
                                   {"checks", office_.keys.active_checks(sql, place)}});
            office_.draw(sql, place, &sets.back().set);
        }
        auto job = office_.jobs.begin(sql, "update", place, peer);
        return std::make_unique<ErrandSession>(
            office_, std::move(job), office_.plan(sql, place), [](soci::session&) {
                return nlohmann::json{{"result", "the keys were replaced"}};
            });
    });
}

void Desk::force(const Place& place) {
    office_.database.transaction([&](soci::session& sql) {
        office_.keys.force(sql, place);
        office_.note(sql, "operator", "update forced", place,
                     office_.keys.active_checks(sql, place));
    });
}

}  // namespace platform
