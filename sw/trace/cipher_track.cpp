#include "trace/cipher_track.hpp"

#include <algorithm>

#include "crypto1/nonce.hpp"

namespace trace {
namespace {

constexpr unsigned ReaderSteps = 64;  // ar = suc64(nt)

/// Bit `index` of the plaintext's parity: sent under the keystream bit that the next plaintext bit
/// will use.
void append_parity(Octets& clear, const Octets& frame, std::size_t index,
                   const crypto1::Cipher& cipher) {
    if (index < frame.parity.size())
        clear.parity.push_back(static_cast<std::uint8_t>(frame.parity[index] ^ cipher.peek()));
}

}  // namespace

std::optional<CipherTrack::Plain> CipherTrack::start(const std::array<std::uint8_t, 4>& uid,
                                                     const Octets& nonce, const Octets& answer,
                                                     bool nested) {
    cipher_.reset();
    for (std::size_t key = 0; key < keys_.size(); ++key) {
        crypto1::Cipher cipher;
        cipher.load(keys_[key]);
        Plain plain;
        plain.key = key;
        for (std::size_t i = 0; i < plain.nt.size(); ++i) {
            const std::uint8_t sent = nonce.data[i];
            const auto input = static_cast<std::uint8_t>(sent ^ uid[i]);
            const std::uint8_t keystream =
                nested ? cipher.byte_encrypted(input) : cipher.byte(input);
            plain.nt[i] = nested ? static_cast<std::uint8_t>(sent ^ keystream) : sent;
        }
        for (std::size_t i = 0; i < answer.data.size(); ++i) {
            const std::uint8_t sent = answer.data[i];
            const std::uint8_t keystream = i < 4 ? cipher.byte_encrypted(sent) : cipher.byte();
            plain.answer.data.push_back(static_cast<std::uint8_t>(sent ^ keystream));
            append_parity(plain.answer, answer, i, cipher);
        }
        const auto expected =
            crypto1::nonce_bytes(crypto1::successor(crypto1::nonce_from(plain.nt), ReaderSteps));
        if (!std::equal(expected.begin(), expected.end(), plain.answer.data.begin() + 4)) continue;
        cipher_ = cipher;
        return plain;
    }
    return std::nullopt;
}

Octets CipherTrack::decrypt(const Octets& frame) {
    Octets clear;
    clear.last_bits = frame.last_bits;
    for (std::size_t i = 0; i < frame.data.size(); ++i) {
        const bool cut = i + 1 == frame.data.size() && frame.last_bits != 0;
        const unsigned bits = cut ? frame.last_bits : 8;
        unsigned byte = frame.data[i];
        for (unsigned b = 0; b < bits; ++b) byte ^= static_cast<unsigned>(cipher_->bit()) << b;
        clear.data.push_back(static_cast<std::uint8_t>(byte));
        append_parity(clear, frame, i, *cipher_);
    }
    return clear;
}

}  // namespace trace
