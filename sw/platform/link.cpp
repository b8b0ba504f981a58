#include "platform/link.hpp"

#include <cryptopp/hkdf.h>
#include <cryptopp/hmac.h>
#include <cryptopp/sha.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"

namespace platform {

Link::Link(std::string id, Side side, const base::Key<32>& secret, base::ByteView client_nonce,
           base::ByteView server_nonce, const std::string& client, const std::string& server)
    : id_{std::move(id)}, side_{side} {
    base::Bytes salt(client_nonce.begin(), client_nonce.end());
    salt.insert(salt.end(), server_nonce.begin(), server_nonce.end());
    const std::string info = nlohmann::json{"cartouche link", client, server, id_}.dump();
    std::array<std::uint8_t, 64> keys{};
    CryptoPP::HKDF<CryptoPP::SHA256>{}.DeriveKey(
        keys.data(), keys.size(), secret.expose().data(), secret.expose().size(), salt.data(),
        salt.size(), reinterpret_cast<const std::uint8_t*>(info.data()), info.size());
    std::array<std::uint8_t, 32> half{};
    std::copy(keys.begin(), keys.begin() + 32, half.begin());
    client_key_ = base::Key<32>{half};
    std::copy(keys.begin() + 32, keys.end(), half.begin());
    server_key_ = base::Key<32>{half};
    base::wipe(half);
    base::wipe(keys);
}

std::string Link::mac(Side from, std::uint64_t sequence, const std::string& body) const {
    const auto& key = (from == Side::Client ? client_key_ : server_key_).expose();
    CryptoPP::HMAC<CryptoPP::SHA256> hmac{key.data(), key.size()};
    const std::string text = nlohmann::json{id_, sequence, body}.dump();
    std::array<std::uint8_t, 32> out{};
    hmac.CalculateDigest(out.data(), reinterpret_cast<const std::uint8_t*>(text.data()),
                         text.size());
    return base::to_hex(out);
}

std::string Link::seal(const std::string& body) {
    ++sent_;
    return nlohmann::json{
        {"link", id_}, {"sequence", sent_}, {"body", body}, {"mac", mac(side_, sent_, body)}}
        .dump();
}

std::optional<std::string> Link::open(const std::string& message) {
    const auto json = nlohmann::json::parse(message, nullptr, false);
    if (!json.is_object()) return {};
    try {
        const auto sequence = json.at("sequence").get<std::uint64_t>();
        auto body = json.at("body").get<std::string>();
        const auto given = base::from_hex(json.at("mac").get<std::string>());
        const Side other = side_ == Side::Client ? Side::Server : Side::Client;
        if (json.at("link") != id_ || sequence != received_ + 1 || !given) return {};
        if (!base::equal_in_constant_time(*base::from_hex(mac(other, sequence, body)), *given))
            return {};
        received_ = sequence;
        return body;
    } catch (const nlohmann::json::exception&) {
        return {};
    }
}

std::string link_of(const std::string& message) {
    const auto json = nlohmann::json::parse(message, nullptr, false);
    if (!json.is_object()) return {};
    const auto id = json.find("link");
    return id == json.end() || !id->is_string() ? std::string{} : id->get<std::string>();
}

}  // namespace platform
