#include "domain/diversify.hpp"

#include <cryptopp/aes.h>
#include <cryptopp/cmac.h>
#include <cryptopp/des.h>
#include <cryptopp/modes.h>

#include <stdexcept>

#include "domain/bytes_io.hpp"

namespace domain {

namespace {

constexpr std::size_t DataBytes = 10;
constexpr std::size_t DesKeyBytes = 16;

/// Two blocks that differ in one byte, under the master.
Secret des_key(const Secret& master, base::ByteView card, std::uint8_t id) {
    ByteWriter input;
    input.raw(card).byte(0xF0).byte(id).raw(card).byte(0x0F).byte(id);
    const auto blocks = input.take();
    base::Bytes out(blocks.size());
    CryptoPP::ECB_Mode<CryptoPP::DES_EDE2>::Encryption des{master.expose().data(), master.size()};
    des.ProcessData(out.data(), blocks.data(), blocks.size());
    const Secret key{out};
    base::wipe(out);
    return key;
}

Secret aes_key(const Secret& master, base::ByteView data, std::uint8_t id) {
    base::Bytes out;
    for (std::uint8_t block = 1; out.size() < master.size(); ++block) {
        ByteWriter input;
        input.byte(block).word(0).byte(0).byte(id).byte(0).raw(data);
        const auto message = input.take();
        CryptoPP::CMAC<CryptoPP::AES> cmac{master.expose().data(), master.size()};
        base::Bytes mac(cmac.DigestSize());
        cmac.CalculateDigest(mac.data(), message.data(), message.size());
        out.insert(out.end(), mac.begin(), mac.end());
        base::wipe(mac);
    }
    const Secret key{base::ByteView{out}.first(master.size())};
    base::wipe(out);
    return key;
}

/// The six bytes that make a card one of its own.
base::Bytes card_bytes(Diversification method, base::ByteView data) {
    ByteWriter out;
    if (method == Diversification::EmvCps) return out.raw(data.subspan(4)).take();
    return out.raw(data.first(2)).raw(data.subspan(4, 4)).take();
}

}  // namespace

FactoryKeys diversify(Diversification method, const Secret& master, base::ByteView data,
                      std::uint8_t version) {
    const bool aes = method == Diversification::Kdf3;
    const auto size = master.size();
    if (data.size() != DataBytes || !(size == DesKeyBytes || (aes && (size == 24 || size == 32)))) {
        throw std::invalid_argument{"master key or diversification data of a wrong size"};
    }
    const auto card = aes ? base::Bytes{} : card_bytes(method, data);
    const auto key = [&](std::uint8_t id) {
        return aes ? aes_key(master, data, id) : des_key(master, card, id);
    };
    return {version, aes, key(1), key(2), key(3), 0};
}

}  // namespace domain
