#include "ota/secured_packet.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/key.hpp"
#include "ota/packet_crypto.hpp"

namespace ota {
namespace {

constexpr std::size_t MostData = 60'000;
constexpr std::size_t CounterBytes = 5;
constexpr std::size_t ChecksumBytes = 8;
constexpr std::size_t CommandHeaderBytes = 13;   ///< from SPI to PCNTR
constexpr std::size_t ResponseHeaderBytes = 10;  ///< from TAR to STATUS
constexpr std::array<std::uint8_t, 3> ProofHeader{0x02, 0x71, 0x00};

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

void append_number(base::Bytes& out, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i > 0; --i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
}

std::uint64_t number(base::ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

/// What protects a packet or a proof.
struct Protection {
    bool ciphered = false;
    std::uint8_t check = 0;  ///< 0 none, 1 RC, 2 CC
    std::uint8_t kic = 0;
    std::uint8_t kid = 0;

    [[nodiscard]] std::size_t check_bytes() const {
        if (check == 0) return 0;
        if (check == Spi::Checksum) return ChecksumBytes;
        if (check == Spi::RedundancyCheck) {
            if ((kid & 0x0F) == 0x01) return 2;
            if ((kid & 0x0F) == 0x05) return 4;
        }
        throw std::invalid_argument{"this check is not made"};
    }
    [[nodiscard]] base::Bytes checked(base::ByteView input, const PacketKeys& keys) const {
        base::Bytes out;
        if (check == Spi::Checksum) {
            out = packet_checksum(cipher_of(kid), keys.kid, input);
        } else if (check_bytes() == 2) {
            append_number(out, crc_16(input), 2);
        } else if (check_bytes() == 4) {
            append_number(out, crc_32(input), 4);
        }
        return out;
    }
    [[nodiscard]] std::size_t block() const { return ciphered ? block_of(cipher_of(kic)) : 1; }
};

}  // namespace

base::Bytes secure(const CommandPacket& packet, const PacketKeys& keys) {
    if (packet.data.size() > MostData) throw std::invalid_argument{"the payload is too long"};
    const Protection protection{(packet.spi1 & Spi::Ciphered) != 0,
                                static_cast<std::uint8_t>(packet.spi1 & Spi::CheckMask), packet.kic,
                                packet.kid};
    const std::size_t check = protection.check_bytes();
    const std::size_t block = protection.block();
    const std::size_t sealed = CounterBytes + 1 + check + packet.data.size();
    const std::size_t padding = (block - sealed % block) % block;

    base::Bytes head;
    append_number(head, 1 + CommandHeaderBytes + check + packet.data.size() + padding, 2);
    append_number(head, CommandHeaderBytes + check, 1);
    append(head, std::array{packet.spi1, packet.spi2, packet.kic, packet.kid});
    append(head, packet.tar);
    base::Bytes counter;
    append_number(counter, packet.counter, CounterBytes);
    append_number(counter, padding, 1);
    base::Bytes data = packet.data;
    data.resize(data.size() + padding);

    base::Bytes input = head;
    append(input, counter);
    append(input, data);
    base::Bytes body = counter;
    append(body, protection.checked(input, keys));
    append(body, data);
    append(head,
           protection.ciphered ? packet_encrypt(cipher_of(packet.kic), keys.kic, body) : body);
    return head;
}

std::optional<Proof> open_proof(base::ByteView user_data, const CommandPacket& sent,
                                const PacketKeys& keys) {
    constexpr std::size_t Least = ProofHeader.size() + 2 + 1 + ResponseHeaderBytes;
    if (user_data.size() < Least ||
        !std::equal(ProofHeader.begin(), ProofHeader.end(), user_data.begin()))
        return std::nullopt;
    const auto length = number(user_data.subspan(3, 2));
    const std::size_t header = user_data[5];
    if (length != user_data.size() - 5 || header < ResponseHeaderBytes) return std::nullopt;
    Protection protection{(sent.spi2 & Spi::ProofCiphered) != 0,
                          static_cast<std::uint8_t>((sent.spi2 & Spi::ProofCheckMask) >> 2),
                          sent.kic, sent.kid};
    const std::size_t check = protection.check_bytes();
    const bool bare = header == ResponseHeaderBytes && check != 0;
    if (!bare && header != ResponseHeaderBytes + check) return std::nullopt;

    Proof proof;
    std::copy_n(user_data.begin() + 6, proof.tar.size(), proof.tar.begin());
    if (proof.tar != sent.tar) return std::nullopt;
    const auto rest = user_data.subspan(9);
    base::Bytes body{rest.begin(), rest.end()};
    if (!bare && protection.ciphered) {
        if (body.size() % protection.block() != 0) return std::nullopt;
        body = packet_decrypt(cipher_of(sent.kic), keys.kic, body);
    }
    const std::size_t in_body = bare ? 0 : check;
    const base::ByteView view{body};
    if (view.size() < CounterBytes + 2 + in_body) return std::nullopt;
    proof.counter = number(view.first(CounterBytes));
    const std::size_t padding = view[CounterBytes];
    proof.status = view[CounterBytes + 1];
    const auto data = view.subspan(CounterBytes + 2 + in_body);
    if (padding > data.size()) return std::nullopt;
    proof.data.assign(data.begin(), data.end() - static_cast<std::ptrdiff_t>(padding));
    // A header that was not understood is answered without protection, and with no counter.
    if (bare && proof.status == Proof::Status::Ok) return std::nullopt;
    if (!bare && proof.counter != sent.counter) return std::nullopt;
    if (bare) return proof;

    base::Bytes input{user_data.begin(), user_data.begin() + 9};
    append(input, view.first(CounterBytes + 2));
    append(input, data);
    const auto right = protection.checked(input, keys);
    if (!base::equal_in_constant_time(right, view.subspan(CounterBytes + 2, in_body)))
        return std::nullopt;
    proof.authentic = protection.check == Spi::Checksum;
    return proof;
}

std::uint32_t crc_32(base::ByteView data) noexcept {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const std::uint8_t byte : data) {
        crc ^= byte;
        for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
    }
    return ~crc;
}

std::uint16_t crc_16(base::ByteView data) noexcept {
    unsigned crc = 0xFFFF;
    for (const std::uint8_t byte : data) {
        crc ^= byte;
        for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x8408U : 0);
    }
    return static_cast<std::uint16_t>(~crc);
}

}  // namespace ota
