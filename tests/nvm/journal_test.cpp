// Transactions: all or nothing, wherever and however often the power goes.
#include "nvm/journal.hpp"

#include <gtest/gtest.h>

#include "nvm/memory.hpp"

namespace {

using nvm::Journal;
using nvm::Layout;
using nvm::Memory;
using nvm::Nvm;
using nvm::PageBytes;
using nvm::Plan;
using nvm::Range;
using nvm::Step;
using nvm::Transaction;

/// Three pages that change together: keys in one range, a counter in another.
struct Card {
    Layout layout;
    Range keys = layout.add("keys", 100);
    Range counter = layout.add("counter", 4);
    Range other = layout.add("other", 64);

    Memory::Options options(std::uint64_t seed) const {
        Memory::Options made;
        made.seed = seed;
        made.journal.transaction_pages = 3;
        made.journal.slots = 4;
        return made;
    }
    Memory memory(std::uint64_t seed) const {
        Memory made{layout, options(seed)};
        made.preset(keys, 0, base::Bytes(100, 0x11));
        made.preset(counter, 0, base::Bytes{1, 2, 3, 4});
        made.preset(other, 0, base::Bytes(64, 0x77));
        return made;
    }
    Transaction change() const {
        Transaction transaction;
        transaction.write(keys, 10, base::Bytes(80, 0xEE));
        transaction.write(counter, 3, base::Bytes{5});
        return transaction;
    }
};

constexpr base::Tick Start = 1'000;
constexpr base::Tick Ticks = 14'000;

base::Bytes old_keys() { return base::Bytes(100, 0x11); }
base::Bytes new_keys() {
    base::Bytes keys(100, 0x11);
    std::fill(keys.begin() + 10, keys.begin() + 90, std::uint8_t{0xEE});
    return keys;
}

/// Whether the change is there; fails when it is there in part.
bool changed(const Card& card, Memory& memory, base::Tick now) {
    const base::Bytes keys = memory.read(card.keys, 0, 100, now);
    const base::Bytes counter = memory.read(card.counter, 0, 4, now);
    EXPECT_EQ(memory.read(card.other, 0, 64, now), base::Bytes(64, 0x77));
    const bool is_new = keys == new_keys();
    EXPECT_TRUE(is_new || keys == old_keys());
    EXPECT_EQ(counter, (base::Bytes{1, 2, 3, is_new ? std::uint8_t{5} : std::uint8_t{4}}));
    return is_new;
}

TEST(Journal, SeveralPagesChangeTogether) {
    const Card card;
    Memory memory = card.memory(1);
    ASSERT_EQ(memory.commit(card.change(), Start, Ticks), Start + Ticks);
    EXPECT_FALSE(changed(card, memory, Start + Ticks - 1));
    EXPECT_TRUE(changed(card, memory, Start + Ticks));
}

TEST(Journal, ACutAnywhereLeavesAllOrNothing) {
    const Card card;
    unsigned times_old = 0;
    unsigned times_new = 0;
    for (unsigned seed = 0; seed < 4; ++seed) {
        for (base::Tick cut = Start; cut <= Start + Ticks; cut += 61) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " cut at " << cut);
            Memory memory = card.memory(seed);
            (void)memory.commit(card.change(), Start, Ticks);
            memory.power_lost(cut);
            memory.power_up(cut + 5'000);
            const bool is_new = changed(card, memory, cut + 5'000);
            ++(is_new ? times_new : times_old);
            for (unsigned i = 0; i < 5; ++i) {
                memory.power_lost(cut + 10'000 * (i + 1));
                memory.power_up(cut + 10'000 * (i + 1) + 5'000);
                ASSERT_EQ(changed(card, memory, cut + 10'000 * (i + 1) + 5'000), is_new);
            }
            ASSERT_FALSE(HasFailure());
        }
    }
    EXPECT_GT(times_old, 100U);
    EXPECT_GT(times_new, 100U);
}

TEST(Journal, ACutAtEveryStepOfTheRecoveryLeavesTheSame) {
    const Card card;
    for (base::Tick cut = Start; cut <= Start + Ticks; cut += 97) {
        Memory torn = card.memory(cut);
        (void)torn.commit(card.change(), Start, Ticks);
        torn.power_lost(cut);
        Memory once = torn;
        once.power_up(cut + 5'000);
        const auto ends = once.step_ends(cut + 5'000);
        for (const base::Tick end : ends) {
            for (const base::Tick early : {250U, 128U, 6U, 0U}) {
                SCOPED_TRACE(testing::Message() << "cuts at " << cut << " and " << end - early);
                Memory memory = torn;
                memory.power_up(cut + 5'000);
                memory.power_lost(end - early);
                memory.power_up(end + 5'000);
                const bool is_new = changed(card, memory, end + 5'000);
                // The marker is the seventh of fourteen steps: from there on only new.
                if (cut >= Start + Ticks / 2) {
                    EXPECT_TRUE(is_new);
                }
                ASSERT_FALSE(HasFailure());
            }
        }
    }
}

TEST(Journal, AWeakMarkerThatHappensToReadErasedIsErasedAllTheSame) {
    // A marker with few weak bits: sometimes reads as erased. Left alone, it could read as valid
    // later and bring an old transaction back over a newer one.
    const Card card;
    const auto options = card.options(1);
    Journal::Options placed = options.journal;
    placed.first_page = card.layout.pages();
    const Journal journal{placed};
    unsigned doubtful = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Nvm cells{card.layout.pages() + Journal::pages(placed), seed, 1'000};
        const auto plan = journal.commit(cells, card.change());
        ASSERT_TRUE(plan.has_value());
        for (std::size_t i = 0; i + 1 < plan->size(); ++i) cells.run((*plan)[i]);
        cells.tear(plan->back(), 250);
        const std::size_t marker = plan->back().page;
        if (cells.blank(marker)) continue;
        ++doubtful;
        for (const Step& step : journal.recover(cells)) cells.run(step);
        ASSERT_TRUE(cells.blank(marker)) << "seed " << seed;
    }
    EXPECT_GT(doubtful, 20U);
}

TEST(Journal, SlotsTakeTurnsAndAWornLogRefuses) {
    Layout layout;
    const Range range = layout.add("range", 64);
    Memory::Options options;
    options.wear_limit = 10;
    Memory memory{layout, options};
    base::Tick now = 0;
    unsigned done = 0;
    for (;; ++done) {
        memory.cells().set_erases(0, 0);
        Transaction transaction;
        transaction.write(range, 0, base::Bytes{static_cast<std::uint8_t>(done + 1)});
        const auto end = memory.commit(transaction, now, 1'000);
        if (!end) break;
        now = *end;
        ASSERT_LT(done, 1'000U);
    }
    EXPECT_EQ(done, 8U * 10U) << "8 slots, 10 erases each";
    EXPECT_EQ(memory.read(range, 0, 1, now)[0], 80);
}

TEST(Journal, TransactionsThatRanAheadOfACutAreUndone) {
    const Card card;
    Memory memory = card.memory(1);
    Transaction second;
    second.write(card.counter, 3, base::Bytes{9});
    const auto end = memory.commit(card.change(), Start, Ticks);
    ASSERT_EQ(memory.commit(second, Start, Ticks), *end + Ticks) << "after the first";
    EXPECT_FALSE(changed(card, memory, Start));
    EXPECT_TRUE(changed(card, memory, *end));
    EXPECT_EQ(memory.read_latest(card.counter, 3, 1)[0], 9);
    memory.settle(Start + 10);
    memory.power_lost(*end + 10);
    memory.power_up(*end + 5'000);
    EXPECT_TRUE(changed(card, memory, *end + 50'000));

    Memory early = card.memory(1);
    ASSERT_TRUE(early.commit(card.change(), Start, Ticks));
    ASSERT_TRUE(early.commit(second, Start, Ticks));
    early.power_lost(Start + 10);
    early.power_up(Start + 5'000);
    EXPECT_FALSE(changed(card, early, Start + 50'000));
}

TEST(Journal, AbortedTransactionLeavesNoTrace) {
    const Card card;
    Memory memory = card.memory(1);
    const auto before = memory.cells().state();
    {
        const Transaction dropped = card.change();
        EXPECT_EQ(dropped.bytes().size(), 81U);
    }
    EXPECT_EQ(memory.cells().state(), before);
}

TEST(Journal, WrongUseIsRefused) {
    const Card card;
    Transaction transaction;
    EXPECT_THROW(transaction.write(card.counter, 3, base::Bytes(2)), std::out_of_range);
    EXPECT_THROW(transaction.write(card.counter, 5, base::Bytes{}), std::out_of_range);
    Memory memory = card.memory(1);
    EXPECT_THROW((void)memory.read(card.counter, 0, 5, 0), std::out_of_range);
    transaction.write(card.keys, 0, base::Bytes(100));
    transaction.write(card.counter, 0, base::Bytes(1));
    transaction.write(card.other, 0, base::Bytes(1));
    EXPECT_THROW((void)memory.commit(transaction, 0, 100), std::length_error);
    EXPECT_THROW(Journal(Journal::Options{0, 0, 1, true}), std::invalid_argument);
    EXPECT_THROW(Journal(Journal::Options{0, 1, 25, true}), std::invalid_argument);
}

TEST(Journal, WornPageLeavesTheWholeTransactionUndone) {
    const Card card;
    Memory memory = card.memory(1);
    memory.cells().set_erases(card.counter.address / PageBytes, 100'000);
    EXPECT_FALSE(memory.commit(card.change(), Start, Ticks).has_value());
    EXPECT_FALSE(changed(card, memory, Start + Ticks));
}

}  // namespace
