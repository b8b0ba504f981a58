#include "random_frames.hpp"

#include <algorithm>

#include "base/hex.hpp"

namespace system_test {

namespace {

constexpr std::uint8_t CascadeTag = 0x88;

/// The three access bytes of four groups of C1 C2 C3 (mifare-classic.md, 1.5): consistent.
std::array<std::uint8_t, 3> access_bytes(const std::array<unsigned, 4>& groups) {
    unsigned c1 = 0, c2 = 0, c3 = 0;
    for (unsigned group = 0; group < 4; ++group) {
        c1 |= (groups[group] & 1U) << group;
        c2 |= ((groups[group] >> 1U) & 1U) << group;
        c3 |= ((groups[group] >> 2U) & 1U) << group;
    }
    return {static_cast<std::uint8_t>((~c2 & 15U) << 4U | (~c1 & 15U)),
            static_cast<std::uint8_t>(c1 << 4U | (~c3 & 15U)),
            static_cast<std::uint8_t>(c3 << 4U | c2)};
}

port::Block random_trailer(Random& random) {
    port::Block block{};
    const Bytes a = random_key(random);
    const Bytes b = random_key(random);
    std::copy(a.begin(), a.end(), block.begin());
    std::copy(b.begin(), b.end(), block.begin() + 10);
    std::array<unsigned, 4> groups{};
    for (unsigned& group : groups) group = draw(random, 8);
    const auto access = access_bytes(groups);
    std::copy(access.begin(), access.end(), block.begin() + 6);
    block[9] = 0x69;
    if (once_in(random, 10))
        block.at(6 + draw(random, 3)) ^= static_cast<std::uint8_t>(1U << draw(random, 8));
    return block;
}

port::Block random_data(Random& random, std::uint8_t address) {
    port::Block block{};
    if (once_in(random, 5)) {
        const Bytes data = random_bytes(random, block.size());
        std::copy(data.begin(), data.end(), block.begin());
        return block;
    }
    constexpr std::array<std::uint32_t, 6> Edges{0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 100};
    block = value_block(once_in(random, 2) ? Edges[draw(random, Edges.size())]
                                           : static_cast<std::uint32_t>(random()),
                        address);
    if (once_in(random, 6))
        block.at(draw(random, 16)) ^= static_cast<std::uint8_t>(1U << draw(random, 8));
    return block;
}

bool is_trailer(unsigned block) { return block < 128 ? block % 4 == 3 : block % 16 == 15; }

}  // namespace

Bytes random_bytes(Random& random, std::size_t count) {
    Bytes data(count);
    for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
    return data;
}

Bits broken(Random& random, Bits bits) {
    switch (draw(random, 5)) {
        case 0:
            return flipped(bits, draw(random, static_cast<unsigned>(bits.size())));
        case 1:
            bits.resize(1 + draw(random, static_cast<unsigned>(bits.size())));
            return bits;
        case 2:
            bits.push_back(static_cast<std::uint8_t>(draw(random, 2)));
            return bits;
        case 3:
            return bits.size() > 9 ? Bits{bits.begin(), bits.end() - 9} : bits;
        default: {
            Bits noise(1 + draw(random, 90));
            for (auto& bit : noise) bit = static_cast<std::uint8_t>(draw(random, 2));
            return noise;
        }
    }
}

std::vector<Tick> wild_train(Random& random) {
    std::vector<Tick> starts{0};
    const unsigned count = 1 + draw(random, 30);
    for (unsigned i = 0; i < count; ++i)
        starts.push_back(starts.back() + 64 * (1 + draw(random, 5)));
    return starts;
}

Bytes random_key(Random& random) {
    constexpr std::array<const char*, 3> Keys{"FFFFFFFFFFFF", "A0A1A2A3A4A5", "B578F38A5C61"};
    return *base::from_hex(Keys[draw(random, Keys.size())]);
}

port::Block value_block(std::uint32_t value, std::uint8_t address) {
    port::Block block{};
    for (unsigned i = 0; i < 4; ++i) {
        const auto byte = static_cast<std::uint8_t>(value >> (8 * i));
        block[i] = block[8 + i] = byte;
        block[4 + i] = static_cast<std::uint8_t>(~byte);
        block[12 + i] = i % 2 == 0 ? address : static_cast<std::uint8_t>(~address);
    }
    return block;
}

Card random_card(Random& random) {
    constexpr std::array<Card (*)(), 3> Kinds{mini, c1k, c4k};
    Card card = Kinds[draw(random, Kinds.size())]();
    constexpr std::array<std::size_t, 3> Sizes{4, 7, 10};
    const unsigned size = draw(random, Sizes.size());
    Bytes uid = random_bytes(random, Sizes[size]);
    // Where a cascade tag would stand.
    for (const std::size_t at : {0U, 3U, 6U})
        if (at < uid.size() && uid[at] == CascadeTag) uid[at] = 0x04;
    card.profile.atqa = static_cast<std::uint16_t>((card.profile.atqa & 0xFF3FU) | size << 6U);
    if (size == 0 && once_in(random, 4)) card.profile.random_uid = true;
    card.profile.nak_silent = once_in(random, 4);
    card.profile.nonce_unpredictable = once_in(random, 3);
    card.profile.prng_seed = static_cast<std::uint16_t>(1 + draw(random, 0xFFFF));
    card.profile.nonce_seed = static_cast<std::uint32_t>(1 + draw(random, 0xFFFFFFFF));
    for (unsigned block = 1; block < card.blocks.size(); ++block) {
        card.blocks[block] =
            is_trailer(block) ? (once_in(random, 3) ? random_trailer(random) : card.blocks[block])
                              : random_data(random, static_cast<std::uint8_t>(block));
    }
    return with_uid(std::move(card), base::to_hex(uid));
}

}  // namespace system_test
