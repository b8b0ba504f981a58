// One chip behind two interfaces: memory, power and copies.
#include "aes/software_engine.hpp"
#include "card.hpp"
#include "store/card_file.hpp"

namespace {

using bench::Card;
using bench::hex;
using bench::status;
using bench::Tick;

std::string over_air(cardos::Chip& chip, std::string_view apdu, Tick at) {
    return base::to_hex(chip.air()->take(hex(apdu), false, at).response);
}

TEST(Chip, BothInterfacesReachOneCard) {
    Card card;
    card.chip->power_up(card.now);
    card.chip->air()->reset(card.now);
    EXPECT_EQ(status(over_air(*card.chip, "00A4040008D276000118AA100100", card.now)), "9000");
    EXPECT_EQ(over_air(*card.chip, "0020000004FFFFFFFF", card.now), "63C2");
    EXPECT_EQ(card.select(bench::TestApplication), "6985") << "selected on the other side";
    card.chip->power_lost(card.now += 100'000);
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C1") << "one PIN";
}

TEST(Chip, PowerIsThereWhileTheFieldOrTheSupplyIsOn) {
    Card card;
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    card.chip->power_up(card.now);
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C2");
    // The field goes away in the midst of the transaction, which the supply carries to its end.
    card.chip->power_lost(card.sent_at + 1'000);
    EXPECT_EQ(card.send("8003000001"), "019000") << "the session on the contacts goes on";
    EXPECT_EQ(card.send("00200000"), "63C2");
}

TEST(Chip, WhatRanAheadOfACutNeverHappened) {
    Card card;
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C2");
    card.cut(card.sent_at + 10);
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("00200000"), "63C3");
}

TEST(Chip, CloneIsIndependentAndAnswersAlike) {
    Card card;
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C2");
    Card copy{card};
    ASSERT_EQ(status(copy.select(bench::TestApplication)), "9000");
    EXPECT_EQ(copy.send("0020000004FFFFFFFF"), "63C1");
    EXPECT_EQ(card.send("00200000"), "63C2");
    EXPECT_EQ(copy.chip->read(3, copy.now), card.chip->read(3, card.now));
}

TEST(Chip, TheGeneratorOfRandomNumbersRunsOnInACopy) {
    cardos::ChipOptions options;
    cardos::preload(options.factory, "purse", {});
    Card card{std::move(options)};
    Card copy{card};
    ASSERT_EQ(status(card.select(bench::Purse)), "9000");
    ASSERT_EQ(status(copy.select(bench::Purse)), "9000");
    const auto first = card.send("0084000008");
    EXPECT_EQ(copy.send("0084000008"), first);
    EXPECT_NE(card.send("0084000008"), first);
}

TEST(Chip, TheAirsEngineWritesTheSameSectors) {
    Card card;
    card.chip->power_up(card.now);
    port::Block data{};
    data.fill(0x42);
    const auto done = card.chip->program(4, data, card.now + 1'000);
    ASSERT_TRUE(done.ok);
    EXPECT_EQ(done.done, card.now + 1'000 + 27'136);
    EXPECT_EQ(card.chip->read(4, done.done), data);
}

TEST(Chip, EverythingSurvivesARestart) {
    Card card;
    for (unsigned run = 0; run < 5; ++run) {
        ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
        EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C2");
        EXPECT_EQ(card.send("002000000431323334"), "9000");
        card.restart();
    }
    EXPECT_EQ(status(card.send("00A4040000")), "9000");
}

TEST(Chip, AFileHoldsTheWholeCard) {
    Card card;
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "63C2");
    port::CardProfile profile;
    profile.sak = 0x20;
    profile.ats =
        hex("0675778102"
            "80");
    const auto file = store::serialise(profile, card.chip->memory());
    store::Card loaded = store::parse_card(file, "card.nvm");
    EXPECT_EQ(loaded.profile.ats, profile.ats);
    Card again{std::make_unique<cardos::Chip>(std::move(loaded.memory), cardos::Chip::Options{},
                                              std::make_unique<aes::SoftwareEngine>())};
    ASSERT_EQ(status(again.select(bench::TestApplication)), "9000");
    EXPECT_EQ(again.send("00200000"), "63C2");
    EXPECT_THROW(cardos::Chip(store::SectorStore{port::CardKind::Mini}, cardos::Chip::Options{},
                              std::make_unique<aes::SoftwareEngine>()),
                 std::invalid_argument);
}

TEST(Chip, ADeadMemoryAnswersAnError) {
    store::SectorStore::Options options;
    options.object_pages = 64;
    Card dead{std::make_unique<cardos::Chip>(store::SectorStore{port::CardKind::Mini, options},
                                             cardos::Chip::Options{},
                                             std::make_unique<aes::SoftwareEngine>())};
    EXPECT_EQ(dead.send("00A4040000"), "6581");
}

}  // namespace
