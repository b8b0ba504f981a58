#include "terminal/text.hpp"

namespace terminal {
namespace {

constexpr std::size_t ShortestText = 3;

/// Bytes of the UTF-8 character that begins with `lead`; 0: none does.
std::size_t length_of(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    if (lead >= 0xF0 && lead < 0xF5) return 4;
    return 0;
}

/// No overlong form, no surrogate, nothing above 10FFFF.
bool second_fits(unsigned char lead, unsigned char second) {
    switch (lead) {
        case 0xE0:
            return second >= 0xA0;
        case 0xED:
            return second < 0xA0;
        case 0xF0:
            return second >= 0x90;
        case 0xF4:
            return second < 0x90;
        default:
            return true;
    }
}

}  // namespace

bool is_readable(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = length_of(lead);
        if (length == 0 || length > text.size() - at) return false;
        if (lead < 0x20 || lead == 0x7F) return false;
        for (std::size_t i = 1; i < length; ++i) {
            const auto next = static_cast<unsigned char>(text[at + i]);
            if (next < 0x80 || next > 0xBF) return false;
            if (i == 1 && !second_fits(lead, next)) return false;
        }
        // U+0080 to U+009F are control characters too.
        if (lead == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0) return false;
        at += length;
    }
    return true;
}

std::string text_in(base::ByteView block) {
    std::string text{block.begin(), block.end()};
    while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) text.pop_back();
    if (text.size() < ShortestText || !is_readable(text)) return {};
    return text;
}

}  // namespace terminal
