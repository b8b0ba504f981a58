#include "aes/modes.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/key.hpp"

namespace aes {
namespace {

constexpr std::size_t BlockSize = std::tuple_size_v<Block>;

void add(Block& block, base::ByteView other) {
    for (std::size_t i = 0; i < other.size(); ++i) block[i] ^= other[i];
}

void check_whole(base::ByteView data) {
    if (data.size() % BlockSize != 0) throw std::invalid_argument("data: not whole blocks");
}

/// Times x in GF(2^128), first byte most significant (SP 800-38B, 6.1).
Block doubled(const Block& block) {
    Block result{};
    for (std::size_t i = 0; i < BlockSize; ++i) {
        const unsigned next = i + 1 < BlockSize ? block[i + 1] >> 7 : 0U;
        result[i] = static_cast<std::uint8_t>(unsigned{block[i]} << 1 | next);
    }
    if (block[0] >> 7 != 0) result.back() ^= 0x87;
    return result;
}

}  // namespace

BlockResult encrypt(port::CryptoPort& engine, base::ByteView key, const Block& block) {
    BlockResult result{block, engine.load_key(key)};
    result.ticks += engine.encrypt(result.block);
    return result;
}

BlockResult decrypt(port::CryptoPort& engine, base::ByteView key, const Block& block) {
    BlockResult result{block, engine.load_key(key)};
    result.ticks += engine.decrypt(result.block);
    return result;
}

Result cbc_encrypt(port::CryptoPort& engine, base::ByteView key, const Block& iv,
                   base::ByteView data) {
    check_whole(data);
    Result result{{}, engine.load_key(key)};
    result.data.reserve(data.size());
    Block chain = iv;
    for (; !data.empty(); data = data.subspan(BlockSize)) {
        add(chain, data.first(BlockSize));
        result.ticks += engine.encrypt(chain);
        result.data.insert(result.data.end(), chain.begin(), chain.end());
    }
    return result;
}

Result cbc_decrypt(port::CryptoPort& engine, base::ByteView key, const Block& iv,
                   base::ByteView data) {
    check_whole(data);
    Result result{{}, engine.load_key(key)};
    result.data.reserve(data.size());
    Block chain = iv;
    for (; !data.empty(); data = data.subspan(BlockSize)) {
        Block block{};
        std::ranges::copy(data.first(BlockSize), block.begin());
        const Block cipher = block;
        result.ticks += engine.decrypt(block);
        add(block, chain);
        result.data.insert(result.data.end(), block.begin(), block.end());
        chain = cipher;
    }
    return result;
}

BlockResult cmac(port::CryptoPort& engine, base::ByteView key, base::ByteView message) {
    BlockResult result{{}, engine.load_key(key)};
    Block subkey{};
    result.ticks += engine.encrypt(subkey);
    subkey = doubled(subkey);
    for (; message.size() > BlockSize; message = message.subspan(BlockSize)) {
        add(result.block, message.first(BlockSize));
        result.ticks += engine.encrypt(result.block);
    }
    add(result.block, message);
    if (message.size() < BlockSize) {
        result.block[message.size()] ^= 0x80;
        subkey = doubled(subkey);
    }
    add(result.block, subkey);
    result.ticks += engine.encrypt(result.block);
    base::wipe(subkey);
    return result;
}

}  // namespace aes
