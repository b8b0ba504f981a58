// Every AES vector of $CARTOUCHE_DATA/crypto_aes (NIST CAVP, AESAVS) on both levels.
#include <algorithm>
#include <array>
#include <tuple>

#include "engine.hpp"
#include "rsp_file.hpp"

namespace {

using aes::Block;
using aes_test::Record;
using base::Bytes;

std::vector<Record> records(const std::string& name) {
    const auto path = aes_test::data_file("crypto_aes/" + name);
    return path ? aes_test::read_rsp(*path) : std::vector<Record>{};
}

Block to_block(const Bytes& bytes) {
    Block result{};
    EXPECT_EQ(bytes.size(), result.size());
    std::ranges::copy(bytes, result.begin());
    return result;
}

Bytes mode(port::CryptoPort& engine, const Record& record, const Bytes& input) {
    const auto key = record.bytes("KEY");
    if (record.has("IV")) {
        const auto iv = to_block(record.bytes("IV"));
        return (record.decrypt ? aes::cbc_decrypt : aes::cbc_encrypt)(engine, key, iv, input).data;
    }
    const auto out =
        (record.decrypt ? aes::decrypt : aes::encrypt)(engine, key, to_block(input)).block;
    return {out.begin(), out.end()};
}

/// 1000 blocks, each made of what came out before it (AESAVS, 6.4): the last two.
std::array<Block, 2> thousand(port::CryptoPort& engine, const Record& record, Block input) {
    std::ignore = engine.load_key(record.bytes("KEY"));
    const bool chained = record.has("IV");
    const Block iv = chained ? to_block(record.bytes("IV")) : Block{};
    std::array<Block, 2> last{iv, iv};
    Block chain = iv;
    for (int i = 0; i < 1000; ++i) {
        Block block = input;
        if (chained && !record.decrypt) {
            for (std::size_t k = 0; k < block.size(); ++k) block[k] ^= chain[k];
        }
        std::ignore = record.decrypt ? engine.decrypt(block) : engine.encrypt(block);
        if (chained && record.decrypt) {
            for (std::size_t k = 0; k < block.size(); ++k) block[k] ^= chain[k];
        }
        chain = record.decrypt ? input : block;
        input = chained ? last[1] : block;
        last = {last[1], block};
    }
    return last;
}

struct File {
    const char* name;
    std::size_t records;
};

class AesVectors : public testing::TestWithParam<std::tuple<File, const char*>> {
protected:
    void TearDown() override { EXPECT_EQ(aes_test::check_failures(*engine_), 0); }

    std::unique_ptr<port::CryptoPort> engine_ = aes_test::make_engine(std::get<1>(GetParam()));
};
class AesMonteCarlo : public AesVectors {};

std::string case_name(const testing::TestParamInfo<AesVectors::ParamType>& info) {
    return std::string{std::get<0>(info.param).name} + "_" + std::get<1>(info.param);
}

constexpr std::array Answers{
    File{"ECBGFSbox128", 14},  File{"ECBGFSbox192", 12},  File{"ECBGFSbox256", 10},
    File{"ECBKeySbox128", 42}, File{"ECBKeySbox256", 32}, File{"ECBVarTxt128", 256},
    File{"CBCVarTxt128", 256}, File{"CBCMMT128", 20},     File{"CBCMMT192", 20}};
constexpr std::array MonteCarlos{File{"ECBMCT128", 200}, File{"ECBMCT256", 200},
                                 File{"CBCMCT128", 200}};

INSTANTIATE_TEST_SUITE_P(, AesVectors,
                         testing::Combine(testing::ValuesIn(Answers),
                                          testing::Values("rtl", "tlm")),
                         case_name);
INSTANTIATE_TEST_SUITE_P(, AesMonteCarlo,
                         testing::Combine(testing::ValuesIn(MonteCarlos),
                                          testing::Values("rtl", "tlm")),
                         case_name);

TEST_P(AesVectors, EveryRecordComesOut) {
    const auto& [name, count] = std::get<0>(GetParam());
    const auto all = records(std::string{name} + ".rsp");
    if (all.empty()) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    EXPECT_EQ(all.size(), count);
    for (const auto& record : all) {
        const auto* const in = record.decrypt ? "CIPHERTEXT" : "PLAINTEXT";
        const auto* const out = record.decrypt ? "PLAINTEXT" : "CIPHERTEXT";
        ASSERT_EQ(mode(*engine_, record, record.bytes(in)), record.bytes(out))
            << in << " of COUNT " << record.number("COUNT");
    }
}

TEST_P(AesMonteCarlo, EveryThousandthBlockComesOut) {
    const auto& [name, count] = std::get<0>(GetParam());
    const auto all = records(std::string{name} + ".rsp");
    if (all.empty()) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    EXPECT_EQ(all.size(), count);
    for (const auto& record : all) {
        const auto* const in = record.decrypt ? "CIPHERTEXT" : "PLAINTEXT";
        const auto* const out = record.decrypt ? "PLAINTEXT" : "CIPHERTEXT";
        const auto last = thousand(*engine_, record, to_block(record.bytes(in)));
        ASSERT_EQ(last[1], to_block(record.bytes(out)))
            << in << " of COUNT " << record.number("COUNT");
    }
}

}  // namespace
