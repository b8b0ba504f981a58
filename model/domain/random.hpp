/// \file random.hpp
/// The card's random numbers: seeded, so that a run can be repeated.
#pragma once

#include <cstdint>
#include <random>
#include <span>

#include "base/bytes.hpp"

namespace domain {

/// A power cut does not set it back. Copying gives one that goes on in the same way.
class Random {
public:
    explicit Random(std::uint64_t seed) : generator_{seed} {}

    void fill(std::span<std::uint8_t> out) {
        for (auto& byte : out) {
            if (fixed_.empty()) {
                byte = static_cast<std::uint8_t>(generator_());
            } else {
                byte = fixed_.front();
                fixed_.erase(fixed_.begin());
            }
        }
    }
    /// The next bytes to come, for a recorded session that shall be played again.
    void fix(base::ByteView next) { fixed_.assign(next.begin(), next.end()); }

private:
    std::mt19937_64 generator_;
    base::Bytes fixed_{};
};

}  // namespace domain
