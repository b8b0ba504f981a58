#include "dump/card_image.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "base/hex.hpp"
#include "dump/formats.hpp"

namespace dump {
namespace {

constexpr std::size_t BlockBytes = 16;

bool is_text(base::ByteView content) {
    return std::all_of(content.begin(), content.end(), [](std::uint8_t c) {
        return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
    });
}

std::uint8_t digit(char c) {
    if (c <= '9') return static_cast<std::uint8_t>(c - '0');
    return static_cast<std::uint8_t>((c | 0x20) - 'a' + 10);
}

std::uint8_t check_byte(base::ByteView uid) {
    return static_cast<std::uint8_t>(uid[0] ^ uid[1] ^ uid[2] ^ uid[3]);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string_view> Lines::next() {
    if (rest_.empty()) return std::nullopt;
    ++number_;
    const auto end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

std::optional<port::CardKind> kind_of(std::size_t blocks) noexcept {
    const auto kind = port::kind_with_blocks(blocks);
    return kind && !port::is_type2(*kind) ? kind : std::nullopt;
}

std::optional<BlockText> block_from(std::string_view text) {
    BlockText result;
    std::size_t digits = 0;
    bool half_known = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t') {
            if (digits % 2 != 0) return std::nullopt;
            continue;
        }
        const bool hex = std::isxdigit(static_cast<unsigned char>(c)) != 0;
        if ((!hex && c != '?') || digits == 2 * BlockBytes) return std::nullopt;
        std::uint8_t& byte = result.block[digits / 2];
        if (digits % 2 == 0) {
            half_known = hex;
            byte = hex ? digit(c) : 0;
        } else {
            if (hex != half_known) return std::nullopt;
            byte = static_cast<std::uint8_t>(byte << 4 | (hex ? digit(c) : 0));
            result.unknown[digits / 2] = hex ? 0 : 1;
        }
        ++digits;
    }
    if (digits != 2 * BlockBytes) return std::nullopt;
    return result;
}

void set_block(CardImage& image, std::size_t index, const BlockText& text) {
    image.blocks[index] = text.block;
    if (std::find(text.unknown.begin(), text.unknown.end(), 1) == text.unknown.end()) return;
    image.unknown.resize(image.blocks.size() * BlockBytes);
    std::copy(text.unknown.begin(), text.unknown.end(),
              image.unknown.begin() + static_cast<std::ptrdiff_t>(index * BlockBytes));
}

std::string block_text(const CardImage& image, std::size_t index, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < BlockBytes; ++i) {
        const std::uint8_t byte = image.blocks[index][i];
        const std::size_t at = index * BlockBytes + i;
        if (i != 0) text += separator;
        const bool unknown = at < image.unknown.size() && image.unknown[at] != 0 && byte == 0;
        text += unknown ? "??" : base::to_hex(base::ByteView{&byte, 1});
    }
    return text;
}

void note_unknown(CardImage& image) {
    const auto count = std::count(image.unknown.begin(), image.unknown.end(), 1);
    if (count != 0)
        image.notes.push_back(std::to_string(count) + " bytes are unknown (\"??\") and read as 00");
}

Identity default_identity(port::CardKind kind, std::size_t uid_size) noexcept {
    const std::uint16_t size_bits = uid_size == 4 ? 0x00 : uid_size == 7 ? 0x40 : 0x80;
    if (kind == port::CardKind::Classic4k)
        return {static_cast<std::uint16_t>(0x0002 | size_bits), 0x18};
    const std::uint8_t sak = kind == port::CardKind::Mini        ? 0x09
                             : kind == port::CardKind::Classic1k ? 0x08
                                                                 : 0x00;
    return {static_cast<std::uint16_t>(0x0004 | size_bits), sak};
}

void identify_by_block_0(CardImage& image) {
    const port::Block& block = image.blocks[0];
    // A 4-byte UID is followed by its check byte, a 7-byte one by no check at all.
    const bool single = check_byte(block) == block[4];
    image.uid.assign(block.begin(), block.begin() + (single ? 4 : 7));
    const Identity identity = default_identity(image.kind, image.uid.size());
    image.atqa = identity.atqa;
    image.sak = identity.sak;
}

CardImage parse(base::ByteView content, std::string_view name) {
    if (content.size() > MostBytes)
        throw Error(name, "offset " + std::to_string(MostBytes), "too long for a card image");
    if (content.empty()) throw Error(name, "offset 0", "the file is empty");
    if (!is_text(content)) return parse_raw(content, name);

    const std::string_view text{reinterpret_cast<const char*>(content.data()), content.size()};
    const std::string_view start =
        text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (start.starts_with('{')) return parse_proxmark(text, name);
    if (start.starts_with("Filetype:")) return parse_flipper(text, name);
    // Raw blocks may happen to be printable.
    const bool raw_size = content.size() % BlockBytes == 0 && kind_of(content.size() / BlockBytes);
    if (raw_size &&
        text.find_first_not_of("0123456789ABCDEFabcdef? \t\r\n") != std::string_view::npos)
        return parse_raw(content, name);
    return parse_eml(text, name);
}

CardImage load(const std::filesystem::path& path) {
    return parse(base::read_file(path, MostBytes), path.string());
}

base::Bytes serialise(const CardImage& image) {
    std::string text;
    switch (image.format) {
        case Format::Raw: {
            base::Bytes bytes;
            for (const port::Block& block : image.blocks)
                bytes.insert(bytes.end(), block.begin(), block.end());
            return bytes;
        }
        case Format::Eml:
            text = eml_text(image);
            break;
        case Format::Proxmark:
            text = proxmark_text(image);
            break;
        case Format::Flipper:
            text = flipper_text(image);
            break;
    }
    return {text.begin(), text.end()};
}

void save(const CardImage& image, const std::filesystem::path& path) {
    base::replace_file(path, serialise(image));
}

std::optional<Format> format_of(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (extension == ".mfd" || extension == ".bin") return Format::Raw;
    if (extension == ".eml") return Format::Eml;
    if (extension == ".json") return Format::Proxmark;
    if (extension == ".nfc") return Format::Flipper;
    return std::nullopt;
}

CardImage fresh(port::CardKind kind, const base::Bytes& uid, Identity identity) {
    constexpr port::Block Trailer{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x07,
                                  0x80, 0x69, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    if (uid.size() != 4 && uid.size() != 7 && uid.size() != 10)
        throw std::invalid_argument("a UID has 4, 7 or 10 bytes");
    CardImage image;
    image.kind = kind;
    image.uid = uid;
    image.atqa = identity.atqa;
    image.sak = identity.sak;
    image.blocks.resize(port::blocks_of(kind));
    for (std::size_t i = 0; i < image.blocks.size(); ++i)
        if (i < 128 ? i % 4 == 3 : i % 16 == 15) image.blocks[i] = Trailer;

    base::Bytes head = uid;
    if (uid.size() == 4) head.push_back(check_byte(uid));
    head.push_back(identity.sak);
    head.push_back(static_cast<std::uint8_t>(identity.atqa));
    head.push_back(static_cast<std::uint8_t>(identity.atqa >> 8));
    std::copy(head.begin(), head.end(), image.blocks[0].begin());
    return image;
}

port::CardProfile profile_of(const CardImage& image) {
    port::CardProfile profile;
    profile.kind = image.kind;
    profile.uid = image.uid;
    profile.atqa = image.atqa;
    profile.sak = image.sak;
    return profile;
}

}  // namespace dump
