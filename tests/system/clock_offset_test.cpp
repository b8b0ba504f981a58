// A card whose clock is not the reader's (test plan, FRAME-A-23; what the reader hears of such a
// card is a test of pcd_rtl).
#include <random>

#include "mifare_cards.hpp"

namespace system_test {
namespace {

class Frame : public LevelTest {};
ON_RTL(Frame);

TEST_P(Frame, FRAME_A_23_CardReadsLongFramesOfAFasterReader) {
    constexpr unsigned Seed = 23;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    port::AirProfile air;
    air.offset_ppm = -200;  // reader +100, card -100
    use(air);
    place(c1k());
    for (int i = 0; i < 100; ++i) {
        to_active();
        MifareSession session{*this};
        ASSERT_TRUE(session.authenticate(0x60, 4)) << "frame " << i;
        // 64 bytes with their CRC are no command. The card says 4 when parity and CRC are right and
        // 5 when a bit is wrong (docs/choices.md, MIFARE Classic).
        Bytes data(62);
        for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
        ASSERT_EQ(session.command(base::to_hex(data)), "4") << "frame " << i;
    }
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4));
    EXPECT_EQ(session.clear(flipped(with_crc(base::to_hex(Bytes(62, 0x55))), 300)), "5");
}

}  // namespace
}  // namespace system_test
