// Type B, both sides (test plan, TYB rows). Expected frames: iso14443.md, 2 and 9, and the plan.
#include <algorithm>

#include "link_level.hpp"
#include "reader/iso_dep.hpp"

namespace system_test {
namespace {

class TypeB : public TypeBTest {};
ON_BOTH_LEVELS(TypeB);

TEST_P(TypeB, TYB_01_RequestIsAnsweredByAtqb) {
    place_b();
    EXPECT_EQ(b("05 00 00 71 FF"), "50 56 64 73 F2 00 00 00 00 80 81 71 C8 AD");
    EXPECT_EQ(last_of_card().technology, port::Technology::B);
}

TEST_P(TypeB, TYB_02_FamilyMustMatch) {
    Card card = type_b_card();
    card.profile.afi = 0x11;
    place_b(card);
    EXPECT_EQ(b("05 20 00 42 DC"), "silent");
    EXPECT_EQ(b("05 12 00 50 59"), "silent");
    EXPECT_EQ(b("05 10 00 E0 6A"), Atqb);
    EXPECT_EQ(b("05 11 00 38 73"), Atqb);
}

TEST_P(TypeB, TYB_03_HaltedCardHearsWakeUpOnly) {
    place_b();
    to_declared();
    EXPECT_EQ(b("50 56 64 73 F2 84 4C"), "00 78 F0");
    EXPECT_EQ(b("05 00 00 71 FF"), "silent");
    EXPECT_EQ(b("05 00 08 39 73"), Atqb);
}

TEST_P(TypeB, TYB_04_ForeignHaltIsIgnored) {
    place_b();
    to_declared();
    EXPECT_EQ(b("50 56 64 73 F3 0D 5D"), "silent");
    EXPECT_EQ(b(Attrib), "00 78 F0");
}

TEST_P(TypeB, TYB_05_AttribMakesTheCardActive) {
    place_b();
    to_declared();
    EXPECT_EQ(b("1D 56 64 73 F2 00 05 01 01 D4 DA"), "01 F1 E1");
    // FSD 64: PCB, CID, 60 bytes and CRC.
    EXPECT_EQ(say_checked("0A 01 80 01 00 FF 00", OverB), "1A 01 " + counting(0, 60));
}

TEST_P(TypeB, TYB_06_AttribOfAnotherCardIsIgnored) {
    place_b();
    to_declared();
    EXPECT_EQ(b("1D 56 64 73 F3 00 08 01 00 66 3F"), "silent");
    EXPECT_EQ(b("1D 56 64 73 F2 00 08 01 00 22 34"), "00 78 F0");
}

TEST_P(TypeB, OnlyAWholeAttribIsOne) {
    place_b();
    to_declared();
    EXPECT_EQ(say_checked("1C 56 64 73 F2 00 08 01 00", OverB), "silent");
    EXPECT_EQ(say_checked("1D 56 64 73 F2 00 08 01", OverB), "silent");
    EXPECT_EQ(b(Attrib), "00 78 F0");
}

/// A seed after which the first nonce draws `slot` of sixteen (docs/choices.md, slots).
std::uint32_t seed_for_slot(unsigned slot) {
    for (std::uint32_t seed = 1;; ++seed) {
        std::uint32_t u = seed;
        u ^= u << 13U;
        u ^= u >> 17U;
        u ^= u << 5U;
        if ((u & 15U) + 1U == slot) return seed;
    }
}

TEST_P(TypeB, TYB_07_CardAnswersInItsSlot) {
    Card card = type_b_card();
    card.profile.nonce_seed = seed_for_slot(3);
    place_b(card);
    EXPECT_EQ(b("05 00 04 55 B9"), "silent");
    EXPECT_EQ(b("15 54 B7"), "silent");
    EXPECT_EQ(b("25 D7 86"), Atqb);
}

TEST_P(TypeB, TYB_08_SlotMarkerNeedsARequest) {
    Card card = type_b_card();
    card.profile.nonce_seed = seed_for_slot(3);
    place_b(card);
    EXPECT_EQ(b("25 D7 86"), "silent");
}

TEST_P(TypeB, TYB_09_ActiveCardAnswersBlocksOnly) {
    place_b();
    to_active_b();
    EXPECT_EQ(b("05 00 00 71 FF"), "silent");
    EXPECT_EQ(b("05 00 08 39 73"), "silent");
    EXPECT_EQ(b("15 54 B7"), "silent");
    EXPECT_EQ(b(Attrib), "silent");
    EXPECT_EQ(say_checked("02 80 03 00 00 01", OverB), "02 01 90 00");
}

TEST_P(TypeB, TYB_10_BlocksHaveCrcB) {
    place_b();
    to_active_b(AttribCid1, "01 F1 E1");
    EXPECT_EQ(b("0A 01 00 CA 7F 68 00 F1 E7"), "0A 01 6D 00 81 AF");
    // The same kind of block with CRC_A (iso14443.md, 8.2, block vectors).
    EXPECT_EQ(b("0A 01 00 A4 04 00 00 EB D9"), "silent");
    EXPECT_EQ(say_checked("0B 01 80 03 00 00 01", OverB), "0B 01 01 90 00");
}

TEST_P(TypeB, TYB_11_DeselectHalts) {
    place_b();
    to_active_b(AttribCid1, "01 F1 E1");
    EXPECT_EQ(b("CA 01 14 29"), "CA 01 14 29");
    EXPECT_EQ(b("05 00 00 71 FF"), "silent");
    EXPECT_EQ(b("05 00 08 39 73"), Atqb);
}

TEST_P(TypeB, TYB_12_WrongChecksumIsSilenceAndKeepsTheState) {
    place_b();
    EXPECT_EQ(b("05 00 00 71 FE"), "silent");
    to_declared();
    EXPECT_EQ(b("1D 56 64 73 F2 00 08 01 00 23 34"), "silent");
    EXPECT_EQ(b("50 56 64 73 F2 84 4D"), "silent");
    EXPECT_EQ(b(Attrib), "00 78 F0") << "READY-DECLARED was left";
}

TEST_P(TypeB, TYB_13_AnswersComeInTime) {
    constexpr unsigned Answers = 1000;
    constexpr Tick AtqbBytes = 14;
    place_b();
    listen_for(8192);
    for (unsigned i = 0; i < Answers && !HasFailure(); ++i) {
        // Any place of the bit grid.
        wait(i % 128);
        ASSERT_EQ(b(Request), Atqb) << "answer " << i;
        const Tick tr0 = answer().rx_start - answer().tx_end;
        EXPECT_GE(tr0, 1025U);
        EXPECT_LE(tr0, 4096U);
        const auto frame = last_of_card();
        EXPECT_EQ(frame.start, answer().rx_start);
        // TR1, SOF of 12 etu, 14 characters, EOF of 10 etu, then at most 256 ticks.
        const Tick framed = 128 * (12 + 10 * AtqbBytes + 10);
        EXPECT_GE(frame.end - frame.start, 1280 + framed);
        EXPECT_LE(frame.end - frame.start, 3200 + framed + 256);
    }
}

TEST_P(TypeB, TYB_15_BrokenCharacterSpoilsTheFrame) {
    place_b();
    field_on();
    // SOF, characters, EOF; 0 is low. The second character's stop bit is 0.
    std::string levels = std::string(10, '0') + "11";
    for (const std::string_view character :
         {"0101000001", "0000000000", "0000000001", "0100011101", "0111111111"})
        levels += character;
    levels += std::string(10, '0') + "1";
    std::vector<Tick> edges;
    char level = '1';
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (levels[i] == level) continue;
        edges.push_back(next_start() + 128 * i);
        level = levels[i];
    }
    const auto answer = world().edges(edges, Silence);
    EXPECT_TRUE(answer.silent);
    next_start(answer.rx_end + Gap);
    EXPECT_EQ(b(Request), Atqb);
}

TEST_P(TypeB, TYB_16_TypeADoesNotHearTypeB) {
    place(c1k());
    to_active();
    EXPECT_EQ(b(Request), "silent");
    EXPECT_EQ(b(Attrib), "silent");
    expect_active();
}

/// Says an ATQB to whatever comes.
class AtqbOnly final : public port::ScriptedCard {
public:
    explicit AtqbOnly(std::string_view atqb) : atqb_{base::from_hex(atqb).value()} {}
    std::optional<Reply> answer(const port::AirFrame& frame) override {
        Reply reply;
        for (const std::uint8_t byte : atqb_)
            for (unsigned i = 0; i < 8; ++i) reply.bits.push_back((byte >> i) & 1U);
        reply.technology = port::Technology::B;
        reply.start = frame.end + 20 + 128 * 9;
        return frame.technology == port::Technology::B ? std::optional{reply} : std::nullopt;
    }

private:
    Bytes atqb_;
};

TEST_P(TypeB, TYB_17_ReaderSendsNoAttribToACardThatIsNotIsoDep) {
    // Byte 2 of the protocol info is 80: FSC 256, protocol type 0. The checksum is
    // CRC_B of the twelve bytes (X.25).
    AtqbOnly card{"50 56 64 73 F2 00 00 00 00 80 80 71 10 B4"};
    place(card);
    reader::Reader reader{world()};
    const auto found = reader.poll(reader::Wake::Idle);
    ASSERT_EQ(found.status, reader::Status::Ok);
    EXPECT_EQ(found.card.uid, base::from_hex("56 64 73 F2").value());
    EXPECT_FALSE(found.card.has_part4());
    const auto frames = recorder().frames.size();
    EXPECT_FALSE(reader::IsoDep::open(reader, found.card).channel);
    EXPECT_EQ(recorder().frames.size(), frames) << "something was sent";
}

}  // namespace
}  // namespace system_test
