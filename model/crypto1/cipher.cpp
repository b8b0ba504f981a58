#include "crypto1/cipher.hpp"

namespace crypto1 {
namespace {

// Truth tables of the sheet, index a + 2b + 4c + 8d (+ 16e).
constexpr std::uint32_t Fa = 0xB48E;
constexpr std::uint32_t Fb = 0x9E98;
constexpr std::uint32_t Fc = 0xEC57E80A;

// Feedback taps 0 5 9 10 12 14 15 17 19 24 25 27 29 35 39 41 42 43, by even and odd register bits.
constexpr std::uint32_t mask_of(unsigned parity) {
    constexpr unsigned Taps[] = {0,  5,  9,  10, 12, 14, 15, 17, 19,
                                 24, 25, 27, 29, 35, 39, 41, 42, 43};
    std::uint32_t mask = 0;
    for (const auto tap : Taps) {
        if (tap % 2 == parity) {
            mask |= 1U << (tap / 2);
        }
    }
    return mask;
}
constexpr std::uint32_t EvenMask = mask_of(0);
constexpr std::uint32_t OddMask = mask_of(1);

// x9..x47 are bits 4..23 of the odd half: three groups of four below, two above.
constexpr auto Low = [] {
    std::array<std::uint8_t, 4096> table{};
    for (std::size_t x = 0; x < table.size(); ++x) {
        table[x] =
            static_cast<std::uint8_t>(((Fa >> (x & 15)) & 1) | ((Fb >> ((x >> 4) & 15)) & 1) << 1 |
                                      ((Fb >> (x >> 8)) & 1) << 2);
    }
    return table;
}();
constexpr auto High = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t x = 0; x < table.size(); ++x) {
        table[x] =
            static_cast<std::uint8_t>(((Fa >> (x & 15)) & 1) << 3 | ((Fb >> (x >> 4)) & 1) << 4);
    }
    return table;
}();

}  // namespace

void Cipher::load(const base::SectorKey& key) noexcept {
    even_ = 0;
    odd_ = 0;
    const auto& bytes = key.expose();
    for (unsigned k = 0; k < 24; ++k) {
        even_ |= ((bytes[k / 4] >> (2 * (k % 4))) & 1U) << k;
        odd_ |= ((bytes[k / 4] >> (2 * (k % 4) + 1)) & 1U) << k;
    }
}

std::uint8_t Cipher::peek() const noexcept {
    return (Fc >> (Low[(odd_ >> 4) & 0xFFF] | High[odd_ >> 16])) & 1U;
}

void Cipher::clock(std::uint32_t input) noexcept {
    const auto taps = (even_ & EvenMask) ^ (odd_ & OddMask);
    const auto feedback = (static_cast<std::uint32_t>(__builtin_parity(taps)) ^ input) & 1U;
    const auto even = even_;
    even_ = odd_;
    odd_ = even >> 1 | feedback << 23;
}

std::uint8_t Cipher::bit(std::uint8_t input) noexcept {
    const auto key = peek();
    clock(input);
    return key;
}

std::uint8_t Cipher::bit_encrypted(std::uint8_t encrypted) noexcept {
    const auto key = peek();
    clock(static_cast<std::uint32_t>(encrypted ^ key));
    return key;
}

std::uint8_t Cipher::byte(std::uint8_t input) noexcept {
    std::uint32_t key = 0;
    for (unsigned i = 0; i < 8; ++i) {
        key |= std::uint32_t{bit((input >> i) & 1U)} << i;
    }
    return static_cast<std::uint8_t>(key);
}

std::uint8_t Cipher::byte_encrypted(std::uint8_t encrypted) noexcept {
    std::uint32_t key = 0;
    for (unsigned i = 0; i < 8; ++i) {
        key |= std::uint32_t{bit_encrypted((encrypted >> i) & 1U)} << i;
    }
    return static_cast<std::uint8_t>(key);
}

std::array<std::uint8_t, 6> Cipher::state() const noexcept {
    std::array<std::uint8_t, 6> bytes{};
    for (unsigned k = 0; k < 24; ++k) {
        const auto pair = ((even_ >> k) & 1U) | ((odd_ >> k) & 1U) << 1;
        bytes[k / 4] = static_cast<std::uint8_t>(bytes[k / 4] | pair << (2 * (k % 4)));
    }
    return bytes;
}

}  // namespace crypto1
