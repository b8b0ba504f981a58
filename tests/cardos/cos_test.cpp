// The card OS by the rows of the test plan: cases, classes, channels, chaining, selection, PIN.
#include <random>

#include "apdu/command.hpp"
#include "card.hpp"

namespace {

using bench::Card;
using bench::hex;
using bench::status;

/// The contact card of the plan: the test application selected.
Card contact_card() {
    Card card;
    EXPECT_EQ(status(card.select(bench::TestApplication)), "9000");
    return card;
}

base::Bytes counting(std::size_t count) {
    base::Bytes bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i);
    return bytes;
}

TEST(CardOs, COS_01_AnswersAllSevenCases) {
    Card card = contact_card();
    EXPECT_EQ(card.send("80030000"), "9000");
    EXPECT_EQ(card.send("8003000001"), "029000");
    EXPECT_EQ(card.send("8004000001AA"), "9000");
    EXPECT_EQ(card.send("8004000001AA00"), "AA9000");
    EXPECT_EQ(card.send("80010100000100"), base::to_hex(counting(256)) + "9000");
    EXPECT_EQ(card.send("80040000000001AA"), "9000");
    EXPECT_EQ(card.send("80040000000001AA0000"), "AA9000");
}

TEST(CardOs, COS_02_RefusesLengthsOfNoCase) {
    Card card = contact_card();
    EXPECT_EQ(card.send("00A4040005AA"), "6700");
    EXPECT_EQ(card.send("00A404000000"), "6700");
    EXPECT_EQ(card.send("00A4040000000001"), "6700");
}

TEST(CardOs, COS_03_RefusesClassesAndInstructionsItDoesNotKnow) {
    Card card = contact_card();
    EXPECT_EQ(card.send("20A40400"), "6E00");
    EXPECT_EQ(card.send("FFA40400"), "6E00");
    EXPECT_EQ(card.send("009A0000"), "6D00");
    EXPECT_EQ(card.send("003C0000"), "6D00");
}

TEST(CardOs, COS_04_FindsTheNextOccurrenceOfAPartOfAName) {
    cardos::ChipOptions options;
    auto second = options.factory.applications.at(0);
    second.aid = domain::Aid::from(hex("D276000118AA1002")).value();
    options.factory.applications.push_back(second);
    Card card{std::move(options)};
    const auto name = [](const std::string& answer) { return answer.substr(4, 20); };
    const auto first = card.send("00A4040006D276000118AA00");
    EXPECT_EQ(name(first), "8408D276000118AA1001");
    EXPECT_EQ(status(first), "9000");
    EXPECT_EQ(name(card.send("00A4040206D276000118AA00")), "8408D276000118AA1002");
    EXPECT_EQ(card.send("00A4040206D276000118AA00"), "6A82");
}

TEST(CardOs, COS_05_OpensThreeChannelsAndNoMore) {
    Card card;
    EXPECT_EQ(card.send("0070000001"), "019000");
    EXPECT_EQ(card.send("0070000001"), "029000");
    EXPECT_EQ(card.send("0070000001"), "039000");
    EXPECT_EQ(card.send("0070000001"), "6A81");
    EXPECT_EQ(status(card.send("03A4040000")), "9000");
    EXPECT_NE(card.send("00708000"), "9000");
    EXPECT_EQ(status(card.send("00A4040000")), "9000") << "channel 0 is open for ever";
    EXPECT_EQ(card.send("00708003"), "9000");
    EXPECT_EQ(card.send("03A4040000"), "6881");
    EXPECT_EQ(card.send("0070000001"), "039000");
}

TEST(CardOs, COS_06_ChannelsSelectEachForThemselves) {
    Card card = contact_card();
    ASSERT_EQ(card.send("0070000001"), "019000");
    EXPECT_EQ(status(card.send("01A4040000")), "9000");
    EXPECT_EQ(card.send("8003000001"), "019000");
    EXPECT_EQ(card.send("01A4040008D276000118AA100100"), "6985") << "selected on channel 0";
}

TEST(CardOs, COS_07_PutsChainsTogether) {
    Card card = contact_card();
    EXPECT_EQ(card.send("10040000020102"), "9000");
    EXPECT_EQ(card.send("00040000010300"), "0102039000");
    // Second run: another header inside the chain.
    EXPECT_EQ(card.send("10040000020102"), "9000");
    EXPECT_EQ(card.send("00040001010300"), "6883");
    EXPECT_EQ(card.send("00040000010300"), "039000") << "the chain was dropped";
    EXPECT_EQ(card.send("10040000020102"), "9000");
    EXPECT_EQ(card.send("80040000010300"), "6883") << "another class";
}

TEST(CardOs, ChainsAndPiecesAreBounded) {
    Card card = contact_card();
    base::Bytes part = hex("10040000FF");
    part.resize(5 + 255, 0x77);
    unsigned parts = 0;
    while (base::to_hex(card.answer(part)) == "9000") ASSERT_LT(++parts, 300U);
    EXPECT_EQ(parts, 65'535U / 255);
    EXPECT_EQ(card.send("8004000001AA00"), "AA9000");

    auto& port = card.chip->contacts();
    const base::Bytes piece(1'000, 0x80);
    for (unsigned i = 0; i < 100; ++i)
        EXPECT_TRUE(port.take(piece, true, card.now).response.empty());
    EXPECT_EQ(base::to_hex(port.take(piece, false, card.now).response), "6700");
    EXPECT_EQ(card.send("8004000001AA00"), "AA9000");
}

TEST(CardOs, PiecesMakeACommandAndNoBytesMakeNone) {
    Card card = contact_card();
    auto& port = card.chip->contacts();
    EXPECT_TRUE(port.take(hex("800400"), true, card.now).response.empty());
    EXPECT_TRUE(port.take(hex("0003"), true, card.now).response.empty());
    EXPECT_EQ(base::to_hex(port.take(hex("01020300"), false, card.now).response), "0102039000");
    EXPECT_TRUE(port.take({}, false, card.now).response.empty());
}

TEST(CardOs, WhatIsLongerThanNeWaitsForGetResponse) {
    Card card = contact_card();
    const auto first = card.send("8001020A00");
    EXPECT_EQ(status(first), "6100");
    EXPECT_EQ(first.size(), 2 * 258U);
    const auto second = card.send("00C0000000");
    EXPECT_EQ(status(second), "610A");
    const auto third = card.send("00C000000A");
    EXPECT_EQ(third, "000102030405060708099000");
    const auto whole = base::to_hex(counting(0x20A));
    EXPECT_EQ(first.substr(0, 512) + second.substr(0, 512) + third.substr(0, 20), whole);
    EXPECT_NE(status(card.send("00C0000000")), "9000") << "nothing waits any more";
    // Another command drops what waits.
    EXPECT_EQ(status(card.send("8001020A00")), "6100");
    EXPECT_EQ(card.send("8003000001"), "019000");
    EXPECT_NE(status(card.send("00C0000000")), "9000");
}

TEST(CardOs, COS_08_RandomCommandsGetAnswersOfTheirCase) {
    constexpr unsigned Seed = 20261122;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    cardos::ChipOptions options;
    cardos::preload(options.factory, "purse", {});
    cardos::preload(options.factory, "sector-access", {});
    Card card{std::move(options)};
    const std::string_view names[] = {bench::TestApplication, bench::Purse, bench::SectorAccess,
                                      "A000000151000000"};
    // Mostly what exists, so that the commands get far.
    const std::uint8_t classes[] = {0x00, 0x80, 0x84, 0x01, 0x02, 0x04, 0x10, 0x90};
    const std::uint8_t instructions[] = {0x01, 0x03, 0x04, 0x20, 0x24, 0x32, 0x34, 0x50, 0x52,
                                         0x54, 0x5A, 0x5C, 0x70, 0x82, 0x84, 0x88, 0xA4, 0xB0,
                                         0xB2, 0xB4, 0xC0, 0xCA, 0xD4, 0xD6, 0xD8, 0xDC, 0xE2,
                                         0xE4, 0xE6, 0xE8, 0xF0, 0xF2, 0x1E, 0x18};
    for (unsigned run = 0; run < 100'000; ++run) {
        if (run % 500 == 0) (void)card.select(names[run / 500 % std::size(names)]);
        base::Bytes bytes;
        const auto byte = [&] { return static_cast<std::uint8_t>(random()); };
        bytes.push_back(random() % 8 == 0 ? byte() : classes[random() % std::size(classes)]);
        bytes.push_back(random() % 8 == 0 ? byte()
                                          : instructions[random() % std::size(instructions)]);
        bytes.push_back(random() % 2 == 0 ? byte() : static_cast<std::uint8_t>(random() % 4));
        bytes.push_back(random() % 2 == 0 ? byte() : static_cast<std::uint8_t>(random() % 4));
        if ((bytes[1] & 0xFE) == 0xE6 || bytes[1] == 0xF0) bytes[0] = 0x00;  // no end of the card
        const std::size_t nc = random() % 4 == 0 ? 0 : random() % 20;
        if (nc != 0) bytes.push_back(static_cast<std::uint8_t>(random() % 50 == 0 ? nc + 1 : nc));
        for (std::size_t i = 0; i < nc; ++i) bytes.push_back(byte());
        if (random() % 2 == 0) bytes.push_back(byte());

        const auto answer = card.answer(bytes);
        const auto response = apdu::parse_response(answer);
        ASSERT_TRUE(response) << base::to_hex(bytes);
        const auto sw1 = response->sw >> 8;
        ASSERT_TRUE(sw1 == 0x90 || (sw1 > 0x60 && sw1 < 0x70) || (sw1 >= 0x91 && sw1 <= 0x9F))
            << base::to_hex(bytes) << " " << base::to_hex(answer);
        const auto command = apdu::parse(bytes);
        if (!command || !command->ne || apdu::is_error(response->sw)) {
            ASSERT_TRUE(response->data.empty())
                << base::to_hex(bytes) << " " << base::to_hex(answer);
        }
        if (command && command->ne) {
            ASSERT_LE(response->data.size(), *command->ne) << base::to_hex(bytes);
        }
    }
    card.restart();
    EXPECT_EQ(status(card.select(bench::TestApplication)), "9000");
}

TEST(CardOs, COS_09_BlocksThePinAfterThreeWrongTries) {
    Card card = contact_card();
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C2");
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C1");
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C0");
    card.restart();
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("002000000431323334"), "6983");
}

TEST(CardOs, ARightPinGivesTheTriesBackAndDiesWithTheSession) {
    Card card = contact_card();
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C2");
    EXPECT_EQ(card.send("002000000431323334"), "9000");
    EXPECT_EQ(card.send("00200000"), "9000") << "verified";
    EXPECT_EQ(card.send("8003000001"), "019000");
    card.chip->contacts().reset(card.now);
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("00200000"), "63C3");
    EXPECT_EQ(card.send("8003000001"), "019000") << "COUNT starts at 1";
}

TEST(CardOs, SlowWorksForSoManyWaitingTimes) {
    Card card = contact_card();
    EXPECT_EQ(card.send("8003000001"), "019000");
    EXPECT_EQ(card.took(), 256U) << "a command takes at least that";
    EXPECT_EQ(card.send("80020003"), "9000");
    EXPECT_EQ(card.took(), 3 * cardos::Chip::Options{}.contact_waiting_ticks);
    // One that comes before waits.
    const auto slow = card.chip->contacts().take(hex("80020001"), false, card.now);
    const auto next = card.chip->contacts().take(hex("8003000001"), false, card.now + 5);
    EXPECT_EQ(next.ready, slow.ready + 256);
}

TEST(CardOs, SecureMessagingItDoesNotSpeakIsRefused) {
    Card card = contact_card();
    EXPECT_EQ(card.send("08040000010100"), "6882");
    EXPECT_EQ(card.send("0CA4040000"), "6882");
    EXPECT_EQ(card.send("04A4040000"), "6882");
}

}  // namespace
