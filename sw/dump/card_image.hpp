/// \file card_image.hpp
/// Card images of other tools: what is in them, whatever the format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "port/store_port.hpp"
#include "port/world.hpp"

namespace dump {

using Error = base::FileError;

/// No image is longer; a longer file is refused before it is read.
inline constexpr std::size_t MostBytes = 1U << 20;

enum class Format : std::uint8_t {
    Raw,       ///< .mfd, .bin: the blocks, 320, 1024 or 4096 bytes
    Eml,       ///< .eml: a line of 32 hex digits a block
    Proxmark,  ///< .json of proxmark3
    Flipper    ///< .nfc of Flipper
};

/// A MIFARE Classic card as an image holds it.
struct CardImage {
    port::CardKind kind = port::CardKind::Classic1k;
    base::Bytes uid{};            ///< 4, 7 or 10 bytes
    std::uint16_t atqa = 0x0004;  ///< low byte first on the air
    std::uint8_t sak = 0x08;
    std::vector<port::Block> blocks{};  ///< 20, 64 or 256
    Format format = Format::Raw;
    /// Bytes that the tool could not read ("??"): they are 0 in `blocks` and written as "??" again
    /// as long as they are 0. Empty when all are known; else one element a byte of the card, 1 =
    /// unknown.
    std::vector<std::uint8_t> unknown{};
    /// For the user, a line each.
    std::vector<std::string> notes{};
};

/// ATQA and SAK of such a card (specs: NXP type table).
struct Identity {
    std::uint16_t atqa;
    std::uint8_t sak;
};
[[nodiscard]] Identity default_identity(port::CardKind kind, std::size_t uid_size) noexcept;

/// Finds kind and format by content and checks everything; `name` is for the error's text only.
/// Throws Error: "name: line 3: expected 32 hex digits".
[[nodiscard]] CardImage parse(base::ByteView content, std::string_view name);
[[nodiscard]] CardImage load(const std::filesystem::path& path);

/// The image in `image.format`.
[[nodiscard]] base::Bytes serialise(const CardImage& image);
/// Replaces `path` atomically; throws Error.
void save(const CardImage& image, const std::filesystem::path& path);

/// By extension: .mfd .bin .eml .json .nfc; nothing for any other.
[[nodiscard]] std::optional<Format> format_of(const std::filesystem::path& path);

/// A card as it is delivered: block 0 of `uid`, SAK and ATQA, keys FF x 6, trailers FF 07 80 69.
/// `uid` has 4, 7 or 10 bytes.
[[nodiscard]] CardImage fresh(port::CardKind kind, const base::Bytes& uid, Identity identity);

/// What a world needs to know of the card besides its memory.
[[nodiscard]] port::CardProfile profile_of(const CardImage& image);

}  // namespace dump
