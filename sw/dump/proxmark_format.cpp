// proxmark_format.cpp - .json of proxmark3: FileType "mfc v2" (or the older "mfcard"), or "mfu".
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"
#include "dump/access_bits.hpp"
#include "dump/formats.hpp"

namespace dump {
namespace {

using Json = nlohmann::ordered_json;

/// The text member `key` of `object`; nothing when there is none.
std::optional<std::string> text_of(const Json& object, const std::string& key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

/// The line that an offset lies in, for errors of the JSON parser.
std::string line_at(std::string_view text, std::size_t offset) {
    const auto head = text.substr(0, std::min(offset, text.size()));
    return "line " + std::to_string(1 + std::count(head.begin(), head.end(), '\n'));
}

/// Deeper nesting than any image has would exhaust the stack of a recursive reader.
void check_depth(std::string_view text, std::string_view name) {
    constexpr int MostDepth = 16;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\') {
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '{' || c == '[')) {
            if (++depth > MostDepth) throw Error(name, line_at(text, i), "nested too deeply");
        } else if (!quoted && (c == '}' || c == ']')) {
            --depth;
        }
    }
}

base::Bytes bytes_of(const Json& card, const std::string& key, std::string_view name) {
    const auto text = text_of(card, key);
    const auto bytes = text ? base::from_hex(*text) : std::nullopt;
    if (!bytes) throw Error(name, "Card." + key, "expected hex digits");
    return *bytes;
}

void read_card(const Json& card, CardImage& image, std::string_view name) {
    if (card.contains("UID")) {
        image.uid = bytes_of(card, "UID", name);
        if (image.uid.size() != 4 && image.uid.size() != 7 && image.uid.size() != 10)
            throw Error(name, "Card.UID", "expected 4, 7 or 10 bytes");
        const Identity identity = default_identity(image.kind, image.uid.size());
        image.atqa = identity.atqa;
        image.sak = identity.sak;
    }
    if (card.contains("ATQA")) {
        // As on the air: low byte first.
        const base::Bytes atqa = bytes_of(card, "ATQA", name);
        if (atqa.size() != 2) throw Error(name, "Card.ATQA", "expected 2 bytes");
        image.atqa = static_cast<std::uint16_t>(atqa[1] << 8 | atqa[0]);
    }
    if (card.contains("SAK")) {
        const base::Bytes sak = bytes_of(card, "SAK", name);
        if (sak.size() != 1) throw Error(name, "Card.SAK", "expected 1 byte");
        image.sak = sak[0];
    }
}

/// `bytes` of a unit: 16 for blocks, 4 for pages.
void read_units(const Json& units, std::size_t bytes, CardImage& image, std::string_view name) {
    const auto kind = kind_of(units.size(), bytes);
    if (!kind) throw Error(name, "blocks", wrong_count(units.size(), bytes));
    image.kind = *kind;
    image.blocks.resize(port::blocks_of(*kind));
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::string key = std::to_string(i);
        const auto text = text_of(units, key);
        const auto unit = text ? unit_from(*text, bytes) : std::nullopt;
        if (!unit)
            throw Error(name, "blocks." + key,
                        text ? "expected the " + std::to_string(2 * bytes) + " hex digits of a " +
                                   unit_name(bytes)
                             : "this " + unit_name(bytes) + " is missing");
        set_unit(image, i, *unit);
    }
}

/// How proxmark3 says in words what a trailer allows, from the tables of the sheet (1.3).
constexpr std::string_view DataRights[8] = {
    "read AB; write AB; increment AB; decrement transfer restore AB",
    "read AB; decrement transfer restore AB",
    "read AB",
    "read B; write B",
    "read AB; write B",
    "read B",
    "read AB; write B; increment B; decrement transfer restore AB",
    "none"};
constexpr std::string_view TrailerRights[8] = {
    "write A by A; read ACCESS by A; read/write B by A",
    "write A by A; read/write ACCESS by A; read/write B by A",
    "read ACCESS by A; read B by A",
    "write A by B; read ACCESS by AB; write ACCESS by B; write B by B",
    "write A by B; read ACCESS by AB; write B by B",
    "read ACCESS by AB; write ACCESS by B",
    "read ACCESS by AB",
    "read ACCESS by AB"};

Json sector_keys(const CardImage& image) {
    Json sectors = Json::object();
    std::size_t first = 0;
    for (std::size_t sector = 0; first < image.blocks.size(); ++sector) {
        const std::size_t size = first < 128 ? 4 : 16;
        const std::size_t last = first + size - 1;
        const std::string trailer = unit_text(image, last, "");
        Json entry;
        entry["KeyA"] = trailer.substr(0, 12);
        entry["KeyB"] = trailer.substr(20);
        entry["AccessConditions"] = trailer.substr(12, 8);
        Json& words = entry["AccessConditionsText"];
        const port::Block& block = image.blocks[last];
        if (const auto access = decode_access({block[6], block[7], block[8]})) {
            for (std::size_t i = 0; i < 3; ++i)
                words["block" + std::to_string(first + i * (size - 1) / 3)] =
                    DataRights[(*access)[i]];
            words["block" + std::to_string(last)] = TrailerRights[(*access)[3]];
        }
        words["UserData"] = trailer.substr(18, 2);
        sectors[std::to_string(sector)] = entry;
        first += size;
    }
    return sectors;
}

}  // namespace

CardImage parse_proxmark(std::string_view text, std::string_view name) {
    check_depth(text, name);
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw Error(name, line_at(text, error.byte), "not JSON here");
    } catch (const Json::exception&) {
        throw Error(name, "", "a number or text in this JSON is out of range");
    }
    const auto type = text_of(json, "FileType");
    if (!type) throw Error(name, "FileType", "missing: no card image of proxmark3");
    const bool pages = *type == "mfu";
    if (!pages && *type != "mfcard" && !type->starts_with("mfc v"))
        throw Error(name, "FileType", "\"" + *type + "\" is no MIFARE Classic and no Ultralight");

    CardImage image;
    image.format = Format::Proxmark;
    const auto blocks = json.find("blocks");
    if (blocks == json.end() || !blocks->is_object()) throw Error(name, "blocks", "missing");
    read_units(*blocks, pages ? PageBytes : BlockBytes, image, name);
    identify_by_block_0(image);
    const auto card = json.find("Card");
    if (card != json.end() && card->is_object()) read_card(*card, image, name);
    note_unknown(image);
    return image;
}

std::string proxmark_text(const CardImage& image) {
    const std::array<std::uint8_t, 2> atqa{static_cast<std::uint8_t>(image.atqa),
                                           static_cast<std::uint8_t>(image.atqa >> 8)};
    Json json;
    const bool pages = port::is_type2(image.kind);
    json["Created"] = "cartouche";
    json["FileType"] = pages ? "mfu" : "mfc v2";
    json["Card"]["UID"] = base::to_hex(image.uid);
    json["Card"]["ATQA"] = base::to_hex(atqa);
    json["Card"]["SAK"] = base::to_hex(base::ByteView{&image.sak, 1});
    for (std::size_t i = 0; i < units_of(image.kind); ++i)
        json["blocks"][std::to_string(i)] = unit_text(image, i, "");
    if (!pages) json["SectorKeys"] = sector_keys(image);
    return json.dump(2) + "\n";
}

}  // namespace dump
