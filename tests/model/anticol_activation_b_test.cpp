// Expected values: iso14443.md, 9; choices.md, Type B.
#include <gtest/gtest.h>

#include "anticol/activation_b.hpp"
#include "base/hex.hpp"

namespace anticol {
namespace {

class TypeB : public testing::Test {
protected:
    /// The answer to a message, CRC not included; "-" for silence.
    std::string say(std::string_view hex) {
        base::Bytes reply;
        const auto message = base::from_hex(hex).value();
        return card.message(
                   message,
                   [this] {
                       ++drawn;
                       return random;
                   },
                   reply)
                   ? base::to_hex(reply)
                   : "-";
    }
    static ActivationB with_afi(std::uint8_t afi) {
        IdentityB identity;
        identity.pupi = {0x56, 0x64, 0x73, 0xF2};
        identity.afi = afi;
        identity.atqb = {0, 0, 0, 0, 0x80, 0x81, 0x71};
        return ActivationB{identity};
    }

    const std::string Atqb = "50566473F200000000808171";
    ActivationB card = with_afi(0x00);
    std::uint32_t random = 0;
    unsigned drawn = 0;
};

TEST_F(TypeB, ReqbIsAnsweredByAtqb) {
    EXPECT_EQ(say("050000"), Atqb);
    EXPECT_EQ(card.state(), StateB::Declared);
    EXPECT_EQ(drawn, 0U);
}

TEST_F(TypeB, FamilyAndSubfamilyMustMatch) {
    for (const auto& [afi, request, answers] : {std::tuple{0x11, "052000", false},
                                                {0x11, "051200", false},
                                                {0x11, "051000", true},
                                                {0x11, "051100", true},
                                                {0x11, "050100", true},
                                                {0x11, "050200", false},
                                                {0x11, "050000", true},
                                                {0x10, "051100", false},
                                                {0x00, "051000", false},
                                                {0x21, "050100", true}}) {
        SCOPED_TRACE(testing::Message() << afi << " " << request);
        card = with_afi(static_cast<std::uint8_t>(afi));
        EXPECT_EQ(say(request), answers ? Atqb : "-");
    }
}

TEST_F(TypeB, OtherFamilySendsBackToIdleButNotOutOfHalt) {
    card = with_afi(0x11);
    say("050000");
    EXPECT_EQ(say("052000"), "-");
    EXPECT_EQ(card.state(), StateB::Idle);
    say("050000");
    say("50566473F2");
    EXPECT_EQ(say("052008"), "-");
    EXPECT_EQ(card.state(), StateB::Halt);
}

TEST_F(TypeB, SlotIsOneAndTheLowBitsOfTheRandomNumber) {
    random = 0xFFFFFFF2;
    EXPECT_EQ(say("050004"), "-");
    EXPECT_EQ(drawn, 1U);
    EXPECT_EQ(card.state(), StateB::Requested);
    EXPECT_EQ(say("15"), "-");
    EXPECT_EQ(say("F5"), "-");
    EXPECT_EQ(card.state(), StateB::Requested);
    EXPECT_EQ(say("25"), Atqb);
    EXPECT_EQ(card.state(), StateB::Declared);
    EXPECT_EQ(say("25"), "-");
    EXPECT_EQ(say("050001"), Atqb) << "of two slots the first";
    random = 3;
    EXPECT_EQ(say("050001"), "-") << "of two slots the second";
    EXPECT_EQ(say("15"), Atqb);
    EXPECT_EQ(drawn, 3U);
}

TEST_F(TypeB, MarkerWithoutReqbIsSilence) { EXPECT_EQ(say("25"), "-"); }

TEST_F(TypeB, ReservedNumbersOfSlotsAreSilence) {
    for (const char* request : {"050005", "050006", "050007"}) {
        EXPECT_EQ(say(request), "-");
    }
    EXPECT_EQ(drawn, 0U);
    say("050000");
    EXPECT_EQ(say("050005"), "-");
    EXPECT_EQ(card.state(), StateB::Declared);
}

TEST_F(TypeB, ReservedBitsOfReqbDoNotMatter) { EXPECT_EQ(say("0500F0"), Atqb); }

TEST_F(TypeB, HltbIsAnsweredAndOnlyWupbWakes) {
    EXPECT_EQ(say("50566473F2"), "-") << "not declared";
    say("050000");
    EXPECT_EQ(say("50566473F3"), "-");
    EXPECT_EQ(card.state(), StateB::Declared);
    EXPECT_EQ(say("50566473F2"), "00");
    EXPECT_EQ(say("050000"), "-");
    EXPECT_EQ(say("15"), "-");
    EXPECT_EQ(say("050008"), Atqb);
}

TEST_F(TypeB, AttribNeedsItsPupiAndAnAtqbBefore) {
    const auto attrib = base::from_hex("1D566473F200080103").value();
    EXPECT_FALSE(card.attrib(attrib).has_value());
    say("050000");
    const auto read = card.attrib(attrib);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->cid, 3);
    EXPECT_EQ(read->size_code, 8U);
    EXPECT_EQ(read->rates, 0);
    for (const char* wrong : {"1D566473F300080103", "1D566473F200080003", "1D566473F200080203",
                              "1D566473F20008010F", "1D566473F2000801", "1E566473F200080103"}) {
        EXPECT_FALSE(card.attrib(base::from_hex(wrong).value()).has_value()) << wrong;
    }
    const auto with_inf = card.attrib(base::from_hex("1D566473F2F098F1F3AABBCC").value());
    ASSERT_TRUE(with_inf.has_value()) << "any P1, high nibbles free, INF behind";
    EXPECT_EQ(with_inf->rates, 9);
    EXPECT_EQ(with_inf->cid, 3);
}

TEST_F(TypeB, CardWithoutCidTakesZeroOnly) {
    IdentityB identity;
    identity.pupi = {0x56, 0x64, 0x73, 0xF2};
    identity.cid = false;
    card = ActivationB{identity};
    say("050000");
    EXPECT_FALSE(card.attrib(base::from_hex("1D566473F200080101").value()).has_value());
    EXPECT_TRUE(card.attrib(base::from_hex("1D566473F200080100").value()).has_value());
}

TEST_F(TypeB, ActiveCardAnswersNoneOfThese) {
    say("050000");
    card.activate();
    for (const char* message : {"050000", "050008", "15", "50566473F2"}) {
        EXPECT_EQ(say(message), "-") << message;
    }
}

TEST_F(TypeB, WrongLengthsAndOtherFirstBytesAreSilence) {
    say("050000");
    for (const char* message : {"0500", "05000000", "", "05", "50566473F200", "50566473", "26",
                                "00", "E080", "D011", "0200A404"}) {
        EXPECT_EQ(say(message), "-") << message;
        EXPECT_EQ(card.state(), StateB::Declared) << message;
    }
}

}  // namespace
}  // namespace anticol
