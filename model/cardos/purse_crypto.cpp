#include "cardos/purse_crypto.hpp"

#include <algorithm>

namespace cardos {
namespace {

constexpr std::size_t BlockBytes = 8;

Mac first_half(base::ByteView block) {
    Mac mac{};
    std::copy_n(block.begin(), mac.size(), mac.begin());
    return mac;
}

}  // namespace

domain::Secret PurseCrypto::session_key(const domain::Secret& key, base::ByteView random,
                                        std::uint16_t serial, std::uint16_t tail) {
    base::Bytes block(random.begin(), random.end());
    for (const std::uint16_t word : {serial, tail}) {
        block.push_back(static_cast<std::uint8_t>(word >> 8));
        block.push_back(static_cast<std::uint8_t>(word));
    }
    base::Bytes made = engine_.des3_ecb_encrypt(key, block);
    domain::Secret secret{made};
    base::wipe(made);
    return secret;
}

domain::Secret PurseCrypto::tac_key(const domain::Secret& key) {
    const base::Bytes& halves = key.expose();
    base::Bytes made(BlockBytes);
    for (std::size_t i = 0; i < BlockBytes; ++i)
        made[i] = static_cast<std::uint8_t>(halves[i] ^ halves[i + BlockBytes]);
    domain::Secret secret{made};
    base::wipe(made);
    return secret;
}

Mac PurseCrypto::mac(const domain::Secret& key, base::ByteView data) {
    const base::Bytes padded = domain::pad_80(data, BlockBytes);
    base::Bytes chain(BlockBytes);
    for (std::size_t at = 0; at < padded.size(); at += BlockBytes) {
        for (std::size_t i = 0; i < BlockBytes; ++i) chain[i] ^= padded[at + i];
        chain = engine_.des_encrypt(key, chain);
    }
    return first_half(chain);
}

Mac PurseCrypto::line_mac(const domain::Secret& key, base::ByteView challenge,
                          base::ByteView data) {
    base::Bytes start(challenge.begin(), challenge.end());
    start.resize(BlockBytes);
    return first_half(engine_.retail_mac(key, start, data));
}

}  // namespace cardos
