/// \file formats.hpp
/// The readers and writers of the formats, for card_image.cpp only. Readers throw Error with
/// `name`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dump/card_image.hpp"

namespace dump {

/// The kind whose raw image is so long.
[[nodiscard]] std::optional<port::CardKind> raw_kind(std::size_t size) noexcept;
[[nodiscard]] CardImage parse_raw(base::ByteView content, std::string_view name);
[[nodiscard]] CardImage parse_eml(std::string_view text, std::string_view name);
[[nodiscard]] CardImage parse_proxmark(std::string_view text, std::string_view name);
[[nodiscard]] CardImage parse_flipper(std::string_view text, std::string_view name);

[[nodiscard]] std::string eml_text(const CardImage& image);
[[nodiscard]] std::string proxmark_text(const CardImage& image);
[[nodiscard]] std::string flipper_text(const CardImage& image);

/// What images list is the blocks of MIFARE Classic or the pages of type 2 memory.
inline constexpr std::size_t BlockBytes = 16;
inline constexpr std::size_t PageBytes = 4;
[[nodiscard]] constexpr std::size_t unit_bytes(port::CardKind kind) noexcept {
    return port::is_type2(kind) ? PageBytes : BlockBytes;
}
[[nodiscard]] constexpr std::size_t units_of(port::CardKind kind) noexcept {
    return port::is_type2(kind) ? port::pages_of(kind) : port::blocks_of(kind);
}
/// The kind that has this many blocks, or pages; nothing when none has.
[[nodiscard]] std::optional<port::CardKind> kind_of(std::size_t units, std::size_t bytes) noexcept;
/// For errors: "block" or "page"; "63 blocks, expected 20, 64 or 256".
[[nodiscard]] std::string unit_name(std::size_t bytes);
[[nodiscard]] std::string wrong_count(std::size_t units, std::size_t bytes);

/// Fills in UID, ATQA and SAK from block 0 and the kind, for formats that do not name them.
void identify_by_block_0(CardImage& image);

/// So many bytes of hexadecimal text, "?" for a digit nobody knows. Nothing unless it is just that.
struct UnitText {
    std::array<std::uint8_t, BlockBytes> data{};
    std::array<std::uint8_t, BlockBytes> unknown{};
};
[[nodiscard]] std::optional<UnitText> unit_from(std::string_view text, std::size_t bytes);
/// Sets unit `index` of the image, whose kind and number of blocks stand already.
void set_unit(CardImage& image, std::size_t index, const UnitText& text);
[[nodiscard]] std::string unit_text(const CardImage& image, std::size_t index,
                                    std::string_view separator);
/// Adds the note about unknown bytes, if there are any.
void note_unknown(CardImage& image);

/// Hands out lines without their ends (LF or CR LF), counted from 1.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_{text} {}
    [[nodiscard]] std::optional<std::string_view> next();
    [[nodiscard]] std::string where() const { return "line " + std::to_string(number_); }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace dump
