// Access conditions of data blocks and sector trailers (test plan, ACC rows of the card).
#include "mifare_cards.hpp"

namespace system_test {
namespace {

constexpr std::string_view KeyA = "A0 A1 A2 A3 A4 A5";
constexpr std::string_view KeyB = "B0 B1 B2 B3 B4 B5";
constexpr std::string_view NewKeyA = "0A 1A 2A 3A 4A 5A";
constexpr std::string_view NewKeyB = "0B 1B 2B 3B 4B 5B";
constexpr std::string_view NoKey = "00 00 00 00 00 00";
constexpr std::string_view Fives = "55 55 55 55 55 55 55 55 55 55 55 55 55 55 55 55";

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) {
        if (!text.empty()) text += ' ';
        text += part;
    }
    return text;
}

/// A card whose sector 1 holds value 100 in block 4 and has these bytes 6 to 8.
Card with_rights(std::string_view rights, Card card = c1k()) {
    card = with_block(std::move(card), 4, Value100);
    return with_block(std::move(card), 7, joined({KeyA, rights, "69", KeyB}));
}

class Access : public LevelTest {
protected:
    static constexpr Tick FieldOff = 67'800;

    /// A session with key A (60) or B (61); what an earlier step left does not matter.
    MifareSession open(std::uint8_t command, std::uint8_t block, std::string_view key) {
        field_off(FieldOff);
        to_active();
        MifareSession session{*this};
        EXPECT_TRUE(session.authenticate(command, block, key)) << "no session";
        return session;
    }
    MifareSession open_a(std::uint8_t block = 4) { return open(0x60, block, KeyA); }
    MifareSession open_b(std::uint8_t block = 4) { return open(0x61, block, KeyB); }

    /// Which of READ, WRITE, INCREMENT, DECREMENT, RESTORE, TRANSFER key `command` may, as "RWIDST"
    /// with '-' for what is refused.
    std::string operations(std::uint8_t command) {
        const std::string_view key = command == 0x60 ? KeyA : KeyB;
        std::string rights;
        const auto judge = [&](char name, const std::string& answer) {
            EXPECT_TRUE(answer == "4" || answer == "0" || answer == "A" || answer.size() > 4)
                << answer;
            rights += answer == "4" || answer == "0" ? '-' : name;
        };
        judge('R', open(command, 4, key).command("30 04"));
        judge('W', open(command, 4, key).command("A0 04"));
        judge('I', open(command, 4, key).command("C1 04"));
        judge('D', open(command, 4, key).command("C0 04"));
        judge('S', open(command, 4, key).command("C2 04"));
        // A refused TRANSFER says 0 with a valid buffer; without one nothing can be transferred
        // anyway.
        auto session = open(command, 4, key);
        if (session.command("C0 04") == "A" && session.command("01 00 00 00") == "silent") {
            judge('T', session.command("B0 04"));
        } else {
            rights += '-';
        }
        return rights;
    }

    std::string write(MifareSession& session, std::uint8_t block, std::string_view data) {
        const std::string answer = session.command("A0 " + base::to_hex({&block, 1}));
        return answer == "A" ? session.command(data) : answer;
    }
    std::string block(unsigned number) { return text_of_block(memory(), number); }
    std::string trailer() { return block(7); }
    /// What a READ of the trailer returns with these fields.
    static std::string shown(std::string_view rights, std::string_view key_b) {
        return with_crc_text(joined({NoKey, rights, "69", key_b}));
    }
};
ON_BOTH_LEVELS(Access);

constexpr std::string_view NewTrailer = "0A 1A 2A 3A 4A 5A 7F 07 88 42 0B 1B 2B 3B 4B 5B";

TEST_P(Access, ACC_01_TransportBlocksAllowAll) {
    place(with_rights("7F 07 88"));
    EXPECT_EQ(operations(0x60), "RWIDST");
    EXPECT_EQ(operations(0x61), "RWIDST");
}

// docs/choices.md: 0, as the buffer is valid.
TEST_P(Access, ManufacturerBlockIsNoTargetOfATransfer) {
    place(with_block(c1k(), 2, Value100));
    const std::string before = block(0);
    auto session = open(0x60, 2, "FF FF FF FF FF FF");
    ASSERT_EQ(session.command("C1 02"), "A");
    ASSERT_EQ(session.command("01 00 00 00"), "silent");
    EXPECT_EQ(session.command("B0 00"), "0");
    EXPECT_EQ(block(0), before);
}

TEST_P(Access, ACC_02_ReadOnlyBlocksAllowRead) {
    place(with_rights("0F 07 8F"));
    EXPECT_EQ(operations(0x60), "R-----");
    EXPECT_EQ(operations(0x61), "R-----");
}

TEST_P(Access, ACC_03_ReadWriteBlocksAreWrittenWithB) {
    place(with_rights("78 77 88"));
    EXPECT_EQ(operations(0x60), "R-----");
    EXPECT_EQ(operations(0x61), "RW----");
}

TEST_P(Access, ACC_04_ValueBlocksAreChargedWithB) {
    place(with_rights("08 77 8F"));
    EXPECT_EQ(operations(0x60), "R--DST");
    EXPECT_EQ(operations(0x61), "RWIDST");
}

TEST_P(Access, ACC_05_ValueBlocksWithoutRechargeOnlyFall) {
    place(with_rights("7F 00 F8"));
    EXPECT_EQ(operations(0x60), "R--DST");
    EXPECT_EQ(operations(0x61), "R--DST");
}

TEST_P(Access, ACC_06_BlocksOfKeyBAreClosedToA) {
    place(with_rights("0F 00 FF"));
    EXPECT_EQ(operations(0x60), "------");
    EXPECT_EQ(operations(0x61), "RW----");
}

TEST_P(Access, ACC_07_ReadOnlyWithB) {
    place(with_rights("78 70 F8"));
    EXPECT_EQ(operations(0x60), "------");
    EXPECT_EQ(operations(0x61), "R-----");
}

TEST_P(Access, ACC_07_NeverAllowsNothing) {
    place(with_rights("08 70 FF"));
    EXPECT_EQ(operations(0x60), "------");
    EXPECT_EQ(operations(0x61), "------");
}

TEST_P(Access, ACC_08_Trailer000ChangesBothKeysOnly) {
    place(with_rights("FF 0F 00"));
    auto session = open_a();
    EXPECT_EQ(session.command("30 07"), shown("FF 0F 00", KeyB));
    EXPECT_EQ(write(session, 7, NewTrailer), "A");
    EXPECT_EQ(trailer(), joined({NewKeyA, "FF 0F 00 69", NewKeyB}));
}

TEST_P(Access, ACC_09_Trailer010IsReadOnly) {
    place(with_rights("7F 0F 08"));
    auto session = open_a();
    EXPECT_EQ(session.command("30 07"), shown("7F 0F 08", KeyB));
    EXPECT_EQ(session.command("A0 07"), "4");
}

TEST_P(Access, ACC_10_Trailer100KeysAreChangedWithB) {
    place(with_rights("F7 8F 00"));
    auto session = open_a();
    EXPECT_EQ(session.command("A0 07"), "4");
    session = open_b();
    EXPECT_EQ(write(session, 7, NewTrailer), "A");
    EXPECT_EQ(trailer(), joined({NewKeyA, "F7 8F 00 69", NewKeyB}));
}

TEST_P(Access, ACC_11_Trailers110And111AreClosed) {
    Card card = with_rights("77 8F 08");
    place(with_block(card, 11, joined({KeyA, "77 87 88", "69", KeyB})));
    for (const unsigned number : {7U, 11U}) {
        const std::string_view rights = number == 7 ? "77 8F 08" : "77 87 88";
        const auto trailer_block = static_cast<std::uint8_t>(number);
        const std::string text = base::to_hex({&trailer_block, 1});
        for (const std::uint8_t command : KeyCommands) {
            SCOPED_TRACE(testing::Message()
                         << "block " << number << " command " << std::hex << int{command});
            auto session = open(command, trailer_block, command == 0x60 ? KeyA : KeyB);
            EXPECT_EQ(session.command("30 " + text), shown(rights, NoKey));
            EXPECT_EQ(session.command("A0 " + text), "4");
        }
    }
}

TEST_P(Access, ACC_12_Trailer001ChangesEverythingWithA) {
    place(with_rights("FF 07 80"));
    auto session = open_a();
    EXPECT_EQ(session.command("30 07"), shown("FF 07 80", KeyB));
    EXPECT_EQ(write(session, 7, NewTrailer), "A");
    EXPECT_EQ(trailer(), NewTrailer);
}

TEST_P(Access, ACC_13_Trailer011ChangesEverythingWithB) {
    place(with_rights("7F 07 88"));
    auto session = open_a();
    EXPECT_EQ(session.command("A0 07"), "4");
    session = open_b();
    EXPECT_EQ(write(session, 7, NewTrailer), "A");
    EXPECT_EQ(trailer(), NewTrailer);
}

TEST_P(Access, ACC_14_Trailer101ChangesRightsOnly) {
    place(with_rights("F7 87 80"));
    auto session = open_b();
    EXPECT_EQ(write(session, 7, NewTrailer), "A");
    EXPECT_EQ(trailer(), joined({KeyA, "7F 07 88 42", KeyB}));
}

TEST_P(Access, ACC_15_AReadableKeyBIsNoKey) {
    Card card = with_rights("FF 0F 00");
    card = with_block(card, 11, joined({KeyA, "7F 0F 08", "69", KeyB}));
    place(with_block(card, 15, joined({KeyA, "FF 07 80", "69", KeyB})));
    for (const char* number : {"04", "08", "0C"}) {
        auto session = open_b(base::from_hex(number).value()[0]);
        EXPECT_EQ(session.command(std::string{"30 "} + number), "4") << number;
    }
}

TEST_P(Access, ACC_16_InconsistentAccessBitsBlockTheSector) {
    // One sector for each fault, so a 4K card: 24 do not fit into a 1K card.
    Card card = c4k();
    for (unsigned bit = 0; bit < 24; ++bit) {
        port::Block trailer = block_of(joined({KeyA, "FF 07 80", "69", KeyB}));
        trailer[6 + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        card.blocks[4 * (bit + 3) + 3] = trailer;
    }
    card.blocks[11] = block_of(joined({KeyA, "FF 07 80", "69", KeyB}));
    place(card);
    for (unsigned bit = 0; bit < 24; ++bit) {
        SCOPED_TRACE(testing::Message() << "access bit " << bit);
        const auto number = static_cast<std::uint8_t>(4 * (bit + 3));
        const std::string read = "30 " + base::to_hex({&number, 1});
        EXPECT_EQ(open_a(number).command(read), "4");
        EXPECT_EQ(open_b(number).command(read), "4");
    }
    EXPECT_NE(open_a(8).command("30 08"), "4") << "sector 2 is blocked too";
}

TEST_P(Access, ACC_17_WritingInconsistentBitsBlocksForEver) {
    place(with_rights("7F 07 88"));
    auto session = open_b();
    EXPECT_EQ(write(session, 7, joined({KeyA, "4F 8F 0B 69", KeyB})), "A");
    EXPECT_EQ(open_a().command("30 04"), "4");
    EXPECT_EQ(open_b().command("30 04"), "4");
    EXPECT_EQ(open_b().command("A0 07"), "4");
}

TEST_P(Access, ACC_18_LargeSectorsHaveGroupsOfFive) {
    Card card = c4k();
    card.blocks[0x8F] = block_of(joined({KeyA, "5F 07 8A", "69", KeyB}));
    place(card);
    for (const auto& [number, answer] :
         {std::pair{0x84, "A"}, std::pair{0x85, "4"}, std::pair{0x89, "4"}, std::pair{0x8A, "A"}}) {
        const auto target = static_cast<std::uint8_t>(number);
        auto session = open_a(0x80);
        EXPECT_EQ(write(session, target, Fives), answer) << std::hex << number;
    }
}

TEST_P(Access, ACC_19_TheTargetsRightsDecideATransfer) {
    place(with_rights("4E 17 8B"));
    auto session = open_b();
    ASSERT_EQ(session.command("C1 04"), "A");
    EXPECT_EQ(session.command("01 00 00 00"), "silent");
    EXPECT_EQ(session.command("B0 05"), "0");
}

TEST_P(Access, ACC_20_ANewKeyCountsFromTheNextSession) {
    place(with_rights("FF 07 80"));
    auto session = open_a();
    EXPECT_EQ(write(session, 7, joined({NewKeyA, "FF 07 80 69", NewKeyB})), "A");
    EXPECT_EQ(session.command("30 04"), with_crc_text(Value100));
    field_off(FieldOff);
    to_active();
    MifareSession old{*this};
    EXPECT_FALSE(old.authenticate(0x60, 4, KeyA));
    EXPECT_EQ(open(0x60, 4, NewKeyA).command("30 04"), with_crc_text(Value100));
}

TEST_P(Access, ACC_21_NewRightsCountAtOnce) {
    place(with_rights("7F 07 88"));
    auto session = open_b();
    EXPECT_EQ(write(session, 7, joined({KeyA, "0F 07 8F 69", KeyB})), "A");
    EXPECT_EQ(session.command("A0 04"), "4");
}

}  // namespace
}  // namespace system_test
