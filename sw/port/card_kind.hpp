/// \file card_kind.hpp
/// What memory a card has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace port {

/// MIFARE Classic: blocks in sectors. The others: type 2 memory, pages of four bytes.
enum class CardKind : std::uint8_t {
    Mini,
    Classic1k,
    Classic4k,
    Ultralight,
    Ntag213,
    Ntag215,
    Ntag216,
    UltralightAes
};

inline constexpr std::array CardKinds{
    CardKind::Mini,    CardKind::Classic1k, CardKind::Classic4k, CardKind::Ultralight,
    CardKind::Ntag213, CardKind::Ntag215,   CardKind::Ntag216,   CardKind::UltralightAes};

/// Pages of type 2 memory; 0 for MIFARE Classic.
[[nodiscard]] constexpr unsigned pages_of(CardKind kind) noexcept {
    switch (kind) {
        case CardKind::Mini:
        case CardKind::Classic1k:
        case CardKind::Classic4k:
            return 0;
        case CardKind::Ultralight:
            return 16;
        case CardKind::Ntag213:
            return 45;
        case CardKind::Ntag215:
            return 135;
        case CardKind::Ntag216:
            return 231;
        case CardKind::UltralightAes:
            return 60;
    }
    return 0;
}

[[nodiscard]] constexpr bool is_type2(CardKind kind) noexcept { return pages_of(kind) != 0; }

/// Blocks of 16 bytes in the store. Pages fill them in turn; no two kinds have as many.
[[nodiscard]] constexpr unsigned blocks_of(CardKind kind) noexcept {
    switch (kind) {
        case CardKind::Mini:
            return 20;
        case CardKind::Classic1k:
            return 64;
        case CardKind::Classic4k:
            return 256;
        default:
            return (pages_of(kind) + 3) / 4;
    }
}

/// The kind with so many blocks.
[[nodiscard]] constexpr std::optional<CardKind> kind_with_blocks(std::size_t blocks) noexcept {
    for (const CardKind kind : CardKinds)
        if (blocks_of(kind) == blocks) return kind;
    return std::nullopt;
}

}  // namespace port
