// Frame delay inside MIFARE sessions (test plan, TIME-05 and TIME-08).
#include <random>

#include "mifare_cards.hpp"

namespace system_test {
namespace {

constexpr std::string_view Factory = "FF FF FF FF FF FF";

/// A legal programming time, so short that 500 answers do not take long.
constexpr Tick FastT = 1280;
/// The longest that docs/choices.md allows.
constexpr Tick SlowestT = 131'072;

class Timing : public LevelTest {
protected:
    void place_with(Tick programming_ticks) {
        store::SectorStore::Options options;
        options.programming_ticks = programming_ticks;
        place(c1k_with_value(), options);
        to_active();
        ASSERT_TRUE(session().authenticate(0x60, 4, Factory));
    }
    MifareSession& session() {
        if (!session_) session_.emplace(*this);
        return *session_;
    }
    /// Sends `hex` with CRC encrypted; how many bit times after the grid's origin the answer began.
    /// The last wire bit is the encrypted parity.
    Tick index_of_answer(std::string_view hex) {
        const Bits sent = session().encrypt(with_crc(hex));
        EXPECT_NE(send(sent), "silent") << hex;
        const Bits clear = session().encrypt(reply().bits);
        EXPECT_TRUE(clear.size() == 18 * 9 || clear == low_bits(0xA, 4)) << text_of(clear);
        const bool one = sent.back() != 0;
        ends_with_one_ += one;
        const Tick origin = one ? 84 : 20;
        EXPECT_EQ((reply().fdt() - origin) % 128, 0U) << hex;
        return (reply().fdt() - origin) / 128;
    }

    unsigned ends_with_one_ = 0;

private:
    std::optional<MifareSession> session_{};
};
ON_BOTH_LEVELS(Timing);

TEST_P(Timing, TIME_05_EncryptedAnswersKeepTheGrid) {
    constexpr unsigned Seed = 5;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    place_with(FastT);
    unsigned answers = 0;
    while (answers < 500) {
        const auto block = static_cast<std::uint8_t>(4 + random() % 3);
        const std::string number = base::to_hex({&block, 1});
        Bytes data(16);
        for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
        EXPECT_EQ(index_of_answer("30 " + number), 18U);
        EXPECT_EQ(index_of_answer("A0 " + number), 9U);
        EXPECT_EQ(index_of_answer(base::to_hex(data)), 9 + FastT / 128);
        EXPECT_EQ(text_of_block(memory(), block), base::to_hex(data, " "));
        ASSERT_FALSE(HasFailure()) << "after " << answers << " answers";
        answers += 3;
    }
    // Both origins of the grid came up.
    EXPECT_GT(ends_with_one_, answers / 4);
    EXPECT_LT(ends_with_one_, answers - answers / 4);
}

TEST_P(Timing, TIME_08_TheSlowestMemoryIsWithinTheLimits) {
    place_with(SlowestT);
    listen_for(150'000);
    index_of_answer("30 04");
    EXPECT_LE(reply().fdt(), 67'800U);
    index_of_answer("A0 05");
    EXPECT_LE(reply().fdt(), 67'800U);
    index_of_answer("00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F");
    EXPECT_LE(reply().fdt(), 135'600U);
    EXPECT_GE(reply().fdt(), SlowestT);
    index_of_answer("C1 04");
    EXPECT_LE(reply().fdt(), 67'800U);
    EXPECT_EQ(session().command("0A 00 00 00"), "silent");
    index_of_answer("B0 04");
    EXPECT_LE(reply().fdt(), 135'600U);
    EXPECT_GE(reply().fdt(), SlowestT);
    EXPECT_EQ(text_of_block(memory(), 4), Value110);
}

}  // namespace
}  // namespace system_test
