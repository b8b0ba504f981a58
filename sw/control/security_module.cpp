#include "control/security_module.hpp"

#include <cryptopp/osrng.h>

#include <algorithm>
#include <memory>

#include "control/octets.hpp"
#include "control/refusal.hpp"

namespace control {
namespace {

constexpr unsigned ConnectionCounterBytes = 8;

Nonce nonce_from(base::ByteView bytes) {
    Nonce nonce{};
    std::copy(bytes.begin(), bytes.end(), nonce.begin());
    return nonce;
}

}  // namespace

NonceSource system_nonces() {
    return [random = std::make_shared<CryptoPP::AutoSeededRandomPool>()] {
        Nonce nonce{};
        random->GenerateBlock(nonce.data(), nonce.size());
        return nonce;
    };
}

SecurityModule::SecurityModule(std::string serial, Flash& flash, NonceSource nonces)
    : serial_{std::move(serial)},
      tries_{flash, Region::TriesA, Region::TriesB},
      counters_{flash, Region::ClientsA, Region::ClientsB},
      nonces_{std::move(nonces)} {}

Services SecurityModule::connect(base::ByteView request) {
    Taker taker{request};
    const auto id_bytes = taker.short_bytes();
    const auto counter = taker.number(ConnectionCounterBytes);
    const auto proof = taker.bytes(std::tuple_size_v<Proof>);
    if (!taker.whole() || id_bytes.empty() || id_bytes.size() > Credentials::MostId)
        throw Refusal{Reason::BadRequest, "a connection request has id, counter and proof"};
    if (clients_locked()) throw Refusal{Reason::Locked, "too many wrong connection requests"};

    Tries counted = tries();
    ++counted.clients;
    store(counted);
    const std::string id{id_bytes.begin(), id_bytes.end()};
    const auto& clients = credentials_.clients;
    const auto found = std::find_if(clients.begin(), clients.end(),
                                    [&](const ClientRight& client) { return client.id == id; });
    // An unknown client costs what a known one does, and is refused in the same words.
    const AesKey nobody{};
    const bool known = found != clients.end();
    const bool right =
        equal(client_proof(known ? found->key : nobody, counter, serial_, id), proof);
    if (!right || !known) throw Refusal{Reason::Unauthentic, "the connection request is wrong"};
    counted.clients = 0;
    if (counter <= last_counter(id)) {
        store(counted);  // it was right once: not a guess
        throw Refusal{Reason::Unauthentic, "the connection request was used before"};
    }
    store_counter(id, counter);
    store(counted);
    return found->services;
}

base::Bytes SecurityModule::challenge(base::ByteView nonce) {
    close();
    if (nonce.size() != std::tuple_size_v<Nonce>)
        throw Refusal{Reason::BadRequest, "a nonce has 16 bytes"};
    if (platforms_locked()) throw Refusal{Reason::Locked, "too many wrong logins"};
    challenge_ = Meeting{nonce_from(nonce), nonces_()};
    base::Bytes out;
    put_short(out, serial_);
    put(out, challenge_->reader);
    put(out, reader_proof(credentials_.reader, *challenge_, serial_));
    return out;
}

void SecurityModule::finish(base::ByteView proof) {
    if (!challenge_) throw Refusal{Reason::OutOfOrder, "no login has begun"};
    const Meeting meeting = *challenge_;
    close();
    Tries counted = tries();
    if (counted.platforms >= MostTries) throw Refusal{Reason::Locked, "too many wrong logins"};
    ++counted.platforms;
    store(counted);
    if (!equal(platform_proof(credentials_.reader, meeting, serial_), proof))
        throw Refusal{Reason::Unauthentic, "the platform's proof is wrong"};
    counted.platforms = 0;
    store(counted);
    session_ = Session{session_key(credentials_.reader, meeting), 0};
}

base::Bytes SecurityModule::take(base::ByteView message) {
    if (!session_) throw Refusal{Reason::NotLoggedIn, "no platform has logged in"};
    try {
        auto body = unprotect(session_->key, Direction::ToReader, session_->counter + 1, message);
        ++session_->counter;
        return body;
    } catch (const Refusal&) {
        close();
        throw;
    }
}

base::Bytes SecurityModule::answer(base::ByteView body) {
    if (!session_) throw Refusal{Reason::NotLoggedIn, "no platform has logged in"};
    return protect(session_->key, Direction::ToPlatform, session_->counter, body);
}

void SecurityModule::close() noexcept {
    challenge_.reset();
    session_.reset();
}

bool SecurityModule::clients_locked() const { return tries().clients >= MostTries; }
bool SecurityModule::platforms_locked() const { return tries().platforms >= MostTries; }
void SecurityModule::unlock() { store({}); }

SecurityModule::Tries SecurityModule::tries() const {
    const auto stored = tries_.load();
    if (stored.size() != 2) return {};
    return {stored[0], stored[1]};
}

void SecurityModule::store(const Tries& tries) {
    tries_.store(base::Bytes{tries.clients, tries.platforms});
}

// Counters: id behind its length, counter (8), one after the other.
std::uint64_t SecurityModule::last_counter(const std::string& id) const {
    const auto stored = counters_.load();
    Taker taker{stored};
    while (taker.left() > 0) {
        const auto name = taker.short_bytes();
        const auto counter = taker.number(ConnectionCounterBytes);
        if (std::equal(name.begin(), name.end(), id.begin(), id.end())) return counter;
    }
    return 0;
}

void SecurityModule::store_counter(const std::string& id, std::uint64_t counter) {
    base::Bytes out;
    for (const auto& client : credentials_.clients) {
        const auto value = client.id == id ? counter : last_counter(client.id);
        if (value == 0) continue;
        put_short(out, client.id);
        put(out, value, ConnectionCounterBytes);
    }
    counters_.store(out);
}

}  // namespace control
