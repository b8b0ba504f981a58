#include "crypto1/nonce.hpp"

#include <cassert>
#include <vector>

namespace crypto1 {
namespace {

constexpr std::uint32_t Period = 65535;

/// All states in order, and where each stands.
struct Cycle {
    std::vector<std::uint16_t> state = std::vector<std::uint16_t>(Period);
    std::vector<std::uint16_t> position = std::vector<std::uint16_t>(Period + 1);

    Cycle() {
        std::uint32_t x = 1;
        for (std::uint32_t i = 0; i < Period; ++i) {
            state[i] = static_cast<std::uint16_t>(x);
            position[x] = static_cast<std::uint16_t>(i);
            const auto bit = (x ^ x >> 2 ^ x >> 3 ^ x >> 5) & 1U;
            x = x >> 1 | bit << 15;
        }
    }
};

}  // namespace

Nonce weak_nonce(std::uint16_t seed, std::uint64_t step) {
    assert(seed != 0);
    static const Cycle cycle;
    const auto first = static_cast<std::uint32_t>((cycle.position[seed] + step % Period) % Period);
    const auto second = (first + 16) % Period;
    return static_cast<Nonce>(cycle.state[first]) | static_cast<Nonce>(cycle.state[second]) << 16;
}

}  // namespace crypto1
