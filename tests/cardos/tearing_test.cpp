// Power cuts in commands of the card OS: old or new, never a third.
#include "card.hpp"

namespace {

using bench::Card;
using bench::hex;
using bench::status;
using bench::Tick;

TEST(Tearing, TEAR_08_ATryCountsBeforeTheCompare) {
    Card card;
    for (unsigned run = 0; run < 3; ++run) {
        ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
        ASSERT_EQ(status(card.send("0020000004FFFFFFFF")), "63C" + std::to_string(2 - run));
        // The compare follows the step that counts the try; the answer never leaves the card.
        card.cut(card.ready_at + 1);
    }
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("002000000431323334"), "6983");
}

TEST(Tearing, TEAR_08_ARightPinIsCountedToo) {
    // Cut between the count and what follows from the compare: a try is gone, as after a wrong PIN.
    Card card;
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    ASSERT_EQ(card.send("002000000431323334"), "9000");
    card.cut(card.sent_at + store::SectorStore::Options{}.programming_ticks + 1);
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    EXPECT_EQ(card.send("00200000"), "63C2");
}

std::string purse_objects() {
    const auto key = [](const std::string& type, const std::string& value) {
        return "8114" + type + "0100" + value;
    };
    return key("3F01", "3CC71C829687C2C2C4B65509F2E70873") +
           key("3E01", "64835FFB0E61363A1B34A6F5D0419A55") +
           key("3400", "798A4F2B936AFAD15981E0F980674FEA") + "820D02000003E8000186A00007002A";
}

Card purse(bool journal = true) {
    cardos::ChipOptions options;
    options.chip.store.journal = journal;
    cardos::preload(options.factory, "purse", hex(purse_objects()));
    Card card{std::move(options)};
    EXPECT_EQ(status(card.select(bench::Purse)), "9000");
    card.chip->fix_random(hex("1A2B3C4D"));
    EXPECT_EQ(status(card.send("805000020B010000138810000000000110")), "9000");
    return card;
}

constexpr std::string_view Credit = "805200000B202401151030009519380B04";

/// Balance, serial and newest log record after a restart: 1 new, 0 old, -1 neither.
int outcome(Card& card) {
    if (status(card.select(bench::Purse)) != "9000") return -1;
    const auto balance = card.send("805C000204");
    const auto proof = card.send("805A000202000808");
    const auto log = card.send("00B201C417");
    const auto serial = card.send("805000020B010000138810000000000110").substr(8, 4);
    if (balance == "000017709000" && proof == "9519380BA58539629000" && serial == "0008" &&
        log == "00080000000000138802100000000001202401151030009000")
        return 1;
    if (balance == "000003E89000" && proof == "9406" && serial == "0007" &&
        log == std::string(46, '0') + "9000")
        return 0;
    return -1;
}

/// `outcome` after a cut at each step of CREDIT FOR LOAD, and again in the recovery.
std::array<unsigned, 3> cut_everywhere(bool journal) {
    std::array<unsigned, 3> counts{};
    Card counted = purse(journal);
    const Tick start = counted.now;
    (void)counted.send(Credit);
    const auto ends = counted.chip->memory().step_ends(start);
    EXPECT_GT(ends.size(), 20U);
    for (const Tick end : ends) {
        for (const Tick early : {0U, 400U}) {
            Card card = purse(journal);
            (void)card.send(Credit);
            card.chip->contacts_off(end - early);
            if (early != 0) {
                // Second cut, in the midst of the recovery.
                card.chip->contacts_on(end + 5'000);
                const auto recovery = card.chip->memory().step_ends(end + 5'000);
                card.chip->contacts_off(recovery.empty() ? end + 6'000
                                                         : recovery[recovery.size() / 2] - 100);
            }
            card.now = end + 50'000;
            card.on();
            ++counts[static_cast<std::size_t>(outcome(card) + 1)];
        }
    }
    return counts;
}

TEST(Tearing, TEAR_09_ALoadIsDoneOrNotDone) {
    const auto counts = cut_everywhere(true);
    EXPECT_EQ(counts[0], 0U);
    EXPECT_GT(counts[1], 10U);
    EXPECT_GT(counts[2], 10U);
}

TEST(Tearing, WithoutTheJournalALoadTearsTheCard) { EXPECT_GT(cut_everywhere(false)[0], 0U); }

TEST(Tearing, AModifiedSectorIsOldOrNewAsAWhole) {
    cardos::ChipOptions options;
    cardos::preload(options.factory, "sector-access",
                    hex("810D01FFFFFFFFFFFFFFFFFFFFFFFF840431323334"));
    const Card fresh{std::move(options)};
    const std::string all_new(32, 'E');
    const auto change = [&](Card& card) {
        EXPECT_EQ(status(card.select(bench::SectorAccess)), "9000");
        EXPECT_EQ(card.send("002000000431323334"), "9000");
        EXPECT_EQ(card.send("80D6010030" + all_new + all_new + all_new), "9000");
        EXPECT_EQ(card.send("80340100"), "9000");
    };
    Card counted{fresh};
    change(counted);
    const auto ends = counted.chip->memory().step_ends(counted.sent_at);
    ASSERT_GT(ends.size(), 5U);
    std::set<std::string> seen;
    for (const Tick end : ends) {
        for (const Tick early : {0U, 1'000U}) {
            Card card{fresh};
            change(card);
            card.cut(end - early);
            ASSERT_EQ(status(card.select(bench::SectorAccess)), "9000");
            const auto data = card.send("80CA010000").substr(0, 96);
            ASSERT_TRUE(data == std::string(96, '0') || data == all_new + all_new + all_new);
            seen.insert(data);
        }
    }
    EXPECT_EQ(seen.size(), 2U);
}

TEST(Tearing, AWornRootAnswersMemoryFailure) {
    Card card;
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000");
    auto& memory = card.chip->memory();
    const auto root = memory.object_root().address / nvm::PageBytes;
    memory.memory().cells().set_erases(root, memory.options().wear_limit);
    EXPECT_EQ(card.send("0020000004FFFFFFFF"), "6581");
    card.restart();
    ASSERT_EQ(status(card.select(bench::TestApplication)), "9000") << "what is there can be read";
    EXPECT_EQ(card.send("00200000"), "63C3");
}

}  // namespace
