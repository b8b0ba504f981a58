// Several virtual cards behind one antenna, of which one is active (test plan, ISO-11).
#include <algorithm>

#include "base/hex.hpp"
#include "level.hpp"

namespace system_test {
namespace {

/// A card with its own UID, key A of sector 1 and data in block 4.
struct Virtual {
    std::string_view uid;
    std::string_view key;
    std::uint8_t data;

    [[nodiscard]] Card card() const {
        Card card = with_uid(c1k(), uid);
        card.blocks[4].fill(data);
        const Bytes bytes = base::from_hex(key).value();
        std::copy(bytes.begin(), bytes.end(), card.blocks[7].begin());
        return card;
    }
    /// Block 4 with its CRC, as the gate sees it.
    [[nodiscard]] std::string block() const {
        return text_of(with_crc(base::to_hex(Bytes(16, data), " ")));
    }
};

constexpr Virtual First{"10 E2 F0 A1", "A0 A1 A2 A3 A4 A5", 0x11};
constexpr Virtual Second{"14 57 9F 69", "B0 B1 B2 B3 B4 B5", 0x22};

class Isolation : public LevelTest {
protected:
    void SetUp() override { place(First.card()); }

    /// The other card takes the antenna.
    void switch_to(const Virtual& active, store::SectorStore& memory) {
        world().remove(0);
        world().place(0, active.card().profile, memory);
        // Unmodulated field until the card is ready.
        wait(Ready);
    }
    /// What the gate sees: UID and BCC.
    std::string uid() {
        to_ready();
        return send("93 20");
    }
    static std::string with_check(std::string_view uid) {
        Bytes bytes = base::from_hex(uid).value();
        bytes.push_back(static_cast<std::uint8_t>(bytes[0] ^ bytes[1] ^ bytes[2] ^ bytes[3]));
        return base::to_hex(bytes, " ");
    }
    std::string select(std::string_view uid) { return send(with_crc("93 70 " + with_check(uid))); }
};
ON_BOTH_LEVELS(Isolation);

TEST_P(Isolation, ISO_11_GateSeesTheActiveCardOnly) {
    store::SectorStore second{Second.card().blocks};
    EXPECT_EQ(uid(), with_check(First.uid));
    EXPECT_EQ(select(First.uid), "08 B6 DD");
    MifareSession gate{*this, First.uid};
    ASSERT_TRUE(gate.authenticate(0x60, 4, First.key));
    EXPECT_EQ(gate.command("30 04"), First.block());

    switch_to(Second, second);
    EXPECT_EQ(gate.command("30 04"), "silent") << "the session went on";
    EXPECT_EQ(uid(), with_check(Second.uid));
    EXPECT_EQ(select(First.uid), "silent");
    to_ready();
    EXPECT_EQ(select(Second.uid), "08 B6 DD");
    MifareSession other{*this, Second.uid};
    EXPECT_FALSE(other.authenticate(0x60, 4, First.key)) << "a key of the other card";
    to_ready();
    EXPECT_EQ(select(Second.uid), "08 B6 DD");
    MifareSession right{*this, Second.uid};
    ASSERT_TRUE(right.authenticate(0x60, 4, Second.key));
    EXPECT_EQ(right.command("30 04"), Second.block());

    switch_to(First, memory());
    EXPECT_EQ(uid(), with_check(First.uid));
    EXPECT_EQ(select(First.uid), "08 B6 DD");
    MifareSession again{*this, First.uid};
    ASSERT_TRUE(again.authenticate(0x60, 4, First.key));
    EXPECT_EQ(again.command("30 04"), First.block());
}

}  // namespace
}  // namespace system_test
