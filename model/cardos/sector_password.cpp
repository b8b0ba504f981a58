#include "cardos/sector_password.hpp"

#include <algorithm>

namespace cardos {
namespace {

constexpr std::size_t BlockBytes = 8;
constexpr std::size_t KeyBytes = 6;

}  // namespace

SectorPassword sector_password(domain::Engine& engine, const base::SectorKey& key_a,
                               const base::SectorKey& key_b) {
    // Each DES key is the 48 bits of a sector key, seven to a byte above the parity place, in
    // reversed byte order; the bits that were shifted out have a byte of their own.
    std::array<std::uint8_t, 2 * BlockBytes> keys{};
    unsigned out_a = 0;
    unsigned out_b = 0;
    for (unsigned i = 0; i < KeyBytes; ++i) {
        const unsigned a = key_a.expose()[i];
        const unsigned b = key_b.expose()[i];
        keys[BlockBytes - 1 - i] = static_cast<std::uint8_t>(a << 1);
        keys[BlockBytes + KeyBytes - 1 - i] = static_cast<std::uint8_t>(b << 1);
        out_a |= (a >> 7) << (6 - i);
        out_b |= (b >> 7) << (1 + i);
    }
    keys[1] = static_cast<std::uint8_t>(out_a);
    keys[2 * BlockBytes - 2] = static_cast<std::uint8_t>(out_b);

    auto block = engine.des3_ecb_encrypt(domain::Secret{keys}, base::Bytes(BlockBytes));
    base::wipe(keys);
    std::array<std::uint8_t, BlockBytes> password{};
    std::reverse_copy(block.begin(), block.end(), password.begin());
    const SectorPassword result{password};
    base::wipe(block);
    base::wipe(password);
    return result;
}

}  // namespace cardos
