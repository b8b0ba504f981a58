#include "control/octets.hpp"

#include <stdexcept>

namespace control {

void put(base::Bytes& out, std::uint64_t value, unsigned size) {
    for (unsigned i = size; i > 0; --i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
}

void put(base::Bytes& out, base::ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void put(base::Bytes& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

void put_short(base::Bytes& out, std::string_view text) {
    if (text.size() > 255) throw std::invalid_argument{"a field of more than 255 bytes"};
    put(out, text.size(), 1);
    put(out, text);
}

std::uint64_t Taker::number(unsigned size) noexcept {
    std::uint64_t value = 0;
    for (const auto byte : bytes(size)) value = value << 8U | byte;
    return value;
}

base::ByteView Taker::bytes(std::size_t size) noexcept {
    if (missed_ || size > rest_.size()) {
        missed_ = true;
        return {};
    }
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

base::ByteView Taker::short_bytes() noexcept {
    const auto size = number(1);
    return bytes(size);
}

}  // namespace control
