#include "classic/value.hpp"

namespace classic {

std::optional<Value> read_value(const port::Block& block) noexcept {
    std::uint32_t amount = 0;
    for (unsigned i = 0; i < 4; ++i) {
        if (block[i] != block[8 + i] || (block[i] ^ block[4 + i]) != 0xFF) {
            return std::nullopt;
        }
        amount |= std::uint32_t{block[i]} << (8 * i);
    }
    if (block[12] != block[14] || block[13] != block[15] || (block[12] ^ block[13]) != 0xFF) {
        return std::nullopt;
    }
    return Value{static_cast<std::int32_t>(amount), block[12]};
}

port::Block value_block(const Value& value) noexcept {
    const auto amount = static_cast<std::uint32_t>(value.amount);
    port::Block block{};
    for (unsigned i = 0; i < 4; ++i) {
        const auto byte = static_cast<std::uint8_t>(amount >> (8 * i));
        block[i] = byte;
        block[4 + i] = static_cast<std::uint8_t>(~byte);
        block[8 + i] = byte;
    }
    block[12] = block[14] = value.address;
    block[13] = block[15] = static_cast<std::uint8_t>(~value.address);
    return block;
}

}  // namespace classic
