#include "dump/card_image.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "base/hex.hpp"
#include "dump/formats.hpp"

namespace dump {
namespace {

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

std::optional<port::CardKind> kind_of(std::size_t units, std::size_t bytes) noexcept {
    for (const port::CardKind kind : port::CardKinds)
        if (unit_bytes(kind) == bytes && units_of(kind) == units) return kind;
    return std::nullopt;
}

std::string unit_name(std::size_t bytes) { return bytes == BlockBytes ? "block" : "page"; }

std::string wrong_count(std::size_t units, std::size_t bytes) {
    return std::to_string(units) + " " + unit_name(bytes) + "s, expected " +
           (bytes == BlockBytes ? "20, 64 or 256" : "16, 45, 60, 135 or 231");
}

std::optional<UnitText> unit_from(std::string_view text, std::size_t bytes) {
    UnitText result;
    std::size_t digits = 0;
    bool half_known = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t') {
            if (digits % 2 != 0) return std::nullopt;
            continue;
        }
        const bool hex = std::isxdigit(static_cast<unsigned char>(c)) != 0;
        if ((!hex && c != '?') || digits == 2 * bytes) return std::nullopt;
        std::uint8_t& byte = result.data[digits / 2];
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
    if (digits != 2 * bytes) return std::nullopt;
    return result;
}

void set_unit(CardImage& image, std::size_t index, const UnitText& text) {
    const std::size_t bytes = unit_bytes(image.kind);
    const std::size_t first = index * bytes;
    std::copy_n(text.data.begin(), bytes,
                image.blocks[first / BlockBytes].begin() + first % BlockBytes);
    if (std::find(text.unknown.begin(), text.unknown.end(), 1) == text.unknown.end()) return;
    image.unknown.resize(image.blocks.size() * BlockBytes);
    std::copy_n(text.unknown.begin(), bytes,
                image.unknown.begin() + static_cast<std::ptrdiff_t>(first));
}

std::string unit_text(const CardImage& image, std::size_t index, std::string_view separator) {
    const std::size_t bytes = unit_bytes(image.kind);
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
        const std::size_t at = index * bytes + i;
        const std::uint8_t byte = image.blocks[at / BlockBytes][at % BlockBytes];
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
    if (port::is_type2(kind)) return {0x0044, 0x00};
    const std::uint16_t size_bits = uid_size == 4 ? 0x00 : uid_size == 7 ? 0x40 : 0x80;
    if (kind == port::CardKind::Classic4k)
        return {static_cast<std::uint16_t>(0x0002 | size_bits), 0x18};
    return {static_cast<std::uint16_t>(0x0004 | size_bits),
            static_cast<std::uint8_t>(kind == port::CardKind::Mini ? 0x09 : 0x08)};
}

void identify_by_block_0(CardImage& image) {
    const port::Block& block = image.blocks[0];
    if (port::is_type2(image.kind)) {
        image.uid.assign(block.begin(), block.begin() + 3);
        image.uid.insert(image.uid.end(), block.begin() + 4, block.begin() + 8);
    } else {
        // A 4-byte UID is followed by its check byte, a 7-byte one by no check at all.
        const bool single = check_byte(block) == block[4];
        image.uid.assign(block.begin(), block.begin() + (single ? 4 : 7));
    }
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
    if (raw_kind(content.size()) &&
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
            bytes.resize(units_of(image.kind) * unit_bytes(image.kind));
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

namespace {

/// Size of the user's memory as the capability container says it, in units of 8 bytes.
std::uint8_t user_eighths(port::CardKind kind) {
    switch (kind) {
        case port::CardKind::Ultralight:
            return 0x06;
        case port::CardKind::Ntag215:
            return 0x3E;
        case port::CardKind::Ntag216:
            return 0x6D;
        default:
            return 0x12;
    }
}

/// NFC Forum type 2 tag as it is delivered: UID with its check bytes, capability container, nothing
/// protected.
void deliver_type2(CardImage& image) {
    constexpr std::uint8_t CascadeTag = 0x88;
    constexpr std::uint8_t Internal = 0x48;
    const base::Bytes& uid = image.uid;
    const auto set = [&image](unsigned page, unsigned place, std::uint8_t value) {
        image.blocks[page / 4][4 * (page % 4) + place] = value;
    };
    for (unsigned i = 0; i < 3; ++i) set(0, i, uid[i]);
    set(0, 3, static_cast<std::uint8_t>(CascadeTag ^ uid[0] ^ uid[1] ^ uid[2]));
    for (unsigned i = 0; i < 4; ++i) set(1, i, uid[3 + i]);
    set(2, 0, static_cast<std::uint8_t>(uid[3] ^ uid[4] ^ uid[5] ^ uid[6]));
    set(2, 1, Internal);

    const unsigned pages = port::pages_of(image.kind);
    const bool aes = image.kind == port::CardKind::UltralightAes;
    set(3, 0, 0xE1);
    set(3, 1, 0x10);
    set(3, 2, user_eighths(image.kind));
    if (aes) set(0x29, 3, 0xFF);
    if (!aes && image.kind != port::CardKind::Ultralight) {
        set(pages - 5, 3, 0xBD);
        set(pages - 4, 0, 0x04);
        set(pages - 4, 3, 0xFF);
        set(pages - 3, 1, 0x05);
        for (unsigned i = 0; i < PageBytes; ++i) set(pages - 2, i, 0xFF);
    }
}

}  // namespace

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
    if (port::is_type2(kind)) {
        if (uid.size() != 7) throw std::invalid_argument("type 2 memory has a UID of 7 bytes");
        deliver_type2(image);
        return image;
    }
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
