#include "nvm/nvm.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace nvm {
namespace {

/// How far apart in progress, of 256, a cell starts to move and is firm on the other side.
constexpr unsigned MoveParts = 48;

}  // namespace

Nvm::Nvm(std::size_t pages, std::uint64_t seed, std::uint32_t wear_limit)
    : cells_(pages * PageBytes),
      weak_(pages * PageBytes),
      erases_(pages),
      random_{seed},
      wear_limit_{wear_limit} {}

Nvm::Nvm(State state)
    : cells_{std::move(state.cells)},
      weak_{std::move(state.weak)},
      erases_{std::move(state.erases)},
      random_{state.random},
      wear_limit_{state.wear_limit} {
    if (cells_.size() != erases_.size() * PageBytes || weak_.size() != cells_.size())
        throw std::invalid_argument("memory, weak bits and wear counters differ in size");
}

Nvm::State Nvm::state() const { return {cells_, weak_, erases_, random_, wear_limit_}; }

// splitmix64: any seed will do, 0 too.
std::uint8_t Nvm::random_byte() noexcept {
    random_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = random_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<std::uint8_t>((z ^ (z >> 31)) >> 24);
}

base::Bytes Nvm::read(std::size_t page) {
    base::Bytes bytes(PageBytes);
    for (std::size_t i = 0; i < PageBytes; ++i) {
        const std::size_t at = page * PageBytes + i;
        bytes[i] = cells_.at(at);
        // Firm bytes draw nothing, so that the draws do not depend on how often the card reads.
        if (weak_[at] != 0) {
            const std::uint8_t noise = random_byte();
            bytes[i] = static_cast<std::uint8_t>((bytes[i] & ~weak_[at]) | (noise & weak_[at]));
        }
    }
    return bytes;
}

bool Nvm::blank(std::size_t page) const {
    const auto firm = [&](const base::Bytes& bits) {
        const auto first = bits.begin() + static_cast<std::ptrdiff_t>(page * PageBytes);
        return std::all_of(first, first + PageBytes, [](std::uint8_t b) { return b == 0; });
    };
    return firm(cells_) && firm(weak_);
}

void Nvm::run(const Step& step) { tear(step, 256); }

void Nvm::tear(const Step& step, unsigned progress) {
    const bool erase = step.kind == Step::Kind::Erase;
    assert(erase || step.image.size() == PageBytes);
    if (erase) ++erases_.at(step.page);
    for (std::size_t i = 0; i < PageBytes; ++i) {
        const std::size_t at = step.page * PageBytes + i;
        const std::uint8_t wanted = erase ? 0x00 : 0xFF;
        const std::uint8_t aimed = erase ? 0xFF : step.image[i];
        for (unsigned mask = 1; mask < 0x100; mask <<= 1) {
            if ((aimed & mask) == 0) continue;
            if (((cells_[at] ^ wanted) & mask) == 0 && (weak_[at] & mask) == 0) continue;
            const unsigned begins = progress >= 256 ? 0 : random_byte() * (256U - MoveParts) / 256U;
            if (progress >= begins + MoveParts) {
                cells_[at] = static_cast<std::uint8_t>((cells_[at] & ~mask) | (wanted & mask));
                weak_[at] = static_cast<std::uint8_t>(weak_[at] & ~mask);
            } else if (progress > begins) {
                weak_[at] = static_cast<std::uint8_t>(weak_[at] | mask);
            }
        }
    }
}

Nvm::Page Nvm::page(std::size_t number) const {
    const auto part = [&](const base::Bytes& bits) {
        const auto first = bits.begin() + static_cast<std::ptrdiff_t>(number * PageBytes);
        return base::Bytes(first, first + PageBytes);
    };
    return {part(cells_), part(weak_), erases_.at(number)};
}

void Nvm::restore(std::size_t number, const Page& page) {
    const auto first = static_cast<std::ptrdiff_t>(number * PageBytes);
    std::copy(page.cells.begin(), page.cells.end(), cells_.begin() + first);
    std::copy(page.weak.begin(), page.weak.end(), weak_.begin() + first);
    erases_.at(number) = page.erases;
}

std::size_t Nvm::weak_bits() const noexcept {
    std::size_t count = 0;
    for (const std::uint8_t byte : weak_) count += static_cast<std::size_t>(std::popcount(byte));
    return count;
}

}  // namespace nvm
