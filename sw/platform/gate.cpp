#include "platform/gate.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/hex.hpp"
#include "platform/refusal.hpp"

namespace platform {

std::optional<std::string> Gate::receive(const Certificate& peer, const std::string& path,
                                         const std::string& body) {
    std::optional<std::string> answer;
    if (body.size() <= LongestBody) {
        if (path == LinkPath)
            answer = begin(peer, body);
        else if (path == MessagePath)
            answer = message(peer, body);
    }
    if (!answer) {
        const std::scoped_lock lock{mutex_};
        ++refused_;
    }
    return answer;
}

std::optional<std::string> Gate::begin(const Certificate& peer, const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object() || !json.contains("nonce") || !json["nonce"].is_string()) return {};
    const auto nonce = base::from_hex(json["nonce"].get<std::string>());
    if (!nonce || nonce->size() != LinkNonceBytes) return {};
    const base::Bytes ours = random_(LinkNonceBytes);
    const std::string id = base::to_hex(random_(LinkNonceBytes));
    auto open = std::make_shared<Open>();
    open->peer = name_of(peer);
    open->print = fingerprint(peer);
    try {
        open->link.emplace(id, Side::Server, own_.agree(peer), *nonce, ours, open->peer,
                           own_.name());
    } catch (const std::invalid_argument&) {
        return {};
    }
    const std::scoped_lock lock{mutex_};
    links_.push_back(open);
    const auto is_theirs = [&](const auto& one) { return one->print == open->print; };
    if (std::count_if(links_.begin(), links_.end(), is_theirs) >
        static_cast<std::ptrdiff_t>(MostLinks))
        links_.erase(std::find_if(links_.begin(), links_.end(), is_theirs));
    return nlohmann::json{{"link", id}, {"nonce", base::to_hex(ours)}}.dump();
}

std::optional<std::string> Gate::message(const Certificate& peer, const std::string& body) {
    const std::string id = link_of(body);
    std::shared_ptr<Open> open;
    {
        const std::scoped_lock lock{mutex_};
        for (const auto& one : links_)
            if (one->link->id() == id) open = one;
    }
    if (!open || open->print != fingerprint(peer)) return {};
    const std::scoped_lock lock{open->mutex};
    const auto request = open->link->open(body);
    if (!request) return {};
    return open->link->seal(handle(open->peer, *request).dump());
}

nlohmann::json Gate::handle(const std::string& peer, const std::string& body) {
    try {
        const auto request = nlohmann::json::parse(body);
        return service_.handle(peer, request);
    } catch (const Refusal& refusal) {
        spdlog::info("{} refused {}: {}", own_.name(), peer, refusal.what());
        return {{"error", refusal.code()}, {"reason", refusal.what()}};
    } catch (const LineLost& lost) {
        spdlog::warn("{} lost its own line: {}", own_.name(), lost.what());
        return {{"error", "line"}, {"reason", "another platform cannot be reached"}};
    } catch (const nlohmann::json::exception&) {
        return {{"error", "request"}, {"reason", "the request is not in the words of the API"}};
    } catch (const std::exception& error) {
        // What failed inside is for our log, not for the other side.
        spdlog::error("{} failed a request of {}: {}", own_.name(), peer, error.what());
        return {{"error", "internal"}, {"reason", "the platform could not do it"}};
    }
}

unsigned long Gate::refused() const {
    const std::scoped_lock lock{mutex_};
    return refused_;
}

std::string DirectWire::post(const std::string& path, const std::string& body) {
    auto answer = gate_.receive(own_, path, body);
    if (!answer) throw LineLost{"the message was refused"};
    return std::move(*answer);
}

}  // namespace platform
