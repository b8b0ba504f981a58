#include "terminal/edits_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/hex.hpp"
#include "terminal/card.hpp"
#include "terminal/text.hpp"

namespace terminal {
namespace {

using nlohmann::json;
using MadeBlock = std::variant<port::Block, BadRequest>;

constexpr std::size_t MostEdits = 16;

std::optional<long long> whole(const json& object, const char* name, long long least,
                               long long most) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    if (found->is_number_unsigned() &&
        found->get<unsigned long long>() >
            static_cast<unsigned long long>(std::numeric_limits<long long>::max()))
        return std::nullopt;
    const auto value = found->get<long long>();
    if (value < least || value > most) return std::nullopt;
    return value;
}

std::optional<base::Bytes> digits(const json& object, const char* name, std::size_t count) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    auto bytes = base::from_hex(found->get_ref<const std::string&>());
    if (!bytes || bytes->size() != count) return std::nullopt;
    return bytes;
}

MadeBlock from_text(const json& edit) {
    if (!edit["text"].is_string()) return BadRequest{"text must be a text"};
    const auto& text = edit["text"].get_ref<const std::string&>();
    if (text.size() > BlockBytes)
        return BadRequest{fmt::format("the text has {} bytes, a block holds 16", text.size())};
    if (!is_readable(text)) return BadRequest{"the text has characters that cannot be shown"};
    port::Block block{};
    std::copy(text.begin(), text.end(), block.begin());
    return block;
}

MadeBlock from_value(const json& edit) {
    constexpr long long Least = std::numeric_limits<std::int32_t>::min();
    constexpr long long Most = std::numeric_limits<std::int32_t>::max();
    const auto amount = whole(edit, "value", Least, Most);
    if (!amount) return BadRequest{"a value is a whole number, -2147483648 to 2147483647"};
    const auto address = edit.contains("address") ? whole(edit, "address", 0, 255) : 0;
    if (!address) return BadRequest{"an address is a whole number, 0 to 255"};
    return write_value({static_cast<std::int32_t>(*amount), static_cast<std::uint8_t>(*address)});
}

MadeBlock from_access(const json& edit) {
    const json& given = edit["access"];
    dump::AccessGroups groups{};
    if (!given.is_array() || given.size() != groups.size())
        return BadRequest{"access bits are four groups, the trailer's last"};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (!given[i].is_number_unsigned() || given[i].get<unsigned long long>() > 7)
            return BadRequest{"a group of access bits is a number from 0 to 7"};
        groups[i] = given[i].get<std::uint8_t>();
    }
    const auto general = digits(edit, "general", 1);
    if (!general) return BadRequest{"the general purpose byte has 2 hexadecimal digits"};
    auto key_a = digits(edit, "key_a", KeyBytes);
    auto key_b = digits(edit, "key_b", KeyBytes);
    if (!key_a || !key_b)
        return BadRequest{"a trailer is written with both keys, 12 hexadecimal digits each"};
    port::Block block{};
    std::copy(key_a->begin(), key_a->end(), block.begin());
    const dump::AccessBytes access = dump::encode_access(groups);
    std::copy(access.begin(), access.end(), block.begin() + KeyBytes);
    block[GeneralAt] = general->front();
    std::copy(key_b->begin(), key_b->end(), block.begin() + KeyBAt);
    base::wipe(*key_a);
    base::wipe(*key_b);
    return block;
}

MadeBlock block_from(const json& edit, bool trailer) {
    if (edit.contains("hex")) {
        const json& hex = edit["hex"];
        return hex.is_string() ? block_from_hex(hex.get_ref<const std::string&>())
                               : BadRequest{"hex must be a text"};
    }
    if (trailer) {
        if (edit.contains("access")) return from_access(edit);
        return BadRequest{"a trailer is given by its access bits and keys"};
    }
    if (edit.contains("text")) return from_text(edit);
    if (edit.contains("value")) return from_value(edit);
    return BadRequest{"an edit has hex, text, value or access"};
}

}  // namespace

MadeBlock block_from_hex(std::string_view hex) {
    const auto bytes = base::from_hex(hex);
    if (!bytes || bytes->size() != BlockBytes)
        return BadRequest{"a block has 32 hexadecimal digits"};
    port::Block block{};
    std::copy(bytes->begin(), bytes->end(), block.begin());
    return block;
}

std::variant<Edits, BadRequest> edits_from(const json& request, unsigned sector) {
    const auto list = request.find("edits");
    if (list == request.end() || !list->is_array() || list->size() > MostEdits)
        return BadRequest{fmt::format("expected a list of at most {} edits", MostEdits)};
    Edits edits;
    for (const json& edit : *list) {
        if (!edit.is_object()) return BadRequest{"an edit is an object"};
        const auto index = whole(edit, "block", 0, blocks_in(sector) - 1);
        if (!index)
            return BadRequest{fmt::format("a block of this sector is a number from 0 to {}",
                                          blocks_in(sector) - 1)};
        MadeBlock made = block_from(edit, *index + 1 == blocks_in(sector));
        if (const auto* bad = std::get_if<BadRequest>(&made)) return *bad;
        edits.emplace_back(static_cast<unsigned>(*index), std::get<port::Block>(made));
        base::wipe(std::get<port::Block>(made));
    }
    return edits;
}

void wipe_texts(json& value) noexcept {
    if (value.is_string()) {
        auto& text = value.get_ref<std::string&>();
        for (char& c : text) *static_cast<volatile char*>(&c) = 0;
        return;
    }
    if (value.is_structured())
        for (json& part : value) wipe_texts(part);
}

}  // namespace terminal
