#include "base/hex.hpp"

#include <cctype>

namespace base {
namespace {

std::optional<std::uint8_t> digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

}  // namespace

std::string to_hex(ByteView data, std::string_view separator) {
    constexpr std::string_view Digits = "0123456789ABCDEF";
    std::string text;
    for (const std::uint8_t byte : data) {
        if (!text.empty()) text += separator;
        text += Digits[byte >> 4];
        text += Digits[byte & 0x0FU];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    Bytes bytes;
    std::optional<std::uint8_t> high;
    for (const char c : text) {
        if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
        const auto value = digit(c);
        if (!value) return std::nullopt;
        if (high) {
            bytes.push_back(static_cast<std::uint8_t>((*high << 4) | *value));
            high.reset();
        } else {
            high = value;
        }
    }
    if (high) return std::nullopt;
    return bytes;
}

}  // namespace base
