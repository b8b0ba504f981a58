// The rows of the test plan about the AES engine. Values: FIPS 197, Appendix C; SP 800-38B,
// Appendix D.
#include <array>

#include "engine.hpp"

namespace {

using aes_test::block;
using aes_test::hex;

class SecureChannel : public aes_test::EngineTest {};
AES_ON_BOTH_LEVELS(SecureChannel);

struct BlockCase {
    const char* key;
    const char* cipher;
};

TEST_P(SecureChannel, SC_33_BlocksOfEveryKeySizeBackToBack) {
    const auto plain = block("00112233445566778899AABBCCDDEEFF");
    const std::array cases{
        BlockCase{"000102030405060708090A0B0C0D0E0F", "69C4E0D86A7B0430D8CDB78070B4C55A"},
        BlockCase{"000102030405060708090A0B0C0D0E0F1011121314151617",
                  "DDA97CA4864CDFE06EAF70A0EC0D7191"},
        BlockCase{"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
                  "8EA2B7CA516745BFEAFC49904B496089"}};
    for (const auto& [key, cipher] : cases) {
        EXPECT_EQ(aes::encrypt(*engine_, hex(key), plain).block, block(cipher)) << key;
    }
    for (const auto& [key, cipher] : cases) {
        EXPECT_EQ(aes::decrypt(*engine_, hex(key), block(cipher)).block, plain) << key;
    }
}

TEST_P(SecureChannel, SC_34_CmacOfFiveLengths) {
    const auto key = hex("2B7E151628AED2A6ABF7158809CF4F3C");
    const auto message =
        hex("6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51"
            "30C81C46A35CE411E5FBC1191A0A52EF F69F2445DF4F9B17AD2B417BE66C3710");
    struct Case {
        std::size_t size;
        const char* mac;
    };
    for (const auto& [size, mac] :
         {Case{0, "BB1D6929E95937287FA37D129B756746"}, Case{16, "070A16B46B4D4144F79BDD9DD04A287C"},
          Case{20, "7D85449EA6EA19C823A7BF78837DFADE"},
          Case{40, "DFA66747DE9AE63030CA32611497C827"},
          Case{64, "51F0BEBF7E3B9D92FC49741779363CFE"}}) {
        const auto first = base::ByteView{message}.first(size);
        EXPECT_EQ(aes::cmac(*engine_, key, first).block, block(mac)) << size;
    }
}

}  // namespace
