// The smallest configuration of top_aes: it encrypts with 16 bytes of key.
#include <Vaes_small_rtl.h>

#include "aes/ticks.hpp"
#include "driver/aes_driver.hpp"
#include "registers.hpp"
#include "rsp_file.hpp"

namespace {

namespace reg = driver::aes_reg;
using namespace aes_test;

using SmallAes = Registers<Vaes_small_rtl>;

TEST_F(SmallAes, EncryptsWithShortKeysOnly) {
    key(hex(Key), 2);  // there are no long ones
    put(block(Plain));
    run(reg::CommandEncrypt);
    EXPECT_EQ(get(), block(Cipher));
    bus_.write(reg::Command, reg::CommandDecrypt);
    EXPECT_EQ(bus_.read(reg::Status), 0U);
    EXPECT_EQ(get(), block(Cipher));
}

TEST_F(SmallAes, EveryEncryptionOfNistComesOutInTheSameTime) {
    driver::AesDriver driver{bus_};
    for (const auto* const name : {"ECBGFSbox128", "ECBKeySbox128", "ECBVarTxt128"}) {
        const auto path = aes_test::data_file("crypto_aes/" + std::string{name} + ".rsp");
        if (!path) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
        for (const auto& record : aes_test::read_rsp(*path)) {
            if (record.decrypt) continue;
            auto data = block(record.values.at("PLAINTEXT"));
            EXPECT_EQ(driver.load_key(record.bytes("KEY")), aes::load_key_ticks(16));
            EXPECT_EQ(driver.encrypt(data), aes::block_ticks(16));
            ASSERT_EQ(data, block(record.values.at("CIPHERTEXT")))
                << name << " COUNT " << record.number("COUNT");
        }
    }
}

}  // namespace
