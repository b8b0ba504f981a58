// Objects in non-volatile memory: transactions are all or nothing, wherever the power goes.
#include "store/objects.hpp"

#include <gtest/gtest.h>

namespace {

using store::Objects;
using store::Tick;
using store::Work;

constexpr Tick Start = 1'000;
constexpr Tick Ticks = 27'136;
constexpr Tick Later = 100'000;

struct Card {
    nvm::Layout layout{};
    nvm::Range root = layout.add("root", Objects::RootBytes);
    nvm::Range heap;
    nvm::Range sector;
    nvm::Memory memory;
    Objects objects;

    explicit Card(std::uint64_t seed = 1, std::size_t pages = 64, bool journal = true)
        : heap{layout.add("heap", pages * nvm::PageBytes)},
          sector{layout.add("sector", 64)},
          memory{layout, options(seed, journal)},
          objects{memory, root, heap, Ticks} {
        objects.format();
        EXPECT_TRUE(objects.mount());
    }
    Card(const Card& other)
        : layout{other.layout},
          root{other.root},
          heap{other.heap},
          sector{other.sector},
          memory{other.memory},
          objects{other.objects, memory} {}

    static nvm::Memory::Options options(std::uint64_t seed, bool journal) {
        nvm::Memory::Options made;
        made.seed = seed;
        made.journal.transaction_pages = 3;
        made.journal.enabled = journal;
        return made;
    }
    /// Cut, power back, directory read.
    [[nodiscard]] bool cut(Tick at) {
        memory.power_lost(at);
        memory.power_up(at + 5'000);
        return objects.mount();
    }
};

base::Bytes bytes(std::size_t size, std::uint8_t seed) {
    base::Bytes made(size);
    for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::uint8_t>(seed + i * 7);
    return made;
}

/// The state before `change`: three objects, one long, one empty.
void fill(Card& card) {
    Work work{0};
    card.objects.begin();
    card.objects.write(1, bytes(16, 1));
    card.objects.write(2, bytes(700, 2));
    card.objects.write(3, {});
    ASSERT_TRUE(card.objects.commit(work));
    card.memory.finish();
}

/// One object replaced, one erased, one new, and bytes outside.
bool change(Card& card, Tick start) {
    Work work{start};
    card.objects.begin();
    card.objects.write(2, bytes(650, 9));
    card.objects.erase(1);
    card.objects.write(77, bytes(62, 4));
    card.objects.write_outside(card.sector, 3, base::Bytes{0x5A});
    const bool done = card.objects.commit(work);
    EXPECT_EQ(work.now, start + (done ? Ticks : 0));
    return done;
}

enum class State { Old, New, Neither };

State state(Card& card) {
    using Ids = std::vector<Objects::Id>;
    const auto& objects = card.objects;
    const auto outside = card.memory.read_latest(card.sector, 3, 1)[0];
    if (objects.ids() == Ids{1, 2, 3} && objects.read(1) == bytes(16, 1) &&
        objects.read(2) == bytes(700, 2) && objects.read(3) == base::Bytes{} && outside == 0)
        return State::Old;
    if (objects.ids() == Ids{2, 3, 77} && objects.read(2) == bytes(650, 9) &&
        objects.read(77) == bytes(62, 4) && objects.read(3) == base::Bytes{} && outside == 0x5A)
        return State::New;
    return State::Neither;
}

TEST(Objects, KeepBytesByNumber) {
    Card card;
    fill(card);
    EXPECT_EQ(state(card), State::Old);
    ASSERT_TRUE(change(card, Start));
    EXPECT_EQ(state(card), State::New);
    EXPECT_FALSE(card.objects.read(1));
    EXPECT_TRUE(card.cut(Later));
    EXPECT_EQ(state(card), State::New);
}

TEST(Objects, AnAbortedTransactionLeavesNoTrace) {
    Card card;
    fill(card);
    const auto before = card.memory.cells().state();
    card.objects.begin();
    card.objects.write(1, bytes(5, 5));
    card.objects.erase(2);
    EXPECT_EQ(card.objects.read(1), bytes(5, 5));
    EXPECT_FALSE(card.objects.contains(2));
    card.objects.abort();
    EXPECT_EQ(state(card), State::Old);
    EXPECT_EQ(card.memory.cells().state(), before);
}

TEST(Objects, AnEmptyTransactionTakesNoTime) {
    Card card;
    fill(card);
    Work work{Start};
    card.objects.begin();
    card.objects.erase(55);
    ASSERT_TRUE(card.objects.commit(work));
    EXPECT_EQ(work.now, Start);
}

TEST(ObjectsTear, ACutAfterEveryStepLeavesOldOrNew) {
    Card filled;
    fill(filled);
    Card counted{filled};
    ASSERT_TRUE(change(counted, Start));
    const auto ends = counted.memory.step_ends(Start);
    ASSERT_GT(ends.size(), 30U);
    unsigned olds = 0;
    unsigned news = 0;
    for (const Tick end : ends) {
        for (const Tick early : {0U, 60U, 300U, 500U}) {
            SCOPED_TRACE(testing::Message() << "cut at " << end - early);
            Card card{filled};
            ASSERT_TRUE(change(card, Start));
            ASSERT_TRUE(card.cut(end - early));
            const State found = state(card);
            ASSERT_NE(found, State::Neither);
            ++(found == State::Old ? olds : news);
            // And it works on: the same change again, or another one.
            if (found == State::Old) {
                ASSERT_TRUE(change(card, Later));
            }
            ASSERT_TRUE(card.cut(Later + Ticks));
            ASSERT_EQ(state(card), State::New);
        }
    }
    EXPECT_GT(olds, 20U);
    EXPECT_GT(news, 20U);
}

TEST(ObjectsTear, ASecondCutInTheRecoveryLeavesTheSame) {
    Card filled;
    fill(filled);
    unsigned recoveries = 0;
    for (Tick first = Start; first <= Start + Ticks; first += 331) {
        Card torn{filled};
        ASSERT_TRUE(change(torn, Start));
        torn.memory.power_lost(first);
        Card once{torn};
        once.memory.power_up(Later);
        for (const Tick end : once.memory.step_ends(Later)) {
            for (const Tick early : {0U, 100U, 200U}) {
                SCOPED_TRACE(testing::Message() << "cuts at " << first << ", " << end - early);
                ++recoveries;
                Card card{torn};
                card.memory.power_up(Later);
                ASSERT_TRUE(card.cut(end - early));
                const State found = state(card);
                ASSERT_NE(found, State::Neither);
                ASSERT_TRUE(card.cut(3 * Later));
                ASSERT_EQ(state(card), found);
            }
        }
    }
    EXPECT_GT(recoveries, 50U);
}

TEST(ObjectsTear, WithoutTheJournalACutKillsTheCard) {
    Card filled{1, 64, false};
    fill(filled);
    Card counted{filled};
    ASSERT_TRUE(change(counted, Start));
    unsigned broken = 0;
    for (const Tick end : counted.memory.step_ends(Start)) {
        for (const Tick early : {0U, 300U}) {
            Card card{filled};
            ASSERT_TRUE(change(card, Start));
            if (!card.cut(end - early) || state(card) == State::Neither) ++broken;
        }
    }
    EXPECT_GT(broken, 0U);
}

TEST(ObjectsTear, WhatRanAheadOfTheCutIsUndone) {
    Card card;
    fill(card);
    Work work{Start};
    for (std::uint8_t value = 1; value <= 3; ++value) {
        card.objects.begin();
        card.objects.write(1, base::Bytes{value});
        ASSERT_TRUE(card.objects.commit(work));
        work.spend(1'000);
    }
    EXPECT_EQ(card.objects.read(1), base::Bytes{3});
    ASSERT_TRUE(card.cut(Start + Ticks + 500));
    EXPECT_EQ(card.objects.read(1), base::Bytes{1});
}

TEST(Objects, FreedPagesHoldNothing) {
    Card card;
    fill(card);
    const base::Bytes secret{0x3A, 0x91, 0x5C, 0xE7, 0x02, 0xB8, 0x4D, 0x66};
    const auto holds = [&] {
        const auto cells = card.memory.cells().state().cells;
        return std::search(cells.begin(), cells.end(), secret.begin(), secret.end()) != cells.end();
    };
    Work work{Start};
    card.objects.begin();
    card.objects.write(9, secret);
    ASSERT_TRUE(card.objects.commit(work));
    EXPECT_TRUE(holds());
    card.objects.begin();
    card.objects.erase(9);
    ASSERT_TRUE(card.objects.commit(work));
    EXPECT_FALSE(holds());
}

TEST(Objects, NoRoomChangesNothingAndFreeBytesSaySo) {
    Card card{1, 32};
    fill(card);
    const std::size_t free = card.objects.free_bytes();
    Work work{Start};
    card.objects.begin();
    card.objects.write(5, bytes(3'000, 5));
    EXPECT_FALSE(card.objects.commit(work));
    EXPECT_EQ(state(card), State::Old);
    EXPECT_EQ(card.objects.free_bytes(), free);

    card.objects.begin();
    card.objects.write(5, bytes(free, 5));
    ASSERT_TRUE(card.objects.commit(work));
    EXPECT_EQ(card.objects.read(5), bytes(free, 5));
    card.objects.begin();
    card.objects.erase(5);
    ASSERT_TRUE(card.objects.commit(work));
    EXPECT_EQ(card.objects.free_bytes(), free);
}

TEST(Objects, AWornHeapPageIsLeftAloneAndAWornRootRefuses) {
    Card card;
    fill(card);
    const std::size_t first = card.heap.address / nvm::PageBytes;
    for (std::size_t page = 20; page < 40; ++page)
        card.memory.cells().set_erases(first + page, 100'000);
    ASSERT_TRUE(change(card, Start));
    ASSERT_TRUE(card.cut(Later));
    EXPECT_EQ(state(card), State::New);
    {
        // 64 pages, 20 of them worn, some in use: 40 more would need worn ones.
        Work late{Later};
        card.objects.begin();
        card.objects.write(5, bytes(40 * 62, 5));
        EXPECT_FALSE(card.objects.commit(late));
    }
    card.memory.cells().set_erases(card.root.address / nvm::PageBytes, 100'000);
    Work work{Later};
    card.objects.begin();
    card.objects.write(2, bytes(3, 3));
    EXPECT_FALSE(card.objects.commit(work));
    EXPECT_EQ(state(card), State::New);
}

TEST(Objects, RandomTransactionsAndCutsAgreeWithAMap) {
    constexpr unsigned Seed = 4711;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::uint64_t random = Seed;
    const auto draw = [&](std::uint64_t below) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        return (random >> 33) % below;
    };
    Card card{Seed, 200};
    std::map<Objects::Id, base::Bytes> expected;
    Work work{Start};
    for (unsigned run = 0; run < 400; ++run) {
        auto wanted = expected;
        card.objects.begin();
        for (std::uint64_t i = 0, count = 1 + draw(4); i < count; ++i) {
            const auto id = static_cast<Objects::Id>(draw(20));
            if (draw(3) == 0) {
                card.objects.erase(id);
                wanted.erase(id);
            } else {
                wanted[id] = bytes(draw(300), static_cast<std::uint8_t>(run));
                card.objects.write(id, wanted[id]);
            }
        }
        const Tick start = work.now;
        ASSERT_TRUE(card.objects.commit(work));
        const auto matches = [&](const std::map<Objects::Id, base::Bytes>& all) {
            if (card.objects.ids().size() != all.size()) return false;
            return std::all_of(all.begin(), all.end(), [&](const auto& object) {
                return card.objects.read(object.first) == object.second;
            });
        };
        ASSERT_TRUE(matches(wanted)) << "run " << run;
        if (draw(4) == 0) {
            ASSERT_TRUE(card.cut(start + draw(Ticks + 1))) << "run " << run;
            ASSERT_TRUE(matches(wanted) || matches(expected)) << "run " << run;
            if (!matches(wanted)) wanted = expected;
            work.now = start + 2 * Ticks;
        }
        expected = wanted;
    }
}

}  // namespace
