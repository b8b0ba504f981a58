#include <algorithm>

#include "apdu/tlv.hpp"
#include "domain/data_objects.hpp"
#include "domain/recovery.hpp"
#include "domain/scp10_options.hpp"

namespace domain {

namespace {

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

/// 95 01 3C 80 10 Kenc 81 10 Kmac, or 95 01 34 80 10 Kmac.
bool read_key_block(const Secret& block, Scp10Opening& opening) {
    constexpr apdu::Tag Usage = 0x95;
    constexpr apdu::Tag First = 0x80;
    constexpr apdu::Tag Second = 0x81;
    constexpr std::uint8_t MacOnly = 0x34;
    constexpr std::uint8_t MacAndEncryption = 0x3C;
    const auto objects = apdu::read_all(block.expose());
    if (!objects || objects->size() < 2 || objects->size() > 3) return false;
    const auto is_key = [&](std::size_t place, apdu::Tag tag) {
        const auto& object = (*objects)[place];
        return object.tag == tag && object.value.size() == Scp10::KeyBytes;
    };
    const auto& usage = objects->front();
    const bool encrypts = objects->size() == 3;
    if (usage.tag != Usage || usage.value.size() != 1 ||
        usage.value[0] != (encrypts ? MacAndEncryption : MacOnly) || !is_key(1, First) ||
        (encrypts && !is_key(2, Second))) {
        return false;
    }
    if (encrypts) opening.enc = Secret{(*objects)[1].value};
    opening.mac = Secret{objects->back().value};
    return true;
}

}  // namespace

/// SN.ICC: the last bytes of the card's diversification data.
base::Bytes card_serial(Card& card) {
    auto data = data_object(card, IssuerSlot, DiversificationTag);
    data.insert(data.begin(), SerialBytes, 0);
    return {data.end() - static_cast<std::ptrdiff_t>(SerialBytes), data.end()};
}

bool take_keys(Context& context, Scp10Opening& opening, const RsaPair& pair,
               base::ByteView cryptogram) {
    auto block = context.engine.rsa_private(pair.key, pair.exponent, cryptogram);
    if (!block) return false;
    const auto plain = unpad_oaep(*block);
    base::wipe(*block);
    return plain && read_key_block(*plain, opening);
}

std::optional<Scp10> transported(Context& context, const Scp10Opening& opening,
                                 base::ByteView signature) {
    base::Bytes message = opening.challenge;
    append(message, card_serial(context.card));
    append(message, context.self().aid.bytes());
    append(message, context.engine.hash(Hash::Sha256, opening.heard));
    if (!context.engine.rsa_verify_sha256(opening.last.key, message, signature)) {
        return std::nullopt;
    }
    Scp10::Sequence sequence{};
    std::copy_n(opening.challenge.end() - static_cast<std::ptrdiff_t>(sequence.size()),
                sequence.size(), sequence.begin());
    return Scp10{Scp10::transported(context.engine, opening.enc, opening.mac), sequence};
}

}  // namespace domain
