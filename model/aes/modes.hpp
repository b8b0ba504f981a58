/// \file modes.hpp
/// Modes of AES over the card's engine. Each call loads its key, for the engine may have been used
/// with another one in between, and tells what all of it cost.
#pragma once

#include "base/bytes.hpp"
#include "base/tick.hpp"
#include "port/crypto_port.hpp"

namespace aes {

using Block = port::CryptoPort::AesBlock;

/// What came out, and the ticks to charge for it.
struct Result {
    base::Bytes data{};
    base::Tick ticks = 0;
};

struct BlockResult {
    Block block{};
    base::Tick ticks = 0;
};

/// One block (FIPS 197). Keys are 16, 24 or 32 bytes here and below, else std::invalid_argument.
[[nodiscard]] BlockResult encrypt(port::CryptoPort& engine, base::ByteView key, const Block& block);
[[nodiscard]] BlockResult decrypt(port::CryptoPort& engine, base::ByteView key, const Block& block);

/// Cipher block chaining (SP 800-38A, 6.2). `data` is whole blocks, else std::invalid_argument;
/// without any, only the key costs.
[[nodiscard]] Result cbc_encrypt(port::CryptoPort& engine, base::ByteView key, const Block& iv,
                                 base::ByteView data);
[[nodiscard]] Result cbc_decrypt(port::CryptoPort& engine, base::ByteView key, const Block& iv,
                                 base::ByteView data);

/// CMAC of a message of any length (SP 800-38B), all 16 bytes. One block for the subkeys, then one
/// for each block of the message, at least one.
[[nodiscard]] BlockResult cmac(port::CryptoPort& engine, base::ByteView key,
                               base::ByteView message);

}  // namespace aes
