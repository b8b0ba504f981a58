// flipper_format.cpp - .nfc of Flipper: "Key: value" lines.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

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

constexpr std::string_view ClassicDevice = "Mifare Classic";
constexpr std::string_view PageDevice = "NTAG/Ultralight";

/// Of "Mifare Classic type"; of "NTAG/Ultralight type", or, up to file version 3, of "Device type".
constexpr std::array<std::pair<std::string_view, port::CardKind>, 8> KindNames{
    {{"MINI", port::CardKind::Mini},
     {"1K", port::CardKind::Classic1k},
     {"4K", port::CardKind::Classic4k},
     {"Mifare Ultralight", port::CardKind::Ultralight},
     {"NTAG213", port::CardKind::Ntag213},
     {"NTAG215", port::CardKind::Ntag215},
     {"NTAG216", port::CardKind::Ntag216},
     {"Mifare Ultralight AES", port::CardKind::UltralightAes}}};

std::optional<port::CardKind> kind_named(std::string_view name) {
    for (const auto& [known, kind] : KindNames)
        if (known == name) return kind;
    return std::nullopt;
}

std::string_view name_of(port::CardKind kind) {
    for (const auto& [name, known] : KindNames)
        if (known == kind) return name;
    return {};
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

void set_kind(std::string_view value, bool pages, Reading& reading, std::string_view name,
              const std::string& where) {
    const auto kind = kind_named(value);
    if (!kind || port::is_type2(*kind) != pages || reading.has_kind)
        throw Error(name, where,
                    pages
                        ? "expected Mifare Ultralight, Mifare Ultralight AES, NTAG213, NTAG215 or "
                          "NTAG216, once"
                        : "expected MINI, 1K or 4K, once");
    reading.image.kind = *kind;
    reading.image.blocks.resize(port::blocks_of(*kind));
    reading.seen.resize(units_of(*kind));
    reading.has_kind = true;
}

void read_unit(std::string_view index, std::string_view value, Reading& reading,
               std::string_view name, const std::string& where) {
    if (!reading.has_kind) throw Error(name, where, "the type of the card must come before");
    const std::size_t bytes = unit_bytes(reading.image.kind);
    const auto number = number_of(index);
    if (!number || *number >= reading.seen.size())
        throw Error(name, where, "this card has no such " + unit_name(bytes));
    const auto unit = unit_from(value, bytes);
    if (!unit)
        throw Error(name, where,
                    "expected the " + std::to_string(bytes) + " bytes of a " + unit_name(bytes));
    if (reading.seen[*number])
        throw Error(name, where, "this " + unit_name(bytes) + " comes twice");
    reading.seen[*number] = true;
    set_unit(reading.image, *number, *unit);
}

void read_device(std::string_view value, Reading& reading, std::string_view name,
                 const std::string& where) {
    if (value == ClassicDevice || value == PageDevice) return;
    const auto kind = kind_named(value);
    if (!kind || !port::is_type2(*kind))
        throw Error(name, where,
                    "\"" + std::string{value} + "\" is no MIFARE Classic, Ultralight or NTAG");
    set_kind(value, true, reading, name, where);
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
        read_device(field.value, reading, name, where);
    } else if (field.key == "UID") {
        image.uid = bytes(4, 10);
        if (image.uid.size() != 4 && image.uid.size() != 7 && image.uid.size() != 10)
            throw Error(name, where, "a UID has 4, 7 or 10 bytes");
    } else if (field.key == "ATQA") {
        reading.atqa = bytes(2, 2);
    } else if (field.key == "SAK") {
        image.sak = bytes(1, 1)[0];
        reading.has_sak = true;
    } else if (field.key == "Mifare Classic type" || field.key == "NTAG/Ultralight type") {
        set_kind(field.value, field.key.front() == 'N', reading, name, where);
    } else if (field.key.starts_with("Block ")) {
        read_unit(trimmed(field.key.substr(6)), field.value, reading, name, where);
    } else if (field.key.starts_with("Page ")) {
        read_unit(trimmed(field.key.substr(5)), field.value, reading, name, where);
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
    if (!reading.has_kind) throw Error(name, lines.where(), "ends without the type of the card");
    const auto missing = std::find(reading.seen.begin(), reading.seen.end(), false);
    if (missing != reading.seen.end())
        throw Error(name, lines.where(),
                    "ends without " + unit_name(unit_bytes(image.kind)) + " " +
                        std::to_string(missing - reading.seen.begin()));

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
    const bool pages = port::is_type2(image.kind);
    const std::string device{pages ? PageDevice : ClassicDevice};
    std::string text = "Filetype: Flipper NFC device\nVersion: " + std::to_string(WrittenVersion);
    text += "\nDevice type: " + device + "\nUID: " + base::to_hex(image.uid, " ");
    text += "\nATQA: " + base::to_hex(atqa, " ");
    text += "\nSAK: " + base::to_hex(base::ByteView{&image.sak, 1});
    if (!pages) {
        text += "\nMifare Classic type: " + std::string{name_of(image.kind)};
        text += "\nData format version: 2\n# Mifare Classic blocks, '?\?' means unknown data\n";
    } else {
        const std::string count = std::to_string(units_of(image.kind));
        text +=
            "\nData format version: 2\nNTAG/Ultralight type: " + std::string{name_of(image.kind)};
        text += "\nPages total: " + count + "\nPages read: " + count + "\n";
    }
    const std::string unit = pages ? "Page " : "Block ";
    for (std::size_t i = 0; i < units_of(image.kind); ++i)
        text += unit + std::to_string(i) + ": " + unit_text(image, i, " ") + "\n";
    return text;
}

}  // namespace dump
