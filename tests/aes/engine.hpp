// The card's AES engine on either level, and the test suites that run on both.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "aes/modes.hpp"
#include "base/bytes.hpp"
#include "port/crypto_port.hpp"

namespace aes_test {

/// "rtl": top_aes in Verilator under its driver; "tlm": Crypto++.
[[nodiscard]] std::unique_ptr<port::CryptoPort> make_engine(std::string_view level);

/// Assertions of the RTL that failed under `engine`; none on the model.
[[nodiscard]] int check_failures(const port::CryptoPort& engine);

/// A test with the engine of its parameter.
class EngineTest : public testing::TestWithParam<const char*> {
protected:
    void TearDown() override { EXPECT_EQ(check_failures(*engine_), 0); }

    std::unique_ptr<port::CryptoPort> engine_ = make_engine(GetParam());
};

[[nodiscard]] inline std::string level_name(const testing::TestParamInfo<const char*>& info) {
    return info.param;
}

#define AES_ON_BOTH_LEVELS(Suite) \
    INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values("rtl", "tlm"), aes_test::level_name)

/// Hex to bytes; a digit that is wrong is a mistake of the test.
[[nodiscard]] base::Bytes hex(std::string_view text);
[[nodiscard]] aes::Block block(std::string_view text);

}  // namespace aes_test
