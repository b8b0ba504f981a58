// Crypto1 in the reader's role, bit for bit. Sessions A, B and D: mifare-classic.md 3.4, 3.5, 3.7.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "base/hex.hpp"
#include "bench.hpp"
#include "driver/pcd_driver.hpp"
#include "driver/pcd_registers.hpp"

namespace {

using base::Bits;
using base::Bytes;
using base::Tick;
using bench::Bench;
namespace reg = driver::reg;

constexpr Tick CardDelay = 1236;

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(std::string_view hex) {
    std::array<std::uint8_t, Size> result{};
    std::ranges::copy(base::from_hex(hex).value(), result.begin());
    return result;
}

Bytes bytes(std::string_view hex) { return base::from_hex(hex).value(); }

Bits bits_of(std::string_view hex, std::string_view parity) {
    return bench::air_bits(bytes(hex), parity);
}

class Crypto1 : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        bench_.card([this](const bench::SentFrame&) -> std::optional<bench::Reply> {
            if (replies_.empty()) return {};
            const auto reply = replies_.front();
            replies_.pop_front();
            if (reply.empty()) return {};
            return bench::Reply{.symbols = bench::symbols(reply),
                                .start = bench_.sent().back().end + CardDelay};
        });
        driver_.field(true, 1000);
        driver_.wait_until(6000);
    }
    void TearDown() override { EXPECT_EQ(bench_.check_failures(), 0); }

    /// Authenticates against a card that answers `nt` and `at`, empty for silence.
    port::AuthAnswer authenticate(std::string_view command, std::string_view key,
                                  std::string_view uid, std::string_view nr, const Bits& nt,
                                  const Bits& at) {
        replies_ = {nt, at};
        const auto code = bytes(command);
        const auto first = bench_.sent().size();
        const port::AuthRequest request{.command = code.at(0),
                                        .block = code.at(1),
                                        .key = base::SectorKey{array_of<6>(key)},
                                        .uid = array_of<4>(uid),
                                        .nr = array_of<4>(nr),
                                        .start = driver_.now(),
                                        .timeout = 13560};
        const auto answer = driver_.authenticate(request);
        EXPECT_EQ(bench_.sent().at(first).starts.front(), request.start);
        if (bench_.sent().size() > first + 1) {
            const auto nt_end = bench_.sent()[first].end + CardDelay + 128 * (1 + nt.size());
            const auto start = bench_.sent()[first + 1].starts.front();
            EXPECT_EQ((start - request.start) % 128, 0U);
            EXPECT_GE(start, nt_end + 1300);
            EXPECT_LT(start, nt_end + 1300 + 128);
        }
        EXPECT_EQ(driver_.crypto1_on(), answer.status == port::AuthStatus::Ok);
        return answer;
    }

    /// Sends `plain` with CRC_A and returns the answer to the card's `reply`.
    port::Answer exchange(std::string_view plain, const Bits& reply, bool rx_crc = true) {
        replies_ = {reply};
        return driver_.exchange({.data = bytes(plain),
                                 .tx_crc = true,
                                 .rx_crc = rx_crc,
                                 .start = driver_.now(),
                                 .timeout = 13560});
    }

    [[nodiscard]] const Bits& last_sent() const { return bench_.sent().back().bits; }

    /// Session A up to {at}.
    port::AuthAnswer session_a(const Bits& at) {
        return authenticate("6014", "091E639CB715", "14579F69", "76BDC126",
                            bench::air_bits("CE 84 42 61"), at);
    }

    const Bits at_a_ = bits_of("9431CC40", "0100");
    std::deque<Bits> replies_;
    Bench bench_;
    driver::PcdDriver driver_{bench_};
};

INSTANTIATE_TEST_SUITE_P(Pcd, Crypto1, testing::Values("rtl"),
                         [](const auto& level) { return level.param; });

TEST_P(Crypto1, CRY_07_ReaderRunsSessionA) {
    const auto answer = session_a(at_a_);
    EXPECT_EQ(bench_.sent().at(0).bits, bench::air_bits("60 14 50 2D"));
    EXPECT_EQ(last_sent(), bits_of("F8049CCB0525C84F", "10111100"));
    EXPECT_EQ(answer.status, port::AuthStatus::Ok);
    EXPECT_EQ(answer.nt, array_of<4>("CE844261"));
    EXPECT_EQ(answer.end, bench_.sent().back().end + CardDelay + 128 * 37);
    EXPECT_EQ(driver_.now(), answer.end + 1172);

    auto read =
        exchange("3014", bench::air_bits("99 72! 42! 8C E2! E8 52! 3F! 45! 6B! 99 C8! 31 E7! "
                                         "69! DC ED 09"));
    EXPECT_EQ(last_sent(), bench::air_bits("70 93 DF! 99"));
    EXPECT_EQ(read.data, bytes("C26935CFDB95C4B4A27A84B8217AE9E4"));
    EXPECT_EQ(read.errors, port::Errors{});
    read =
        exchange("3015", bench::air_bits("AB 79 7F D3 69! E8 B9! 3A 86! 77! 6B 40 DA! E3 EF 68 6E! "
                                         "FD!"));
    EXPECT_EQ(last_sent(), bench::air_bits("8C A6! 82 7B!"));
    EXPECT_EQ(read.data, bytes("493167C536C30F8E220B09675687067D"));
    read = exchange("3016",
                    bench::air_bits("49! E2! C9 DE F4 86! 8D! 17! 77 67! 0E 58 4C! 27! 23 02 86 "
                                    "F4!"));
    EXPECT_EQ(last_sent(), bench::air_bits("C3! C3! 81 BA!"));
    EXPECT_EQ(read.data, bytes("493167C536C30F8E220B09675687067D"));
    read = exchange("3017",
                    bench::air_bits("4A BD 96! 4B! 07 D3! 56! 3A A0! 66! ED 0A 2E AC! 7F 63 12 "
                                    "BF"));
    EXPECT_EQ(last_sent(), bench::air_bits("FB DC D7! C1!"));
    EXPECT_EQ(read.data, bytes("0000000000007E178869000000000000"));
    EXPECT_EQ(read.errors, port::Errors{});
    // The nested AUTH of the trace goes out under the old key.
    const auto nested = authenticate("6114", "000000000000", "14579F69", "00000000", {}, {});
    EXPECT_EQ(nested.status, port::AuthStatus::NoNonce);
    EXPECT_EQ(last_sent(), bench::air_bits("9F 91 49! EA!"));
}

TEST_P(Crypto1, RunsSessionBWithThreeNestedAuthentications) {
    const std::string key = "FFFFFFFFFFFF";
    const std::string uid = "9C599B32";
    auto answer = authenticate("6000", key, uid, "EFEA1CDA", bench::air_bits("82 A4 16 6C"),
                               bench::air_bits("5C! AD F4 39!"));
    EXPECT_EQ(last_sent(), bench::air_bits("A1 E4! 58 CE! 6E EA! 41 E0!"));
    EXPECT_EQ(answer.status, port::AuthStatus::Ok);
    const auto auth_frame = [&] { return bench_.sent().at(bench_.sent().size() - 2).bits; };
    answer = authenticate("6000", key, uid, "77B78918", bench::air_bits("5A! 92 0D! 85!"),
                          bench::air_bits("CA 7E! 0B! 63!"));
    EXPECT_EQ(auth_frame(), bench::air_bits("8E 0E! 5D! B9"));
    EXPECT_EQ(last_sent(), bench::air_bits("98! D7 6B! 77 D6 C6 E8 70"));
    EXPECT_EQ(answer.nt, array_of<4>("A55D950B"));
    EXPECT_EQ(answer.status, port::AuthStatus::Ok);
    // The nr of the last two authentications is not in the sheet: what is sent before it is.
    answer = authenticate("6000", key, uid, "00000000", bench::air_bits("36! 41 24! 79"),
                          bench::air_bits("40! 6A! 99! 4B"));
    EXPECT_EQ(auth_frame(), bench::air_bits("3E! 70 9C! 8A"));
    EXPECT_EQ(answer.nt, array_of<4>("C9BE54A3"));
    EXPECT_EQ(answer.status, port::AuthStatus::Refused);
}

TEST_P(Crypto1, ReadsNestedNonceOfSessionC) {
    // Any session will do before it: the nested nonce depends on the new key only.
    ASSERT_EQ(session_a(at_a_).status, port::AuthStatus::Ok);
    const auto answer = authenticate("6000", "059E2905BFCC", "5C467F63", "00000000",
                                     bench::air_bits("AB! B3! 0B! D1"), {});
    EXPECT_EQ(answer.status, port::AuthStatus::NoAnswer);
    EXPECT_EQ(answer.nt, array_of<4>("4BBF8A12"));
    EXPECT_EQ(answer.end, bench_.sent().back().end + 13560);
}

TEST_P(Crypto1, RunsSessionD) {
    ASSERT_EQ(authenticate("6004", "FFFFFFFFFFFF", "10E2F0A1", "11223344",
                           bench::air_bits("01 20 01 45"), bits_of("9381F6AD", "1011"))
                  .status,
              port::AuthStatus::Ok);
    EXPECT_EQ(last_sent(), bits_of("CD0646EDC69A4D00", "10000110"));
    auto answer = exchange("A004", bench::plain_bits(0x3, 4), false);
    EXPECT_EQ(last_sent(), bits_of("5E524607", "1111"));
    EXPECT_EQ(answer.data, Bytes{0x0A});
    EXPECT_EQ(answer.last_bits, 4U);
    answer = exchange("640000009BFFFFFF6400000004FB04FB", bench::plain_bits(0xA, 4), false);
    EXPECT_EQ(last_sent(), bits_of("6D5025C0F814C183A6CF4AD7D71DF28A15B7", "001011111100001011"));
    EXPECT_EQ(answer.data, Bytes{0x0A});
    EXPECT_EQ(exchange("C104", bench::plain_bits(0xD, 4), false).data, Bytes{0x0A});
    EXPECT_EQ(last_sent(), bits_of("ECF375A2", "1100"));
    EXPECT_TRUE(exchange("0A000000", {}, false).silent);
    EXPECT_EQ(last_sent(), bits_of("16DA0AB13594", "110000"));
    EXPECT_EQ(exchange("B004", bench::plain_bits(0xB, 4), false).data, Bytes{0x0A});
    EXPECT_EQ(last_sent(), bits_of("A06CAC24", "0001"));
    answer =
        exchange("3004", bits_of("1CFAF839C501470565282B3A46B20B911CFF", "010101100011110010"));
    EXPECT_EQ(last_sent(), bits_of("08F277B4", "1101"));
    EXPECT_EQ(answer.data, bytes("6E00000091FFFFFF6E00000004FB04FB"));
    EXPECT_EQ(answer.errors, port::Errors{});
    EXPECT_EQ(exchange("3040", bench::plain_bits(0x2, 4), false).data, Bytes{0x04});
    EXPECT_EQ(last_sent(), bits_of("79D069B8", "1110"));
}

TEST_P(Crypto1, CRY_16_ReaderUsesTheLastUidBytes) {
    const auto answer = authenticate("6004", "FFFFFFFFFFFF", "09321B85", "11223344",
                                     bench::air_bits("01 20 01 45"), {});
    EXPECT_EQ(answer.status, port::AuthStatus::NoAnswer);
    Bytes sent;
    for (std::size_t i = 0; i < 8; ++i) {
        unsigned byte = 0;
        for (std::size_t b = 0; b < 8; ++b) byte |= unsigned{last_sent().at(9 * i + b)} << b;
        sent.push_back(static_cast<std::uint8_t>(byte));
    }
    EXPECT_EQ(base::to_hex(sent), "786ED994F9098D37");
}

TEST_P(Crypto1, CRY_17_ReaderUsesTheNuid) {
    const auto answer = authenticate("6004", "FFFFFFFFFFFF", "4F505D7D", "11223344",
                                     bench::air_bits("01 20 01 45"), {});
    EXPECT_EQ(answer.status, port::AuthStatus::NoAnswer);
    Bytes sent;
    for (std::size_t i = 0; i < 8; ++i) {
        unsigned byte = 0;
        for (std::size_t b = 0; b < 8; ++b) byte |= unsigned{last_sent().at(9 * i + b)} << b;
        sent.push_back(static_cast<std::uint8_t>(byte));
    }
    EXPECT_EQ(base::to_hex(sent), "773EFA700CB21ECC");
}

TEST_P(Crypto1, CRY_22_ReaderRefusesAWrongAnswer) {
    for (std::size_t wrong = 0; wrong < at_a_.size(); ++wrong) {
        auto at = at_a_;
        at[wrong] ^= 1U;
        const auto answer = session_a(at);
        EXPECT_EQ(answer.status, port::AuthStatus::Refused) << wrong;
        EXPECT_EQ(answer.nt, array_of<4>("CE844261"));
        EXPECT_FALSE(driver_.crypto1_on());
        exchange("3014", {});
        EXPECT_EQ(last_sent(), bench::air_bits("30 14 A7 FE")) << "not in clear";
    }
}

// With a data bit and its parity bit both wrong the frame is whole; only its plaintext is not what
// is due. The parity bit of a byte is wrong on the air when the plaintext's is: the key stream is
// the same.
TEST_P(Crypto1, RefusesAWholeAnswerThatIsNotTheOneDue) {
    for (std::size_t wrong = 0; wrong < 32; ++wrong) {
        auto at = at_a_;
        at[wrong / 8 * 9 + wrong % 8] ^= 1U;
        at[wrong / 8 * 9 + 8] ^= 1U;
        EXPECT_EQ(session_a(at).status, port::AuthStatus::Refused) << wrong;
    }
}

// An authentication has its own frames, whatever Config says.
TEST_P(Crypto1, AuthenticateDoesNotDependOnConfig) {
    replies_ = {bench::air_bits("CE 84 42 61"), at_a_};
    const auto start = driver_.now();
    bench_.write(reg::Config, 34U | reg::ConfigParityAsData | reg::ConfigTxCrc | reg::ConfigRxCrc |
                                  5U << reg::ConfigRxAlignShift);
    bench_.write(reg::KeyLow, 0x9C63'1E09);
    bench_.write(reg::KeyHigh, 0x15B7);
    bench_.write(reg::Uid, 0x699F'5714);
    bench_.write(reg::Nr, 0x26C1'BD76);
    bench_.write(reg::Auth, 0x1460);
    bench_.write(reg::StartAt, static_cast<std::uint32_t>(start));
    bench_.write(reg::Command, reg::CommandAuthenticate);
    ASSERT_TRUE(bench_.wait_irq(start + 100'000));
    EXPECT_EQ(bench_.sent().at(0).bits, bench::air_bits("60 14 50 2D"));
    EXPECT_EQ(last_sent(), bits_of("F8049CCB0525C84F", "10111100"));
    EXPECT_EQ(bench_.read(reg::Status), reg::StatusCrypto1On);
}

// A collided bit reads as 1 after decryption (docs/choices.md).
TEST_P(Crypto1, CollidedBitsReadAsOne) {
    ASSERT_EQ(session_a(at_a_).status, port::AuthStatus::Ok);
    auto symbols = bench::symbols(bench::air_bits("99 72! 42! 8C"));
    for (const std::size_t place : {0U, 1U, 9U, 10U, 11U, 12U})
        symbols[place] = bench::Symbol::Both;
    bench_.card([&](const bench::SentFrame& frame) {
        return bench::Reply{.symbols = symbols, .start = frame.end + CardDelay};
    });
    const auto answer = driver_.exchange(
        {.data = {0x30, 0x14}, .tx_crc = true, .start = driver_.now(), .timeout = 13560});
    // Plaintext C2 69 35 CF with bits 0 and 1 of byte 0 and 0 to 3 of byte 1 set.
    EXPECT_EQ(answer.data, bytes("C36F35CF"));
    EXPECT_EQ(answer.collisions, bytes("030F0000"));
    EXPECT_EQ(answer.errors, port::Errors{.collision = true});
}

TEST_P(Crypto1, RefusesNakAndCutAnswers) {
    EXPECT_EQ(session_a(bench::plain_bits(5, 4)).status, port::AuthStatus::Refused);
    auto cut = at_a_;
    cut.pop_back();
    EXPECT_EQ(session_a(cut).status, port::AuthStatus::Refused);
    auto longer = at_a_;
    longer.push_back(0);
    EXPECT_EQ(session_a(longer).status, port::AuthStatus::Refused);
}

TEST_P(Crypto1, TakesOnlyAWholeNonce) {
    const auto first = [&](const Bits& nt) {
        const auto answer = authenticate("6000", "FFFFFFFFFFFF", "9C599B32", "00000000", nt, {});
        EXPECT_EQ(answer.nt, (std::array<std::uint8_t, 4>{}));
        EXPECT_EQ(driver_.now(), answer.end + (nt.empty() ? 512U : 1172U));
        return answer.status;
    };
    EXPECT_EQ(first({}), port::AuthStatus::NoNonce);
    EXPECT_EQ(first(bench::plain_bits(4, 4)), port::AuthStatus::NoNonce);
    EXPECT_EQ(first(bench::air_bits("82 A4! 16 6C")), port::AuthStatus::NoNonce);
    EXPECT_EQ(first(bench::air_bits("82 A4 16")), port::AuthStatus::NoNonce);
    EXPECT_EQ(first(bench::air_bits("82 A4 16 6C 00")), port::AuthStatus::NoNonce);
    EXPECT_EQ(bench_.sent().size(), 5U);
}

TEST_P(Crypto1, RawFramesBypassTheCipher) {
    ASSERT_EQ(session_a(at_a_).status, port::AuthStatus::Ok);
    replies_ = {bench::plain_bits(5, 4)};
    const auto raw = driver_.exchange(
        {.data = {0x26}, .last_bits = 7, .parity = port::Parity::AsData, .start = driver_.now()});
    EXPECT_EQ(last_sent(), bench::plain_bits(0x26, 7));
    EXPECT_EQ(raw.data, Bytes{0x05});
    exchange("3014", {});
    EXPECT_EQ(last_sent(), bench::air_bits("70 93 DF! 99"));
}

TEST_P(Crypto1, EndsWhenToldAndWithTheField) {
    ASSERT_EQ(session_a(at_a_).status, port::AuthStatus::Ok);
    driver_.crypto1_off();
    EXPECT_FALSE(driver_.crypto1_on());
    exchange("3014", {});
    EXPECT_EQ(last_sent(), bench::air_bits("30 14 A7 FE"));
    ASSERT_EQ(session_a(at_a_).status, port::AuthStatus::Ok);
    driver_.field(false, driver_.now());
    EXPECT_FALSE(driver_.crypto1_on());
    driver_.field(true, driver_.now() + 3000);
    exchange("3014", {});
    EXPECT_EQ(last_sent(), bench::air_bits("30 14 A7 FE"));
}

}  // namespace
