// seeds_main.cpp - runs a harness over its seeds and over seeded mutations of them; `--write
// FOLDER` writes the seeds as a corpus for libFuzzer instead.
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "fuzz.hpp"

namespace {

constexpr unsigned Seed = 20'240'001;
constexpr std::chrono::seconds MostTime{1};

void write_corpus(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::size_t number = 0;
    for (const base::Bytes& seed : fuzz::seeds()) {
        std::ofstream file{folder / ("seed" + std::to_string(number++)), std::ios::binary};
        file.write(reinterpret_cast<const char*>(seed.data()),
                   static_cast<std::streamsize>(seed.size()));
    }
}

/// Cuts, flips, doubles or swaps a piece: what a broken disk or a careless editor does.
base::Bytes mutated(base::Bytes bytes, std::mt19937& random) {
    const auto below = [&](std::size_t bound) {
        return static_cast<std::ptrdiff_t>(random() % (bound == 0 ? 1 : bound));
    };
    for (auto count = 1 + below(4); count > 0 && !bytes.empty(); --count) {
        const auto at = bytes.begin() + below(bytes.size());
        switch (random() % 5) {
            case 0:
                bytes.erase(at, bytes.end());
                break;
            case 1:
                *at = static_cast<std::uint8_t>(*at ^ (1U << random() % 8));
                break;
            case 2:
                *at = static_cast<std::uint8_t>(random());
                break;
            case 3: {
                const base::Bytes piece(at, at + below(static_cast<std::size_t>(bytes.end() - at)));
                bytes.insert(bytes.begin() + below(bytes.size()), piece.begin(), piece.end());
                break;
            }
            default:
                bytes.erase(at, at + below(static_cast<std::size_t>(bytes.end() - at)));
                break;
        }
    }
    return bytes;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "--write") == 0) {
        write_corpus(argv[2]);
        return 0;
    }
    const std::vector<base::Bytes> seeds = fuzz::seeds();
    fuzz::require(!seeds.empty(), "the harness has no seeds");
    std::mt19937 random{Seed};
    const auto end = std::chrono::steady_clock::now() + MostTime;
    unsigned runs = 0;
    for (const base::Bytes& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
    for (; runs < 20'000 && std::chrono::steady_clock::now() < end; ++runs) {
        const base::Bytes input = mutated(seeds[random() % seeds.size()], random);
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%zu seeds, %u mutations, seed %u\n", seeds.size(), runs, Seed);
    return 0;
}
