// Type 2 memory over the air (docs/choices.md, Type 2 memory; the commands alone: tests/type2).
#include "base/hex.hpp"
#include "dump/card_image.hpp"
#include "level.hpp"

namespace system_test {
namespace {

class Type2 : public LevelTest {
protected:
    static Card card(port::CardKind kind) {
        const Bytes uid{0x04, 0xAC, 0x6B, 0x72, 0xBA, 0x6C, 0x80};
        const auto image = dump::fresh(kind, uid, dump::default_identity(kind, uid.size()));
        Card card{dump::profile_of(image), image.blocks};
        return card;
    }
    static void put(Card& card, unsigned page, std::string_view hex) {
        const auto bytes = base::from_hex(hex).value();
        std::copy(bytes.begin(), bytes.end(), card.blocks[page / 4].begin() + 4 * (page % 4));
    }
    /// The answer's bytes without CRC, or what `send` says of anything else.
    std::string command(std::string_view hex) {
        const std::string answer = send(with_crc(hex));
        return answer.size() > 6 ? answer.substr(0, answer.size() - 6) : answer;
    }
    /// Ticks from the end of the reader's frame to the answer.
    [[nodiscard]] Tick index() const { return reply().fdt() / 128; }
};
ON_BOTH_LEVELS(Type2);

TEST_P(Type2, ReadsAndWrites) {
    place(card(port::CardKind::Ultralight));
    to_active();
    EXPECT_EQ(command("30 00"), "04 AC 6B 4B 72 BA 6C 80 24 48 00 00 E1 10 06 00");
    EXPECT_EQ(index(), 18U);
    EXPECT_EQ(command("A2 04 DE AD BE EF"), "A");
    EXPECT_EQ(index(), 9U + 212);
    EXPECT_EQ(command("A0 05"), "A");
    EXPECT_EQ(index(), 9U);
    EXPECT_EQ(command("01 02 03 04 00 00 00 00 00 00 00 00 00 00 00 00"), "A");
    EXPECT_EQ(command("30 04"), "DE AD BE EF 01 02 03 04 00 00 00 00 00 00 00 00");
    EXPECT_EQ(command("30 10"), "0");
    expect_idle();
}

TEST_P(Type2, HaltedCardFallsBackToHalt) {
    place(card(port::CardKind::Ntag213));
    to_active();
    EXPECT_EQ(command("50 00"), "silent");
    EXPECT_EQ(short_frame(0x26), "silent");
    to_ready(0x52);
    select();
    EXPECT_EQ(command("60"), "00 04 04 02 01 00 0F 03");
    EXPECT_EQ(command("30 FF"), "0");
    expect_halted();
}

TEST_P(Type2, PasswordOpensForThisSelectionOnly) {
    Card ntag = card(port::CardKind::Ntag215);
    put(ntag, 131, "04 00 00 08");
    put(ntag, 132, "80 00 00 00");
    put(ntag, 133, "DA E5 57 96");
    put(ntag, 134, "AB DA 00 00");
    place(ntag);
    to_active();
    EXPECT_EQ(command("30 08"), "0");
    to_active();
    // The frames of traces_pm3/hf_14a_mfu.trace.
    EXPECT_EQ(send("1B DA E5 57 96 70 88"), "AB DA 20 2C");
    EXPECT_EQ(send("30 08 4A 24"), "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 37 49");
    EXPECT_EQ(command("A2 08 01 02 03 04"), "A");
    EXPECT_EQ(command("1B 00 00 00 00"), "0");
    to_active();
    EXPECT_EQ(command("30 08"), "0");
}

TEST_P(Type2, WrongPasswordsAreCountedInTheMemory) {
    Card ntag = card(port::CardKind::Ntag213);
    put(ntag, 42, "01 00 00 00");
    place(ntag);
    for (int i = 0; i < 2; ++i) {
        to_active();
        EXPECT_EQ(command("1B 00 00 00 00"), "0");
        EXPECT_EQ(index(), 9U + 212);
    }
    to_active();
    EXPECT_EQ(command("1B FF FF FF FF"), "4");
    EXPECT_EQ(index(), 9U);
}

TEST_P(Type2, FastReadSendsTheWholeMemory) {
    place(card(port::CardKind::Ntag216));
    to_active();
    const std::string part = command("3A 00 2C");
    EXPECT_EQ(part.size(), 45U * 4 * 3 - 1);
    EXPECT_EQ(part.substr(0, 11), "04 AC 6B 4B");
    // More than the reader holds.
    static_cast<void>(command("3A 00 E6"));
    EXPECT_EQ(recorder().frames.back().bits.size(), (231U * 4 + 2) * 9);
}

TEST_P(Type2, AesChallengesAreThoseOfTheSeed) {
    place(card(port::CardKind::UltralightAes));
    to_active();
    // E(634D1F2B7ACBDA94A059087B7E56B077) under the key 00 x 16, by OpenSSL.
    EXPECT_EQ(command("1A 00"), "AF 8D C9 11 C8 72 BF B6 E5 F6 AA C3 84 31 B6 7E A4");
    EXPECT_EQ(index(), 35U);
    EXPECT_EQ(command("AF 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"),
              "0");
    expect_idle();
}

TEST_P(Type2, BothLevelsAgreeOnAWholeSession) {
    use_lockstep();
    place(card(port::CardKind::UltralightAes));
    to_active();
    for (const auto* hex : {"30 00", "A2 04 11 22 33 44", "60", "30 2E", "1A 00"})
        EXPECT_NE(command(hex), "silent") << hex;
    EXPECT_EQ(short_frame(0x26), "silent");  // not what follows a challenge
    to_active();
    EXPECT_EQ(command("30 04"), "11 22 33 44 00 00 00 00 00 00 00 00 00 00 00 00");
}

}  // namespace
}  // namespace system_test
