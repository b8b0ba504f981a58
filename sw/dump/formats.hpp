/// \file formats.hpp
/// The readers and writers of the formats, for card_image.cpp only. Readers throw Error with
/// `name`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dump/card_image.hpp"

namespace dump {

[[nodiscard]] CardImage parse_raw(base::ByteView content, std::string_view name);
[[nodiscard]] CardImage parse_eml(std::string_view text, std::string_view name);
[[nodiscard]] CardImage parse_proxmark(std::string_view text, std::string_view name);
[[nodiscard]] CardImage parse_flipper(std::string_view text, std::string_view name);

[[nodiscard]] std::string eml_text(const CardImage& image);
[[nodiscard]] std::string proxmark_text(const CardImage& image);
[[nodiscard]] std::string flipper_text(const CardImage& image);

/// The kind that has this many blocks; nothing for a number that no MIFARE Classic has.
[[nodiscard]] std::optional<port::CardKind> kind_of(std::size_t blocks) noexcept;

/// Fills in UID, ATQA and SAK from block 0 and the kind, for formats that do not name them.
void identify_by_block_0(CardImage& image);

/// 16 bytes of hexadecimal text, "?" for a digit nobody knows. Nothing unless it is just that.
struct BlockText {
    port::Block block{};
    std::array<std::uint8_t, 16> unknown{};
};
[[nodiscard]] std::optional<BlockText> block_from(std::string_view text);
/// Sets block `index` of the image, whose blocks have their number already.
void set_block(CardImage& image, std::size_t index, const BlockText& text);
[[nodiscard]] std::string block_text(const CardImage& image, std::size_t index,
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
