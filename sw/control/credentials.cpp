#include "control/credentials.hpp"

#include <algorithm>
#include <stdexcept>

#include "control/octets.hpp"

namespace control {
namespace {

constexpr std::uint8_t CredentialFormat = 1;

AesKey take_key(Taker& taker) {
    std::array<std::uint8_t, 16> value{};
    const auto bytes = taker.bytes(value.size());
    std::copy(bytes.begin(), bytes.end(), value.begin());
    const AesKey key{value};
    base::wipe(value);
    return key;
}

}  // namespace

base::Bytes Credentials::bytes() const {
    if (clients.size() > MostClients) throw std::invalid_argument{"more than 16 clients"};
    base::Bytes out{CredentialFormat};
    put(out, reader.expose());
    put(out, access.expose());
    put(out, clients.size(), 1);
    for (const auto& client : clients) {
        if (client.id.empty() || client.id.size() > MostId)
            throw std::invalid_argument{"a client's id has 1 to 16 characters"};
        put_short(out, client.id);
        put(out, client.key.expose());
        put(out, client.services, 4);
    }
    return out;
}

std::optional<Credentials> Credentials::parse(base::ByteView bytes) {
    Taker taker{bytes};
    if (taker.number(1) != CredentialFormat) return {};
    Credentials credentials;
    credentials.reader = take_key(taker);
    credentials.access = take_key(taker);
    const auto count = taker.number(1);
    if (count > MostClients) return {};
    for (std::uint64_t i = 0; i < count && !taker.missed(); ++i) {
        ClientRight client;
        const auto id = taker.short_bytes();
        client.id.assign(id.begin(), id.end());
        client.key = take_key(taker);
        client.services = static_cast<Services>(taker.number(4));
        if (client.id.empty() || client.id.size() > MostId) return {};
        const auto same = [&](const auto& other) { return other.id == client.id; };
        if (std::any_of(credentials.clients.begin(), credentials.clients.end(), same)) return {};
        credentials.clients.push_back(std::move(client));
    }
    if (!taker.whole()) return {};
    return credentials;
}

}  // namespace control
