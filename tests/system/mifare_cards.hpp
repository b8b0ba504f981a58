/// \file mifare_cards.hpp
/// Cards, blocks and nonces that the MIFARE suites share.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "crypto1/nonce.hpp"
#include "frame/crc_a.hpp"
#include "level.hpp"

namespace system_test {

/// Value 100, address 4 (mifare-classic.md, 1.4).
inline constexpr std::string_view Value100 = "64 00 00 00 9B FF FF FF 64 00 00 00 04 FB 04 FB";
inline constexpr std::string_view Value110 = "6E 00 00 00 91 FF FF FF 6E 00 00 00 04 FB 04 FB";

[[nodiscard]] inline port::Block block_of(std::string_view hex) {
    const auto data = base::from_hex(hex).value();
    port::Block block{};
    std::copy_n(data.begin(), block.size(), block.begin());
    return block;
}

/// `card` with another block.
[[nodiscard]] inline Card with_block(Card card, unsigned block, std::string_view hex) {
    card.blocks.at(block) = block_of(hex);
    return card;
}

/// C1K with value 100 in block 4.
[[nodiscard]] inline Card c1k_with_value() { return with_block(c1k(), 4, Value100); }

/// `hex` as READ returns it: with its CRC.
[[nodiscard]] inline std::string with_crc_text(std::string_view hex) {
    Bytes data = base::from_hex(hex).value();
    const std::uint16_t crc = frame::crc_a(data);
    data.push_back(static_cast<std::uint8_t>(crc));
    data.push_back(static_cast<std::uint8_t>(crc >> 8U));
    return base::to_hex(data, " ");
}

[[nodiscard]] inline std::string text_of_block(store::SectorStore& memory, unsigned block) {
    return base::to_hex(memory.contents().at(block), " ");
}

/// `card` with the seed that makes `nt` the nonce of a frame that begins `step` bit times after
/// power-up. The nonce generator has period 65535, so stepping back is stepping on
/// (mifare-classic.md, 3.2).
[[nodiscard]] inline Card with_nonce(Card card, std::string_view nt, unsigned step) {
    std::array<std::uint8_t, 4> bytes{};
    const auto data = base::from_hex(nt).value();
    std::copy_n(data.begin(), 4, bytes.begin());
    constexpr unsigned Period = 65'535;
    card.profile.prng_seed = static_cast<std::uint16_t>(
        crypto1::successor(crypto1::nonce_from(bytes), Period - step % Period));
    return card;
}

/// Bytes as they were recorded, each with the parity bit that was recorded. Example:
/// with_parity("CE 16", "11")
[[nodiscard]] inline Bits with_parity(std::string_view hex, std::string_view parity) {
    const Bytes data = base::from_hex(hex).value();
    Bits bits;
    for (std::size_t i = 0; i < data.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) bits.push_back((data[i] >> bit) & 1U);
        bits.push_back(parity.at(i) == '1');
    }
    return bits;
}

/// The step of the first nonce after to_active() and AUTH, from the arithmetic of docs/choices.md:
/// field on at 1000, ready for the generator 4096 later, first frame 67800 after field on, gaps of
/// 2048, P = 34.
[[nodiscard]] constexpr unsigned first_nonce_step(unsigned cascade_levels = 1) {
    constexpr Tick Grid = 1 + 34 + 1300;  // from SOC and bits to L at n = 9
    Tick start = 1000 + 67'800;
    start += Grid + 128 * 7 + 128 * (1 + 18) + 2048;  // REQA, ATQA
    for (unsigned i = 0; i < cascade_levels; ++i)
        start += Grid + 128 * 81 + 128 * (1 + 27) + 2048;  // SELECT, SAK
    const Tick first_edge = start + Grid + 128 * 36 + 128 * (35 - 9);
    return static_cast<unsigned>((first_edge - (1000 + 4096)) / 128);
}

}  // namespace system_test
