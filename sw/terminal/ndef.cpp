#include "terminal/ndef.hpp"

#include <array>
#include <string_view>

#include "base/hex.hpp"
#include "terminal/text.hpp"

namespace terminal {
namespace {

constexpr std::uint8_t Nothing = 0x00;
constexpr std::uint8_t Message = 0x03;
constexpr std::uint8_t End = 0xFE;

/// Takes bytes from the front, never behind the end.
class Cursor {
public:
    explicit Cursor(base::ByteView bytes) : rest_{bytes} {}

    std::optional<std::size_t> number(std::size_t bytes) {
        if (rest_.size() < bytes) return std::nullopt;
        std::size_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i) value = value << 8U | rest_[i];
        rest_ = rest_.subspan(bytes);
        return value;
    }
    std::optional<base::ByteView> bytes(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    [[nodiscard]] base::ByteView rest() const { return rest_; }

private:
    base::ByteView rest_;
};

std::string chars(base::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

std::string readable(base::ByteView bytes) {
    const std::string text = chars(bytes);
    return is_readable(text) ? text : base::to_hex(bytes, " ");
}

NdefRecord text_record(base::ByteView payload) {
    if (payload.empty()) return {"text", {}};
    const std::size_t language = payload[0] & 0x3FU;
    const bool utf16 = (payload[0] & 0x80U) != 0;
    if (utf16 || payload.size() < 1 + language) return {"text", base::to_hex(payload, " ")};
    return {"text", readable(payload.subspan(1 + language))};
}

NdefRecord address_record(base::ByteView payload) {
    static constexpr std::array<std::string_view, 7> Prefixes{
        "", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:"};
    if (payload.empty()) return {"address", {}};
    const std::string_view prefix = payload[0] < Prefixes.size() ? Prefixes[payload[0]] : "";
    return {"address", std::string{prefix} + readable(payload.subspan(1))};
}

std::optional<NdefRecord> read_record(Cursor& cursor) {
    const auto head = cursor.number(1);
    const auto type_length = cursor.number(1);
    if (!head || !type_length) return std::nullopt;
    const auto payload_length = cursor.number((*head & 0x10U) != 0 ? 1 : 4);
    if (!payload_length) return std::nullopt;
    std::size_t id_length = 0;
    if ((*head & 0x08U) != 0) {
        const auto length = cursor.number(1);
        if (!length) return std::nullopt;
        id_length = *length;
    }
    const auto type = cursor.bytes(*type_length);
    const auto id = cursor.bytes(id_length);
    if (!type || !id) return std::nullopt;
    const auto payload = cursor.bytes(*payload_length);
    if (!payload) return std::nullopt;
    const bool well_known = (*head & 0x07U) == 1;
    const std::string name = chars(*type);
    if (well_known && name == "T") return text_record(*payload);
    if (well_known && name == "U") return address_record(*payload);
    return NdefRecord{is_readable(name) && !name.empty() ? name : "record", readable(*payload)};
}

NdefMessage read_message(base::ByteView bytes, bool whole) {
    NdefMessage message;
    message.whole = whole;
    Cursor cursor{bytes};
    while (!cursor.rest().empty()) {
        const auto record = read_record(cursor);
        if (!record) {
            message.whole = false;
            break;
        }
        message.records.push_back(*record);
    }
    return message;
}

}  // namespace

std::optional<NdefMessage> read_ndef(base::ByteView bytes) {
    Cursor cursor{bytes};
    while (const auto tag = cursor.number(1)) {
        if (*tag == Nothing) continue;
        if (*tag == End) return std::nullopt;
        auto length = cursor.number(1);
        if (length && *length == 0xFF) length = cursor.number(2);
        if (!length) return std::nullopt;
        const auto value = cursor.bytes(*length);
        if (*tag == Message) return read_message(value.value_or(cursor.rest()), value.has_value());
        if (!value) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace terminal
