#include "terminal/value.hpp"

namespace terminal {

port::Block write_value(const Value& value) noexcept {
    port::Block block{};
    const auto amount = static_cast<std::uint32_t>(value.amount);
    for (unsigned i = 0; i < 4; ++i) {
        const auto byte = static_cast<std::uint8_t>(amount >> (8 * i));
        block[i] = block[8 + i] = byte;
        block[4 + i] = static_cast<std::uint8_t>(~byte);
    }
    block[12] = block[14] = value.address;
    block[13] = block[15] = static_cast<std::uint8_t>(~value.address);
    return block;
}

std::optional<Value> read_value(const port::Block& block) noexcept {
    std::uint32_t amount = 0;
    for (unsigned i = 0; i < 4; ++i) amount |= static_cast<std::uint32_t>(block[i]) << (8 * i);
    const Value value{static_cast<std::int32_t>(amount), block[12]};
    if (write_value(value) != block) return std::nullopt;
    return value;
}

}  // namespace terminal
