#include "fleet/remote_platform.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "platform/refusal.hpp"

namespace fleet {
namespace {

base::Bytes answered_bytes(const nlohmann::json& answer, const char* name) {
    const auto found = answer.find(name);
    auto bytes = found != answer.end() && found->is_string()
                     ? base::from_hex(found->get<std::string>())
                     : std::nullopt;
    if (!bytes) throw platform::LineLost{"the platform gave another answer"};
    return std::move(*bytes);
}

std::array<std::uint8_t, 16> sixteen(const nlohmann::json& answer, const char* name) {
    const auto bytes = answered_bytes(answer, name);
    std::array<std::uint8_t, 16> out{};
    if (bytes.size() != out.size()) throw platform::LineLost{"the platform gave another answer"};
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

}  // namespace

control::Nonce RemotePlatform::begin() { return sixteen(remote_.call({{"do", "begin"}}), "nonce"); }

std::optional<control::Proof> RemotePlatform::prove(base::ByteView answer) {
    try {
        return sixteen(remote_.call({{"do", "prove"}, {"answer", base::to_hex(answer)}}), "proof");
    } catch (const platform::Refusal& refusal) {
        if (refusal.code() == "unknown-reader") return {};
        throw;
    }
}

std::vector<std::string> RemotePlatform::serve(control::Client& client) {
    auto told = remote_.call({{"do", "next"}});
    while (!told.value("done", false)) {
        const auto answer = client.relay(answered_bytes(told, "message"));
        told = remote_.call({{"do", "next"}, {"answer", base::to_hex(answer)}});
    }
    std::vector<std::string> report;
    for (const auto& line : told.value("report", nlohmann::json::array()))
        if (line.is_string()) report.push_back(line.get<std::string>());
    return report;
}

}  // namespace fleet
