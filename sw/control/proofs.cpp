#include "control/proofs.hpp"

#include "control/octets.hpp"
#include "control/refusal.hpp"
#include "reader/scp_crypto.hpp"

namespace control {
namespace {

constexpr std::size_t CounterBytes = 4;
constexpr std::size_t MacBytes = 16;

Proof cmac(const AesKey& key, base::ByteView message) {
    return reader::cmac(reader::ScpKey{key.expose()}, message);
}

AesKey derived(const AesKey& key, base::ByteView message) {
    auto value = cmac(key, message);
    const AesKey made{value};
    base::wipe(value);
    return made;
}

Proof mac_of(const AesKey& session, Direction direction, base::ByteView counted) {
    base::Bytes message;
    put(message, static_cast<std::uint8_t>(direction), 1);
    put(message, counted);
    return cmac(session, message);
}

}  // namespace

AesKey reader_key(const AesKey& master, std::string_view serial) {
    base::Bytes message{0x01};
    put(message, serial);
    return derived(master, message);
}

Proof client_proof(const AesKey& key, std::uint64_t counter, std::string_view serial,
                   std::string_view client) {
    base::Bytes message;
    put(message, std::string_view{"C1"});
    put(message, counter, 8);
    put_short(message, serial);
    put(message, client);
    return cmac(key, message);
}

Proof reader_proof(const AesKey& key, const Meeting& meeting, std::string_view serial) {
    base::Bytes message;
    put(message, std::string_view{"R1"});
    put(message, meeting.platform);
    put(message, meeting.reader);
    put(message, serial);
    return cmac(key, message);
}

Proof platform_proof(const AesKey& key, const Meeting& meeting, std::string_view serial) {
    base::Bytes message;
    put(message, std::string_view{"P2"});
    put(message, meeting.reader);
    put(message, meeting.platform);
    put(message, serial);
    return cmac(key, message);
}

AesKey session_key(const AesKey& key, const Meeting& meeting) {
    base::Bytes message;
    put(message, std::string_view{"S3"});
    put(message, meeting.platform);
    put(message, meeting.reader);
    return derived(key, message);
}

base::Bytes protect(const AesKey& session, Direction direction, std::uint32_t counter,
                    base::ByteView body) {
    base::Bytes message;
    put(message, counter, CounterBytes);
    put(message, body);
    const auto mac = mac_of(session, direction, message);
    put(message, mac);
    return message;
}

base::Bytes unprotect(const AesKey& session, Direction direction, std::uint32_t counter,
                      base::ByteView message) {
    if (message.size() < CounterBytes + MacBytes)
        throw Refusal{Reason::Unauthentic, "a platform's message without counter and MAC"};
    const auto counted = message.first(message.size() - MacBytes);
    if (!equal(mac_of(session, direction, counted), message.last(MacBytes)))
        throw Refusal{Reason::Unauthentic, "the MAC of a platform's message is wrong"};
    if (Taker{counted}.number(CounterBytes) != counter)
        throw Refusal{Reason::Unauthentic, "the counter of a platform's message is wrong"};
    const auto body = counted.subspan(CounterBytes);
    return {body.begin(), body.end()};
}

bool equal(const Proof& a, const Proof& b) noexcept { return base::equal_in_constant_time(a, b); }
bool equal(const Proof& a, base::ByteView b) noexcept { return base::equal_in_constant_time(a, b); }

}  // namespace control
