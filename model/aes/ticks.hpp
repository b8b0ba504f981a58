/// \file ticks.hpp
/// What AES costs on the card's engine, `top_aes`, as driver::AesDriver works it. tests/aes
/// measures the RTL against this table.
#pragma once

#include <cstddef>

#include "base/tick.hpp"

namespace aes {

inline constexpr base::Tick AccessTicks = 2;  ///< one access of the APB; it moves one byte
inline constexpr std::size_t BlockBytes = 16;

/// One block in the engine itself. Four ticks a column; the key takes one column a round, two with
/// 24 bytes; the last column leaves when the next round would begin, a tick behind the S-box.
[[nodiscard]] constexpr base::Tick engine_ticks(std::size_t key_bytes) noexcept {
    switch (key_bytes) {
        case 16:
            return 16 + 10 * 20 + 5;
        case 24:
            return 16 + 4 + 12 * 24 + 5;
        default:
            return 16 + 14 * 20 + 5;
    }
}

/// Command, the engine's work, and the interrupt taken back.
[[nodiscard]] constexpr base::Tick run_ticks(std::size_t key_bytes) noexcept {
    return AccessTicks + engine_ticks(key_bytes) + AccessTicks;
}

/// Key size, key, and a first run that leaves the round keys of decryption.
[[nodiscard]] constexpr base::Tick load_key_ticks(std::size_t key_bytes) noexcept {
    return AccessTicks + AccessTicks * key_bytes + run_ticks(key_bytes);
}

/// One block to the engine, through it and back, in either direction.
[[nodiscard]] constexpr base::Tick block_ticks(std::size_t key_bytes) noexcept {
    return AccessTicks * BlockBytes + run_ticks(key_bytes) + AccessTicks * BlockBytes;
}

}  // namespace aes
