#include "domain/secured_packet.hpp"

#include <algorithm>
#include <utility>

#include "base/key.hpp"
#include "domain/bytes_io.hpp"
#include "domain/keys.hpp"

namespace domain {
namespace {

using Status = SecuredPacket::Status;

constexpr std::uint8_t CheckMask = 0x03;
constexpr std::uint8_t CryptographicChecksum = 0x02;
constexpr std::uint8_t Ciphered = 0x04;
constexpr std::uint8_t CounterMask = 0x18;
constexpr std::uint8_t CounterAbove = 0x10;
constexpr std::uint8_t CounterNext = 0x18;
constexpr std::uint8_t ProofMask = 0x03;
constexpr std::uint8_t ProofAlways = 0x01;
constexpr std::uint8_t ProofOnError = 0x02;
constexpr std::uint8_t ProofCheckMask = 0x0C;
constexpr std::uint8_t ProofChecksum = 0x08;
constexpr std::uint8_t ProofCiphered = 0x10;

constexpr std::size_t HeaderBytes = 13;  // SPI to PCNTR
constexpr std::size_t ChecksumBytes = 8;
constexpr std::size_t CounterBytes = 5;
constexpr std::uint64_t LastCounter = 0xFF'FFFF'FFFF;
constexpr std::uint8_t MostFailures = 15;
constexpr std::uint8_t KicId = 1;
constexpr std::uint8_t KidId = 2;

/// What is counted for a key set.
struct Count {
    std::uint64_t counter = 0;
    std::uint8_t failures = 0;
};

std::uint64_t number(base::ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

Count read_count(Card& card, std::uint8_t version) {
    const auto bytes = card.ledger.read(object_id(ObjectKind::Packets, IssuerSlot, version));
    if (!bytes || bytes->size() != CounterBytes + 1) return {};
    return {number(base::ByteView{*bytes}.first(CounterBytes)), bytes->back()};
}

bool save_count(Card& card, std::uint8_t version, const Count& count, store::Work& work) {
    ByteWriter out;
    for (unsigned i = CounterBytes; i > 0; --i)
        out.byte(static_cast<std::uint8_t>(count.counter >> (8 * (i - 1))));
    out.byte(count.failures);
    card.ledger.write(object_id(ObjectKind::Packets, IssuerSlot, version), out.take());
    return card.ledger.commit(work);
}

/// One of the two keys, with what its octet says of the algorithm; an empty key: it does not fit.
struct PacketKey {
    bool aes = false;
    Secret value{};

    [[nodiscard]] std::size_t block() const { return aes ? 16 : 8; }
};

PacketKey packet_key(const KeySet& set, std::uint8_t id, std::uint8_t octet) {
    const auto* key = set.find(id);
    if (key == nullptr || key->components.size() != 1) return {};
    const auto& component = key->components[0];
    const auto size = component.value.size();
    switch (octet & 0x0F) {
        case 0x2:
            if (component.type != KeyType::Aes) return {};
            return {true, component.value};
        case 0x5:
            if (component.type != KeyType::Des || size != 16) return {};
            return {false, component.value};
        case 0x9:
            if (component.type != KeyType::Des || size != 24) return {};
            return {false, component.value};
        default:
            return {};
    }
}

base::Bytes checksum(Engine& engine, const PacketKey& key, base::ByteView input) {
    if (key.aes) {
        const auto mac = engine.aes_cmac(key.value, input);
        return {mac.begin(), mac.begin() + ChecksumBytes};
    }
    base::Bytes padded{input.begin(), input.end()};
    padded.resize((padded.size() + 7) / 8 * 8);
    const auto all = engine.des3_cbc_encrypt(key.value, padded);
    return {all.end() - ChecksumBytes, all.end()};
}

base::Bytes decrypt(Engine& engine, const PacketKey& key, base::ByteView data) {
    return key.aes ? engine.aes_cbc_decrypt(key.value, {}, data)
                   : engine.des3_cbc_decrypt(key.value, data);
}

base::Bytes encrypt(Engine& engine, const PacketKey& key, base::ByteView data) {
    return key.aes ? engine.aes_cbc_encrypt(key.value, {}, data)
                   : engine.des3_cbc_encrypt(key.value, data);
}

/// What the counter says of a packet that is authentic.
std::uint8_t judge_counter(std::uint8_t spi1, std::uint64_t counter, std::uint64_t stored) {
    if (stored == LastCounter) return Status::CounterBlocked;
    if (counter <= stored) return Status::CounterLow;
    if ((spi1 & CounterMask) == CounterNext && counter != stored + 1) return Status::CounterHigh;
    return Status::Ok;
}

}  // namespace

SecuredPacket receive_packet(Card& card, Engine& engine, store::Work& work, base::ByteView bytes) {
    SecuredPacket packet;
    ByteReader in{bytes};
    const auto length = in.word();
    if (!in.ok() || length != in.rest().size()) return packet;
    const std::size_t header = in.byte();
    const auto front = in.raw(7);
    if (!in.ok() || header < HeaderBytes) return packet;
    packet.spi1 = front[0];
    packet.spi2 = front[1];
    packet.kic = front[2];
    packet.kid = front[3];
    std::copy_n(front.begin() + 4, packet.tar.size(), packet.tar.begin());

    const std::uint8_t version = packet.kid >> 4;
    const bool counts = (packet.spi1 & CounterMask) >= CounterAbove;
    if ((packet.spi1 & CheckMask) != CryptographicChecksum || !counts || version == 0 ||
        packet.kic >> 4 != version || header != HeaderBytes + ChecksumBytes) {
        packet.status = Status::InsufficientSecurity;
        return packet;
    }
    const auto set = card.keys.read(IssuerSlot, version);
    if (!set) return packet;
    const auto kid = packet_key(*set, KidId, packet.kid);
    const bool ciphered = (packet.spi1 & Ciphered) != 0;
    const auto kic = packet_key(*set, KicId, packet.kic);
    if (kid.value.empty() || kic.value.empty()) return packet;
    if (in.rest().size() < CounterBytes + 1 + ChecksumBytes ||
        (ciphered && in.rest().size() % kic.block() != 0))
        return packet;

    Count count = read_count(card, version);
    if (count.failures >= MostFailures) return packet;
    base::Bytes body = ciphered ? decrypt(engine, kic, in.rest())
                                : base::Bytes{in.rest().begin(), in.rest().end()};
    const base::ByteView clear{body};
    const auto counter = clear.first(CounterBytes);
    const std::size_t padding = clear[CounterBytes];
    const auto given = clear.subspan(CounterBytes + 1, ChecksumBytes);
    const auto data = clear.subspan(CounterBytes + 1 + ChecksumBytes);
    const auto input = ByteWriter{}
                           .word(length)
                           .byte(header)
                           .raw(front)
                           .raw(clear.first(CounterBytes + 1))
                           .raw(data)
                           .take();
    // The try is in the memory before anybody knows whether it was right.
    ++count.failures;
    if (!save_count(card, version, count, work)) {
        packet.status = Status::NoMemory;
        return packet;
    }
    if (!base::equal_in_constant_time(checksum(engine, kid, input), given) ||
        padding > data.size()) {
        packet.status = Status::ChecksumFailed;
        base::wipe(body);
        return packet;
    }
    packet.authentic = true;
    std::copy(counter.begin(), counter.end(), packet.counter.begin());
    packet.status = judge_counter(packet.spi1, number(counter), count.counter);
    count.failures = 0;
    if (packet.status == Status::Ok) {
        count.counter = number(counter);
        packet.payload.assign(data.begin(), data.end() - static_cast<std::ptrdiff_t>(padding));
    }
    base::wipe(body);
    if (!save_count(card, version, count, work)) {
        packet.status = Status::NoMemory;
        packet.payload.clear();
    }
    return packet;
}

base::Bytes proof_of_receipt(Card& card, Engine& engine, const SecuredPacket& packet,
                             base::ByteView data) {
    constexpr std::uint8_t ResponseHeaderBytes = 10;
    const auto wanted = packet.spi2 & ProofMask;
    const bool error = packet.status != Status::Ok;
    if (wanted != ProofAlways && !(wanted == ProofOnError && error)) return {};
    // Who guesses keys gets nothing that was made with them.
    const auto set = packet.authentic ? card.keys.read(IssuerSlot, packet.kid >> 4) : std::nullopt;
    const auto kid = set ? packet_key(*set, KidId, packet.kid) : PacketKey{};
    const auto kic = set ? packet_key(*set, KicId, packet.kic) : PacketKey{};
    const bool checked = set && (packet.spi2 & ProofCheckMask) == ProofChecksum;
    const bool ciphered = set && (packet.spi2 & ProofCiphered) != 0;
    const std::size_t check = checked ? ChecksumBytes : 0;
    const std::size_t sealed = CounterBytes + 2 + check + data.size();
    const std::size_t block = ciphered ? kic.block() : 1;
    const std::size_t padding = (block - sealed % block) % block;

    const auto front = ByteWriter{}
                           .byte(0x02)
                           .byte(0x71)
                           .byte(0x00)
                           .word(1 + 3 + sealed + padding)
                           .byte(ResponseHeaderBytes + check)
                           .raw(packet.tar)
                           .take();
    const auto numbers = ByteWriter{}.raw(packet.counter).byte(padding).byte(packet.status).take();
    base::Bytes padded{data.begin(), data.end()};
    padded.resize(padded.size() + padding);
    base::Bytes mac;
    if (checked)
        mac = checksum(engine, kid, ByteWriter{}.raw(front).raw(numbers).raw(padded).take());
    const auto body = ByteWriter{}.raw(numbers).raw(mac).raw(padded).take();
    return ByteWriter{}.raw(front).raw(ciphered ? encrypt(engine, kic, body) : body).take();
}

}  // namespace domain
