// CMAC against NIST's and Wycheproof's vectors in $CARTOUCHE_DATA/crypto_cmac, and what modes
// refuse.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "aes/software_engine.hpp"
#include "aes/ticks.hpp"
#include "engine.hpp"
#include "rsp_file.hpp"

namespace {

using aes_test::block;
using aes_test::hex;

/// Messages up to this size run on both levels; the longest of NIST have 64 KiB.
constexpr std::size_t ShortMessage = 256;

class Cmac : public aes_test::EngineTest {};
AES_ON_BOTH_LEVELS(Cmac);

TEST_P(Cmac, EveryGeneratedMacOfNistComesOut) {
    const bool all = std::string_view{GetParam()} == "tlm";
    for (const auto* const name : {"CMACGenAES128.rsp", "CMACGenAES256.rsp"}) {
        const auto path = aes_test::data_file(std::string{"crypto_cmac/"} + name);
        if (!path) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
        const auto records = aes_test::read_rsp(*path);
        EXPECT_GE(records.size(), 96U) << name;
        for (const auto& record : records) {
            const auto size = record.number("Mlen");
            if (size > ShortMessage && !all) continue;
            auto message = record.bytes("Msg");
            message.resize(size);  // an empty one is written "00"
            const auto mac = aes::cmac(*engine_, record.bytes("Key"), message).block;
            const auto length = static_cast<std::ptrdiff_t>(record.number("Tlen"));
            ASSERT_EQ((base::Bytes{mac.begin(), mac.begin() + length}), record.bytes("Mac"))
                << name << " Count " << record.number("Count");
        }
    }
}

TEST_P(Cmac, WycheproofFindsNoWrongMacRight) {
    const auto path = aes_test::data_file("crypto_cmac/aes_cmac_test.json");
    if (!path) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    const auto vectors = nlohmann::json::parse(std::ifstream{*path});
    std::size_t count = 0;
    for (const auto& group : vectors["testGroups"]) {
        for (const auto& test : group["tests"]) {
            ++count;
            const auto key = hex(test["key"].get<std::string>());
            const auto message = hex(test["msg"].get<std::string>());
            if (group["keySize"] != 128 && group["keySize"] != 192 && group["keySize"] != 256) {
                EXPECT_THROW(std::ignore = aes::cmac(*engine_, key, message),
                             std::invalid_argument);
                continue;
            }
            const bool right =
                aes::cmac(*engine_, key, message).block == block(test["tag"].get<std::string>());
            EXPECT_EQ(right, test["result"] == "valid") << test["tcId"];
        }
    }
    EXPECT_EQ(count, 311U);
}

// SP 800-38B, Appendix D.2 and D.3 (lengths 0, 16, 20, 40, 64 of D.1 are SC-34).
TEST_P(Cmac, LongKeysOfSp80038b) {
    const auto message =
        hex("6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51"
            "30C81C46A35CE411E5FBC1191A0A52EF F69F2445DF4F9B17AD2B417BE66C3710");
    const auto key192 = hex("8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B");
    const auto key256 = hex("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4");
    struct Case {
        std::size_t size;
        const char* mac192;
        const char* mac256;
    };
    for (const auto& [size, mac192, mac256] :
         {Case{0, "D17DDF46ADAACDE531CAC483DE7A9367", "028962F61B7BF89EFC6B551F4667D983"},
          Case{16, "9E99A7BF31E710900662F65E617C5184", "28A7023F452E8F82BD4BF28D8C37C35C"},
          Case{20, "3D75C194ED96070444A9FA7EC740ECF8", "156727DC0878944A023C1FE03BAD6D93"},
          Case{40, "8A1DE5BE2EB31AAD089A82E6EE908B0E", "AAF3D8F1DE5640C232F5B169B9C911E6"},
          Case{64, "A1D5DF0EED790F794D77589659F39A11", "E1992190549F6ED5696A2C056C315410"}}) {
        const auto first = base::ByteView{message}.first(size);
        EXPECT_EQ(aes::cmac(*engine_, key192, first).block, block(mac192)) << size;
        EXPECT_EQ(aes::cmac(*engine_, key256, first).block, block(mac256)) << size;
    }
}

TEST_P(Cmac, CostsItsBlocksAndOneMore) {
    const auto key = hex("2B7E151628AED2A6ABF7158809CF4F3C");
    const base::Bytes message(33);
    const auto one = aes::block_ticks(16);
    const auto load = aes::load_key_ticks(16);
    EXPECT_EQ(aes::cmac(*engine_, key, base::ByteView{message}.first(0)).ticks, load + 2 * one);
    EXPECT_EQ(aes::cmac(*engine_, key, base::ByteView{message}.first(16)).ticks, load + 2 * one);
    EXPECT_EQ(aes::cmac(*engine_, key, message).ticks, load + 4 * one);
}

class AesModes : public aes_test::EngineTest {};
AES_ON_BOTH_LEVELS(AesModes);

// SP 800-38A, F.2.5 and F.2.6: CBC with 32 bytes of key, which NIST's files here do not have.
TEST_P(AesModes, CbcWithTheLongestKey) {
    const auto key = hex("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4");
    const auto iv = block("000102030405060708090A0B0C0D0E0F");
    const auto plain = hex("6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51");
    const auto cipher = hex("F58C4C04D6E5F1BA779EABFB5F7BFBD6 9CFC4E967EDB808D679F777BC6702C7D");
    EXPECT_EQ(aes::cbc_encrypt(*engine_, key, iv, plain).data, cipher);
    EXPECT_EQ(aes::cbc_decrypt(*engine_, key, iv, cipher).data, plain);
}

TEST_P(AesModes, PartOfABlockIsRefused) {
    const base::Bytes key(16);
    const base::Bytes data(17);
    EXPECT_THROW(std::ignore = aes::cbc_encrypt(*engine_, key, {}, data), std::invalid_argument);
    EXPECT_THROW(std::ignore = aes::cbc_decrypt(*engine_, key, {}, data), std::invalid_argument);
    EXPECT_TRUE(aes::cbc_encrypt(*engine_, key, {}, {}).data.empty());
}

TEST_P(AesModes, NothingWithoutAKey) {
    aes::Block block{};
    EXPECT_THROW(std::ignore = engine_->encrypt(block), std::logic_error);
    EXPECT_THROW(std::ignore = engine_->load_key(base::Bytes(15)), std::invalid_argument);
    EXPECT_THROW(std::ignore = engine_->decrypt(block), std::logic_error);
    std::ignore = engine_->load_key(base::Bytes(16));
    EXPECT_NO_THROW(std::ignore = engine_->encrypt(block));
    engine_->wipe();
    EXPECT_THROW(std::ignore = engine_->encrypt(block), std::logic_error);
}

}  // namespace
