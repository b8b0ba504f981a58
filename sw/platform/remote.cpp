#include "platform/remote.hpp"

#include "base/hex.hpp"
#include "platform/refusal.hpp"

namespace platform {

Remote::Remote(Wire& wire, const Credential& own, Certificate server, Random random)
    : wire_{wire}, own_{own}, server_{std::move(server)}, random_{std::move(random)} {}

void Remote::begin() {
    const base::Bytes ours = random_(LinkNonceBytes);
    const auto answer = nlohmann::json::parse(
        wire_.post(LinkPath, nlohmann::json{{"nonce", base::to_hex(ours)}}.dump()), nullptr, false);
    try {
        const auto theirs = base::from_hex(answer.at("nonce").get<std::string>());
        if (!theirs || theirs->size() != LinkNonceBytes) throw LineLost{"no link was given"};
        link_.emplace(answer.at("link").get<std::string>(), Side::Client, own_.agree(server_), ours,
                      *theirs, own_.name(), name_of(server_));
    } catch (const nlohmann::json::exception&) {
        throw LineLost{"no link was given"};
    }
}

std::string Remote::exchange(const std::string& body) {
    if (!link_) begin();
    auto answer = link_->open(wire_.post(MessagePath, link_->seal(body)));
    if (!answer) throw LineLost{"the answer is not to be believed"};
    return std::move(*answer);
}

nlohmann::json Remote::call(const nlohmann::json& request) {
    const std::scoped_lock lock{mutex_};
    std::string body;
    try {
        body = exchange(request.dump());
    } catch (...) {
        link_.reset();
        throw;
    }
    auto answer = nlohmann::json::parse(body, nullptr, false);
    if (!answer.is_object()) throw LineLost{"the answer is no object"};
    if (answer.contains("error"))
        throw Refusal{answer.value("error", ""), answer.value("reason", "")};
    return answer;
}

}  // namespace platform
