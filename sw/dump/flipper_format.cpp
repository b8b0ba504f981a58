// flipper_format.cpp - .nfc of Flipper: "Key: value" lines.
#include <algorithm>
#include <charconv>

#include "base/hex.hpp"
#include "dump/formats.hpp"

namespace dump {
namespace {

/// Up to file version 2 the ATQA stands low byte first, from 3 on high byte first.
constexpr unsigned AtqaHighFirstVersion = 3;
constexpr unsigned WrittenVersion = 4;

struct Field {
    std::string_view key;
    std::string_view value;
};

std::optional<Field> field_of(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return Field{trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1))};
}

std::optional<unsigned> number_of(std::string_view text) {
    unsigned value = 0;
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    return value;
}

std::optional<port::CardKind> kind_named(std::string_view name) {
    if (name == "MINI") return port::CardKind::Mini;
    if (name == "1K") return port::CardKind::Classic1k;
    if (name == "4K") return port::CardKind::Classic4k;
    return std::nullopt;
}

/// What the lines say, before it is known whether it is complete.
struct Reading {
    CardImage image{};
    unsigned version = WrittenVersion;
    base::Bytes atqa{};
    bool has_sak = false;
    bool has_kind = false;
    std::vector<bool> seen{};
};

void read_block(std::string_view index, std::string_view value, Reading& reading,
                std::string_view name, const std::string& where) {
    if (!reading.has_kind) throw Error(name, where, "\"Mifare Classic type\" must come before");
    const auto number = number_of(index);
    if (!number || *number >= reading.image.blocks.size())
        throw Error(name, where, "this card has no such block");
    const auto block = block_from(value);
    if (!block) throw Error(name, where, "expected the 16 bytes of a block");
    if (reading.seen[*number]) throw Error(name, where, "this block comes twice");
    reading.seen[*number] = true;
    set_block(reading.image, *number, *block);
}

void read_field(const Field& field, Reading& reading, std::string_view name,
                const std::string& where) {
    CardImage& image = reading.image;
    const auto bytes = [&](std::size_t least, std::size_t most) {
        const auto value = base::from_hex(field.value);
        if (!value || value->size() < least || value->size() > most)
            throw Error(name, where, "expected hex bytes for " + std::string{field.key});
        return *value;
    };
    if (field.key == "Version") {
        const auto version = number_of(field.value);
        if (!version) throw Error(name, where, "expected a version number");
        reading.version = *version;
    } else if (field.key == "Device type") {
        if (field.value != "Mifare Classic")
            throw Error(name, where, "\"" + std::string{field.value} + "\" is no MIFARE Classic");
    } else if (field.key == "UID") {
        image.uid = bytes(4, 10);
        if (image.uid.size() != 4 && image.uid.size() != 7 && image.uid.size() != 10)
            throw Error(name, where, "a UID has 4, 7 or 10 bytes");
    } else if (field.key == "ATQA") {
        reading.atqa = bytes(2, 2);
    } else if (field.key == "SAK") {
        image.sak = bytes(1, 1)[0];
        reading.has_sak = true;
    } else if (field.key == "Mifare Classic type") {
        const auto kind = kind_named(field.value);
        if (!kind || reading.has_kind) throw Error(name, where, "expected MINI, 1K or 4K, once");
        image.kind = *kind;
        image.blocks.resize(port::blocks_of(*kind));
        reading.seen.resize(image.blocks.size());
        reading.has_kind = true;
    } else if (field.key.starts_with("Block ")) {
        read_block(trimmed(field.key.substr(6)), field.value, reading, name, where);
    }
}

}  // namespace

CardImage parse_flipper(std::string_view text, std::string_view name) {
    Reading reading;
    CardImage& image = reading.image;
    image.format = Format::Flipper;
    Lines lines{text};
    while (const auto line = lines.next()) {
        const std::string_view content = trimmed(*line);
        if (content.empty() || content.front() == '#') continue;
        const auto field = field_of(content);
        if (!field) throw Error(name, lines.where(), "expected \"Key: value\"");
        read_field(*field, reading, name, lines.where());
    }
    if (!reading.has_kind) throw Error(name, lines.where(), "ends without \"Mifare Classic type\"");
    const auto missing = std::find(reading.seen.begin(), reading.seen.end(), false);
    if (missing != reading.seen.end())
        throw Error(name, lines.where(),
                    "ends without block " + std::to_string(missing - reading.seen.begin()));

    const base::Bytes uid = image.uid;
    const std::uint8_t sak = image.sak;
    identify_by_block_0(image);
    if (!uid.empty()) {
        image.uid = uid;
        const Identity identity = default_identity(image.kind, uid.size());
        image.atqa = identity.atqa;
    }
    if (reading.has_sak) image.sak = sak;
    if (!reading.atqa.empty()) {
        const bool high_first = reading.version >= AtqaHighFirstVersion;
        const unsigned high = reading.atqa[high_first ? 0 : 1];
        const unsigned low = reading.atqa[high_first ? 1 : 0];
        image.atqa = static_cast<std::uint16_t>(high << 8 | low);
    }
    note_unknown(image);
    return image;
}

std::string flipper_text(const CardImage& image) {
    const std::array<std::uint8_t, 2> atqa{static_cast<std::uint8_t>(image.atqa >> 8),
                                           static_cast<std::uint8_t>(image.atqa)};
    constexpr std::string_view Names[] = {"MINI", "1K", "4K"};
    std::string text = "Filetype: Flipper NFC device\nVersion: " + std::to_string(WrittenVersion);
    text += "\nDevice type: Mifare Classic\nUID: " + base::to_hex(image.uid, " ");
    text += "\nATQA: " + base::to_hex(atqa, " ");
    text += "\nSAK: " + base::to_hex(base::ByteView{&image.sak, 1});
    text += "\nMifare Classic type: " + std::string{Names[static_cast<std::size_t>(image.kind)]};
    text += "\nData format version: 2\n# Mifare Classic blocks, '?\?' means unknown data\n";
    for (std::size_t i = 0; i < image.blocks.size(); ++i)
        text += "Block " + std::to_string(i) + ": " + block_text(image, i, " ") + "\n";
    return text;
}

}  // namespace dump
