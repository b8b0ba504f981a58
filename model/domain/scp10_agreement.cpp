#include <algorithm>

#include "domain/recovery.hpp"
#include "domain/scp10_options.hpp"

namespace domain {

namespace {

constexpr std::size_t HalfBytes = 32;  // K.ICC, K.IFD

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

/// SHA-1 over what a block recovers, and what both know besides.
base::Bytes agreement_hash(Engine& engine, const Secret& recoverable, base::ByteView random,
                           base::ByteView serial) {
    base::Bytes message;
    message.reserve(recoverable.size() + random.size() + serial.size());  // no copy stays behind
    append(message, recoverable.expose());
    append(message, random);
    append(message, serial);
    auto hash = engine.hash(Hash::Sha1, message);
    base::wipe(message);
    return hash;
}

/// The other half of the seed; nothing when the off-card entity did not sign it.
std::optional<Secret> open_host_half(Context& context, const Scp10Opening& opening,
                                     const RsaPair& pair, base::ByteView cryptogram) {
    const auto signature = context.engine.rsa_private(pair.key, pair.exponent, cryptogram);
    if (!signature) return std::nullopt;
    const auto block = open_signature(context.engine, opening.last.key, Hash::Sha1, *signature);
    if (!block) return std::nullopt;
    const auto expected = agreement_hash(context.engine, block->message, opening.challenge,
                                         card_serial(context.card));
    if (!base::equal_in_constant_time(expected, block->hash)) return std::nullopt;
    return Secret{base::ByteView{block->message.expose()}.last(HalfBytes)};
}

}  // namespace

std::optional<base::Bytes> offer_half(Context& context, Scp10Opening& opening,
                                      const RsaPair& pair) {
    base::Bytes bytes(recoverable_bytes(Hash::Sha1, pair.key.modulus.size()));
    context.card.random.fill(bytes);
    const Secret recoverable{bytes};
    opening.seed = Secret{base::ByteView{bytes}.last(HalfBytes)};
    base::wipe(bytes);
    const auto hash = agreement_hash(context.engine, recoverable, opening.host_challenge,
                                     serial_of(opening.last.name));
    const auto signature = sign_with_recovery(context.engine, pair.key, pair.exponent, Hash::Sha1,
                                              recoverable.expose(), hash);
    if (!signature) return std::nullopt;
    return context.engine.rsa_public(opening.last.key, *signature);
}

std::optional<Scp10> agreed(Context& context, const Scp10Opening& opening, const RsaPair& pair,
                            base::ByteView cryptogram) {
    const auto theirs = open_host_half(context, opening, pair, cryptogram);
    if (!theirs) return std::nullopt;
    base::Bytes bytes = opening.seed.expose();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ theirs->expose()[i]);
    }
    const Secret seed{bytes};
    base::wipe(bytes);
    Scp10::Sequence sequence{};
    std::copy_n(opening.challenge.end() - 4, 4, sequence.begin());
    std::copy_n(opening.host_challenge.end() - 4, 4, sequence.begin() + 4);
    return Scp10{Scp10::agreed(context.engine, seed), sequence};
}

}  // namespace domain
