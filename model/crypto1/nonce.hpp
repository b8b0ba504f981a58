/// \file nonce.hpp
/// Card nonces (mifare-classic.md, 3.2; docs/choices.md, Nonces). Twin of rtl/crypto1's generators.
#pragma once

#include <array>
#include <cstdint>

namespace crypto1 {

/// 32 nonce bits, n_i in bit i: the first byte on the air is the low one.
using Nonce = std::uint32_t;

/// The four bytes in the order of the air. Example: 0x45012001 -> 01 20 01 45
[[nodiscard]] constexpr std::array<std::uint8_t, 4> nonce_bytes(Nonce nonce) noexcept {
    return {static_cast<std::uint8_t>(nonce), static_cast<std::uint8_t>(nonce >> 8),
            static_cast<std::uint8_t>(nonce >> 16), static_cast<std::uint8_t>(nonce >> 24)};
}
[[nodiscard]] constexpr Nonce nonce_from(const std::array<std::uint8_t, 4>& bytes) noexcept {
    return static_cast<Nonce>(bytes[0]) | static_cast<Nonce>(bytes[1]) << 8 |
           static_cast<Nonce>(bytes[2]) << 16 | static_cast<Nonce>(bytes[3]) << 24;
}

/// suc^steps(nonce). Example: 01 20 01 45 -> 00 90 80 A2 after one step
[[nodiscard]] constexpr Nonce successor(Nonce nonce, unsigned steps) noexcept {
    for (unsigned i = 0; i < steps; ++i) {
        const auto bit = (nonce >> 16 ^ nonce >> 18 ^ nonce >> 19 ^ nonce >> 21) & 1U;
        nonce = nonce >> 1 | bit << 31;
    }
    return nonce;
}

/// The 32 outputs of the 16-bit generator from step `step` on, its state at step 0 being `seed`
/// (not 0). Any number of steps costs the same.
[[nodiscard]] Nonce weak_nonce(std::uint16_t seed, std::uint64_t step);

/// One step of the 32-bit xorshift of unpredictable nonces and random UIDs.
[[nodiscard]] constexpr std::uint32_t xorshift(std::uint32_t u) noexcept {
    u ^= u << 13;
    u ^= u >> 17;
    u ^= u << 5;
    return u;
}

/// Where a card's nonces come from.
class NonceSource {
public:
    NonceSource(bool unpredictable, std::uint16_t prng_seed, std::uint32_t nonce_seed) noexcept
        : unpredictable_{unpredictable}, seed_{prng_seed}, u_{nonce_seed} {}

    /// The nonce of a frame that begins `step` bit times after power-up.
    [[nodiscard]] Nonce draw(std::uint64_t step) {
        return unpredictable_ ? draw_random() : weak_nonce(seed_, step);
    }
    /// One step of the xorshift; runs on across field losses.
    std::uint32_t draw_random() noexcept { return u_ = xorshift(u_); }

private:
    bool unpredictable_;
    std::uint16_t seed_;
    std::uint32_t u_;
};

}  // namespace crypto1
