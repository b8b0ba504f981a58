/// \file random_frames.hpp
/// Frames drawn from a seed, broken in every way a test can break one, and cards drawn from it.
#pragma once

#include <random>

#include "level.hpp"

namespace system_test {

using Random = std::mt19937;

[[nodiscard]] inline unsigned draw(Random& random, unsigned below) {
    return static_cast<unsigned>(random() % below);
}
/// True once in `times`.
[[nodiscard]] inline bool once_in(Random& random, unsigned times) {
    return draw(random, times) == 0;
}
[[nodiscard]] Bytes random_bytes(Random& random, std::size_t count);

/// `bits` with a bit inverted, cut short, longer by a bit, without its last byte, or noise instead.
[[nodiscard]] Bits broken(Random& random, Bits bits);

/// A train with pauses where none may be.
[[nodiscard]] std::vector<Tick> wild_train(Random& random);

/// A card of any kind, UID and nonces, its sectors with any keys, rights and values.
[[nodiscard]] Card random_card(Random& random);

/// One of the few keys that random_card() gives its sectors.
[[nodiscard]] Bytes random_key(Random& random);

/// A block in value format (mifare-classic.md, 1.4).
[[nodiscard]] port::Block value_block(std::uint32_t value, std::uint8_t address);

}  // namespace system_test
