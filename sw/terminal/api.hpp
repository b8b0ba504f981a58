/// \file api.hpp
/// The JSON API of the terminal page, without HTTP: a path and a body in, a status and JSON out.
///
///     GET  /api/card                       identity, state of the PIN, balance of the e-purse
///     GET  /api/pin                        the state of the PIN
///     POST /api/unlock {pin}               POST /api/lock
///     POST /api/unblock {code, pin}
///     GET  /api/sectors/N                  view
///     POST /api/sectors/N/preview {edits}  POST /api/sectors/N/modify {edits}
///     POST /api/sectors/N/undo             POST /api/sectors/N/gate
///
/// Answers are {"ok":true, ..., "time":{...}} or {"ok":false,"refusal":{title, advice, sw, tries}}.
/// Edits: edits_json.hpp. The PIN and keys are in no answer.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "terminal/session.hpp"

namespace terminal {

struct Reply {
    int status = 200;  ///< 200; 400 bad request, 404 no such thing, 409 refused by card or terminal
    nlohmann::ordered_json body{};
};

/// One owner, one thread.
class Api {
public:
    static constexpr std::size_t MostBodyBytes = 16'384;

    explicit Api(Session& session) : session_{session} {}

    /// `body` is overwritten when it is done with.
    [[nodiscard]] Reply handle(std::string_view method, std::string_view path, std::string body);

private:
    [[nodiscard]] Reply route(std::string_view method, std::string_view path,
                              const nlohmann::json& request);
    [[nodiscard]] Reply sector(std::string_view method, unsigned number, std::string_view action,
                               const nlohmann::json& request);
    [[nodiscard]] Reply card();
    [[nodiscard]] Reply unlock(const nlohmann::json& request);
    [[nodiscard]] Reply unblock(const nlohmann::json& request);

    Session& session_;
};

}  // namespace terminal
