// The self-test of mifare-classic.md, 3.1, on the model and on the RTL (test plan, CRY-01).
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "Vrtl_crypto1_cipher.h"
#include "Vrtl_crypto1_cipher___024root.h"
#include "base/hex.hpp"
#include "crypto1/cipher.hpp"

namespace {

using SixBytes = std::array<std::uint8_t, 6>;

struct Output {
    std::string keystream, state;
};

Output run_model(const SixBytes& key) {
    crypto1::Cipher cipher;
    cipher.load(base::SectorKey{key});
    base::Bytes keystream;
    for (int i = 0; i < 4; ++i) keystream.push_back(cipher.byte());
    return {base::to_hex(keystream, " "), base::to_hex(cipher.state(), " ")};
}

Output run_rtl(const SixBytes& key) {
    const auto context = std::make_unique<VerilatedContext>();
    const auto dut = std::make_unique<Vrtl_crypto1_cipher>(context.get());
    const auto clock = [&dut] {
        dut->clk_i = 0;
        dut->eval();
        dut->clk_i = 1;
        dut->eval();
    };
    dut->rst_ni = 1;
    dut->eval();
    dut->rst_ni = 0;
    clock();
    dut->rst_ni = 1;
    dut->load_i = 1;
    for (unsigned bit = 0; bit < 48; ++bit) {
        dut->load_bit_i = (key[bit / 8] >> (bit % 8)) & 1U;
        clock();
    }
    dut->load_i = 0;
    dut->step_i = 1;
    base::Bytes keystream(4);
    for (unsigned bit = 0; bit < 32; ++bit) {
        dut->eval();
        keystream[bit / 8] =
            static_cast<std::uint8_t>(keystream[bit / 8] | dut->key_bit_o << (bit % 8));
        clock();
    }
    base::Bytes state;
    for (unsigned i = 0; i < 6; ++i)
        state.push_back(
            static_cast<std::uint8_t>(dut->rootp->crypto1_cipher__DOT__state_q >> (8 * i)));
    dut->final();
    return {base::to_hex(keystream, " "), base::to_hex(state, " ")};
}

class Crypto1 : public testing::TestWithParam<const char*> {
protected:
    [[nodiscard]] Output run(const SixBytes& key) {
        return std::string{GetParam()} == "tlm" ? run_model(key) : run_rtl(key);
    }
};
INSTANTIATE_TEST_SUITE_P(, Crypto1, testing::Values("rtl", "tlm"),
                         [](const auto& suite) { return suite.param; });

TEST_P(Crypto1, CRY_01_SelfTestOfTheCipher) {
    const Output ones = run({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF});
    EXPECT_EQ(ones.keystream, "FF 3F E9 36");
    EXPECT_EQ(ones.state, "FF FF A0 AD E0 F6");
    const Output mad = run({0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5});
    EXPECT_EQ(mad.keystream, "70 FD EA 9D");
    EXPECT_EQ(mad.state, "A4 A5 86 5F 7B 44");
}

}  // namespace
