#include "terminal/api.hpp"

#include <charconv>
#include <chrono>
#include <optional>

#include "terminal/access_words.hpp"
#include "terminal/edits_json.hpp"
#include "terminal/views_json.hpp"

namespace terminal {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

Reply done(ordered_json body) {
    ordered_json made{{"ok", true}};
    made.update(body);
    return {200, std::move(made)};
}

Reply refused(int status, const Refusal& refusal) {
    return {status, {{"ok", false}, {"refusal", to_json(refusal)}}};
}

Reply bad(const std::string& reason) {
    return refused(400, {{}, "This request cannot be understood", reason + ".", {}});
}

Reply nowhere() { return refused(404, {{}, "There is no such thing", "Nothing was done.", {}}); }

template <typename T, typename Show>
Reply show(const Result<T>& result, Show to_body) {
    if (const auto* refusal = refusal_of(result)) return refused(409, *refusal);
    return done(to_body(std::get<T>(result)));
}

Reply show(const Result<SectorView>& result) {
    return show(result, [](const SectorView& view) {
        return ordered_json{{"view", to_json(view)}};
    });
}

std::optional<std::string_view> text_of(const json& request, const char* name) {
    const auto found = request.find(name);
    if (found == request.end() || !found->is_string()) return std::nullopt;
    return found->get_ref<const std::string&>();
}

/// Every group of access bits in words, to choose from.
ordered_json all_words() {
    ordered_json data = ordered_json::array();
    ordered_json trailer = ordered_json::array();
    for (std::uint8_t group = 0; group < 8; ++group) {
        data.push_back(words(data_rights(group, true)));
        trailer.push_back(words(trailer_rights(group)));
    }
    return {{"data", data}, {"trailer", trailer}};
}

/// Takes the digits from the front of `path`.
std::optional<unsigned> take_number(std::string_view& path) {
    unsigned number = 0;
    const auto end = std::from_chars(path.data(), path.data() + path.size(), number);
    if (end.ec != std::errc{} || number > 39) return std::nullopt;
    path.remove_prefix(static_cast<std::size_t>(end.ptr - path.data()));
    return number;
}

}  // namespace

Reply Api::handle(std::string_view method, std::string_view path, std::string body) {
    if (body.size() > MostBodyBytes) return bad("it is too long");
    json request = json::object();
    if (!body.empty()) request = json::parse(body, nullptr, false);
    for (char& c : body) *static_cast<volatile char*>(&c) = 0;
    if (!request.is_object()) {
        wipe_texts(request);
        return bad("the body is no JSON object");
    }
    const auto begin = std::chrono::steady_clock::now();
    const base::Tick from = session_.now();
    Reply reply = route(method, path, request);
    wipe_texts(request);
    const base::Tick ticks = session_.now() - from;
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
    reply.body["time"] = {
        {"ticks", ticks}, {"card_ms", base::milliseconds(ticks)}, {"wall_ms", wall.count()}};
    return reply;
}

Reply Api::route(std::string_view method, std::string_view path, const json& request) {
    constexpr std::string_view Sectors = "/api/sectors/";
    if (path.starts_with(Sectors)) {
        path.remove_prefix(Sectors.size());
        const auto number = take_number(path);
        return number ? sector(method, *number, path, request) : nowhere();
    }
    if (method == "GET" && path == "/api/card") return card();
    if (method == "GET" && path == "/api/pin")
        return show(session_.pin_state(), [](const PinState& pin) {
            return ordered_json{{"pin", to_json(pin)}};
        });
    if (method != "POST") return nowhere();
    if (path == "/api/unlock") return unlock(request);
    if (path == "/api/unblock") return unblock(request);
    if (path != "/api/lock") return nowhere();
    session_.lock();
    return done(ordered_json::object());
}

Reply Api::card() {
    ordered_json body{{"card", to_json(session_.identity())}};
    const auto pin = session_.pin_state();
    if (const auto* refusal = refusal_of(pin)) return refused(409, *refusal);
    body["pin"] = to_json(std::get<PinState>(pin));
    if (const auto balance = session_.purse_balance()) body["purse"] = *balance;
    body["words"] = all_words();
    return done(std::move(body));
}

Reply Api::unlock(const json& request) {
    const auto pin = text_of(request, "pin");
    if (!pin) return bad("the PIN is missing");
    return show(session_.unlock(*pin), [](const Done&) { return ordered_json::object(); });
}

Reply Api::unblock(const json& request) {
    const auto code = text_of(request, "code");
    const auto pin = text_of(request, "pin");
    if (!code || !pin) return bad("the unblocking code or the new PIN is missing");
    return show(session_.unblock(*code, *pin), [](const Done&) { return ordered_json::object(); });
}

Reply Api::sector(std::string_view method, unsigned number, std::string_view action,
                  const json& request) {
    if (method == "GET") return action.empty() ? show(session_.view(number)) : nowhere();
    if (method != "POST") return nowhere();
    if (action == "/undo") return show(session_.undo(number));
    if (action == "/gate") return done({{"gate", to_json(session_.gate(number), number)}});
    if (action != "/preview" && action != "/modify") return nowhere();
    const auto parsed = edits_from(request, number);
    if (const auto* wrong = std::get_if<BadRequest>(&parsed)) return bad(wrong->reason);
    const auto& edits = std::get<Edits>(parsed);
    if (action == "/modify") return show(session_.modify(number, edits));
    const auto planned = session_.preview(number, edits);
    if (const auto* refusal = refusal_of(planned)) return refused(409, *refusal);
    const auto& plan = std::get<PlannedChange>(planned);
    return done({{"preview", to_json(plan.preview, plan.sector)}});
}

}  // namespace terminal
