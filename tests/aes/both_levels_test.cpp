// The RTL against the model in random order: the same blocks, in the same ticks, whatever key and
// data are.
#include <algorithm>
#include <array>
#include <random>
#include <tuple>

#include "aes/software_engine.hpp"
#include "aes/ticks.hpp"
#include "engine.hpp"

namespace {

using aes::Block;
using base::Bytes;

constexpr std::array<std::size_t, 3> KeySizes{16, 24, 32};

class AesEngine : public testing::Test {
protected:
    [[nodiscard]] Bytes bytes(std::size_t size) {
        Bytes result(size);
        std::ranges::generate(result, [&] { return static_cast<std::uint8_t>(random_()); });
        return result;
    }
    [[nodiscard]] Block block() {
        Block result{};
        std::ranges::copy(bytes(result.size()), result.begin());
        return result;
    }
    [[nodiscard]] unsigned below(unsigned limit) {
        return static_cast<unsigned>(random_() % limit);
    }

    static constexpr unsigned Seed = 197;
    std::mt19937 random_{Seed};
    std::unique_ptr<port::CryptoPort> rtl_ = aes_test::make_engine("rtl");
    std::unique_ptr<port::CryptoPort> tlm_ = aes_test::make_engine("tlm");
};

TEST_F(AesEngine, BothLevelsAgreeOnBlocksAndTicks) {
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    for (int keys = 0; keys < 300; ++keys) {
        const auto key = bytes(KeySizes[below(3)]);
        ASSERT_EQ(rtl_->load_key(key), tlm_->load_key(key)) << "key " << keys;
        for (unsigned blocks = below(6); blocks > 0; --blocks) {
            Block a = block();
            Block b = a;
            const bool decrypt = below(2) == 1;
            const auto rtl_ticks = decrypt ? rtl_->decrypt(a) : rtl_->encrypt(a);
            const auto tlm_ticks = decrypt ? tlm_->decrypt(b) : tlm_->encrypt(b);
            ASSERT_EQ(a, b) << "key " << keys << (decrypt ? " decrypt" : " encrypt");
            ASSERT_EQ(rtl_ticks, tlm_ticks);
        }
    }
    EXPECT_EQ(aes_test::check_failures(*rtl_), 0);
}

TEST_F(AesEngine, TimeDependsOnNothingButTheKeySize) {
    for (const auto size : KeySizes) {
        for (int run = 0; run < 200; ++run) {
            // The first ones have as few and as many ones as can be.
            const auto fill = static_cast<std::uint8_t>(run % 2 == 0 ? 0x00 : 0xFF);
            const auto key = run < 4 ? Bytes(size, fill) : bytes(size);
            Block data = block();
            if (run < 8) data.fill(run / 2 % 2 == 0 ? 0x00 : 0xFF);
            ASSERT_EQ(rtl_->load_key(key), aes::load_key_ticks(size));
            ASSERT_EQ(rtl_->encrypt(data), aes::block_ticks(size));
            ASSERT_EQ(rtl_->decrypt(data), aes::block_ticks(size));
        }
    }
}

TEST_F(AesEngine, ABlockOf128BitsTakesAtMost230Ticks) { EXPECT_LE(aes::engine_ticks(16), 230U); }

}  // namespace
