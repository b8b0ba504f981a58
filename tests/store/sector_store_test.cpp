// The sector store and its cut tests. Expected values: issue 2, docs/choices.md, test plan TEAR
// rows.
#include "store/sector_store.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace {

using port::Block;
using port::BlockAddress;
using store::SectorStore;

constexpr base::Tick Start = 10'000;
constexpr base::Tick T = 27'136;
constexpr unsigned Seeds = 8;

// Data block 4 with value 100 and the value 1234567 (sheet 1.4).
constexpr Block Value100{0x64, 0, 0, 0, 0x9B, 0xFF, 0xFF, 0xFF, 0x64, 0, 0, 0, 4, 0xFB, 4, 0xFB};
constexpr Block Value1234567{0x87, 0xD6, 0x12, 0x00, 0x78, 0x29, 0xED, 0xFF,
                             0x87, 0xD6, 0x12, 0x00, 0x04, 0xFB, 0x04, 0xFB};
constexpr Block DeliveryTrailer{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x07,
                                0x80, 0x69, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
constexpr Block NewTrailer{0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0x7F, 0x07,
                           0x88, 0x69, 0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5};

SectorStore::Options seeded(unsigned seed, bool journal = true) {
    SectorStore::Options options;
    options.seed = seed;
    options.journal = journal;
    return options;
}

/// A 1K card whose block i holds i in every byte, and Value100 in block 4.
std::vector<Block> sample_blocks() {
    std::vector<Block> blocks(64);
    for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i].fill(static_cast<std::uint8_t>(i));
    blocks[4] = Value100;
    blocks[7] = DeliveryTrailer;
    return blocks;
}

/// Ticks to cut at: before the first step, inside each step at several places, and after each.
std::vector<base::Tick> cut_ticks(SectorStore store, BlockAddress block, const Block& data) {
    EXPECT_TRUE(store.program(block, data, Start).ok);
    std::vector<base::Tick> ticks{Start};
    base::Tick from = Start;
    for (const base::Tick end : store.step_ends(Start)) {
        for (const unsigned part : {1U, 64U, 128U, 192U, 255U})
            ticks.push_back(from + (end - from) * part / 256);
        ticks.push_back(end);
        from = end;
    }
    return ticks;
}

struct Outcome {
    bool is_old = false;
    bool is_new = false;
};

/// Old or new as a whole, all other blocks as before, and always the same when read again.
Outcome judge(SectorStore& store, const std::vector<Block>& before, BlockAddress block,
              const Block& data, base::Tick now) {
    Outcome outcome;
    const Block first = store.read(block, now);
    outcome.is_old = first == before[block];
    outcome.is_new = first == data;
    EXPECT_TRUE(outcome.is_old || outcome.is_new);
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (i == block) continue;
        EXPECT_EQ(store.read(static_cast<BlockAddress>(i), now), before[i]) << "block " << i;
    }
    return outcome;
}

/// Cuts one programming everywhere and judges the card after restart.
void cut_everywhere(BlockAddress block, const Block& data) {
    const auto before = sample_blocks();
    bool seen_old = false;
    bool seen_new = false;
    for (unsigned seed = 0; seed < Seeds; ++seed) {
        const SectorStore fresh{before, seeded(seed)};
        for (const base::Tick cut : cut_ticks(fresh, block, data)) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " cut at " << cut);
            SectorStore store = fresh;
            ASSERT_TRUE(store.program(block, data, Start).ok);
            store.power_lost(cut);
            store.power_up(cut + 5'000);
            const Outcome outcome = judge(store, before, block, data, cut + 10'000);
            seen_old = seen_old || outcome.is_old;
            seen_new = seen_new || outcome.is_new;
            ASSERT_FALSE(testing::Test::HasFailure());
        }
    }
    EXPECT_TRUE(seen_old);
    EXPECT_TRUE(seen_new);
}

TEST(Store, ReadsBackWhatWasProgrammedWhenItIsDone) {
    SectorStore store{sample_blocks()};
    const auto programming = store.program(5, Value1234567, Start);
    EXPECT_TRUE(programming.ok);
    EXPECT_EQ(programming.done, Start + T);
    EXPECT_EQ(store.read(5, Start + T - 1), sample_blocks()[5]);
    EXPECT_EQ(store.read(6, Start + T / 2), sample_blocks()[6]);
    EXPECT_EQ(store.read(5, Start + T), Value1234567);
}

TEST(Store, ProgrammingTimeIsTheOneAskedFor) {
    for (const base::Tick ticks : {base::Tick{128}, base::Tick{1'280}, base::Tick{131'072}}) {
        SectorStore::Options options;
        options.programming_ticks = ticks;
        SectorStore store{sample_blocks(), options};
        EXPECT_EQ(store.program(5, Value1234567, Start).done, Start + ticks);
        const auto ends = store.step_ends(Start);
        ASSERT_FALSE(ends.empty());
        EXPECT_EQ(ends.back(), Start + ticks);
        EXPECT_TRUE(std::adjacent_find(ends.begin(), ends.end(), std::greater_equal<>{}) ==
                    ends.end());
    }
    for (const base::Tick ticks : {base::Tick{0}, base::Tick{100}, base::Tick{131'200}}) {
        SectorStore::Options options;
        options.programming_ticks = ticks;
        EXPECT_THROW(SectorStore(port::CardKind::Mini, options), std::invalid_argument);
    }
}

TEST(Store, HasTheBlocksOfItsKindAndTheConfigurationBlock) {
    EXPECT_EQ(SectorStore{port::CardKind::Mini}.block_count(), 20U);
    EXPECT_EQ(SectorStore{port::CardKind::Classic1k}.block_count(), 64U);
    SectorStore store{port::CardKind::Classic4k};
    EXPECT_EQ(store.block_count(), 256U);
    EXPECT_EQ(store.read(255, 0), DeliveryTrailer);
    EXPECT_EQ(store.read(254, 0), Block{});
    EXPECT_EQ(store.read(port::ConfigurationBlock, 0), Block{});
    EXPECT_TRUE(store.program(port::ConfigurationBlock, Value100, Start).ok);
    EXPECT_EQ(store.read(port::ConfigurationBlock, Start + T), Value100);
    EXPECT_EQ(store.read(255, Start + T), DeliveryTrailer);
    EXPECT_THROW((void)SectorStore{port::CardKind::Mini}.read(20, 0), std::out_of_range);
}

TEST(Store, CloneIsIndependentAndAgrees) {
    SectorStore store{sample_blocks(), seeded(3)};
    (void)store.program(5, Value1234567, Start);
    const auto twin = store.clone();
    for (port::StorePort* each : {static_cast<port::StorePort*>(&store), twin.get()}) {
        each->power_lost(Start + 15'000);
        each->power_up(Start + 30'000);
    }
    EXPECT_EQ(store.contents(), dynamic_cast<SectorStore&>(*twin).contents());
    (void)twin->program(6, Value100, Start + 50'000);
    EXPECT_EQ(twin->read(6, Start + 90'000), Value100);
    EXPECT_EQ(store.read(6, Start + 90'000), sample_blocks()[6]);
}

TEST(StoreTear, DataBlockIsOldOrNewAfterACutAtEveryStep) {
    Block data{};
    for (std::size_t i = 0; i < data.size(); ++i)
        data[i] = static_cast<std::uint8_t>(0xA5 ^ (i * 37));
    cut_everywhere(4, data);
}

TEST(StoreTear, TrailerIsOldOrNewAfterACutAtEveryStep) { cut_everywhere(7, NewTrailer); }

TEST(StoreTear, ValueIsOldOrNewAfterACutAtEveryStep) { cut_everywhere(4, Value1234567); }

TEST(StoreTear, WhatIsDoneStays) {
    for (unsigned seed = 0; seed < Seeds; ++seed) {
        SectorStore store{sample_blocks(), seeded(seed)};
        const base::Tick done = store.program(4, Value1234567, Start).done;
        store.power_lost(done);
        store.power_up(done + 5'000);
        EXPECT_EQ(store.read(4, done + 10'000), Value1234567);
        EXPECT_EQ(store.weak_bits(), 0U);
    }
}

TEST(Tearing, TEAR_13_SecondCutInTheRecoveryChangesNothing) {
    const auto before = sample_blocks();
    std::size_t recoveries = 0;
    for (unsigned seed = 0; seed < Seeds; ++seed) {
        const SectorStore fresh{before, seeded(seed)};
        for (const base::Tick cut : cut_ticks(fresh, 4, Value1234567)) {
            SectorStore once = fresh;
            (void)once.program(4, Value1234567, Start);
            once.power_lost(cut);
            const base::Tick up = cut + 5'000;
            SectorStore probe = once;
            probe.power_up(up);
            const auto ends = probe.step_ends(up);
            std::vector<base::Tick> seconds{up};
            for (const base::Tick end : ends)
                for (const base::Tick early : {200U, 128U, 30U, 0U}) seconds.push_back(end - early);
            for (const base::Tick second : seconds) {
                SCOPED_TRACE(testing::Message()
                             << "seed " << seed << " cuts at " << cut << " and " << second);
                ++recoveries;
                SectorStore store = once;
                store.power_up(up);
                store.power_lost(second);
                store.power_up(second + 5'000);
                const Outcome outcome = judge(store, before, 4, Value1234567, second + 10'000);
                // A weak marker may fall either way until it is firm; a committed one may not.
                const bool commits = cut >= Start + T / 2;
                if (commits) {
                    EXPECT_TRUE(outcome.is_new);
                } else if (cut <= Start + T / 3) {
                    EXPECT_TRUE(outcome.is_old);
                }
                ASSERT_FALSE(testing::Test::HasFailure());
            }
        }
    }
    EXPECT_GT(recoveries, 1'000U);
}

TEST(Tearing, TEAR_13_ManyCutsInARowLeadToOldOrNew) {
    const auto before = sample_blocks();
    for (unsigned seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        SectorStore store{before, seeded(seed)};
        (void)store.program(4, Value1234567, Start);
        base::Tick now = Start + 1 + T * seed / 200;
        store.power_lost(now);
        for (unsigned i = 0; i < 12; ++i) {
            now += 5'000;
            store.power_up(now);
            now += 1 + (seed * 131 + i * 337) % 1'100;
            store.power_lost(now);
        }
        store.power_up(now + 5'000);
        judge(store, before, 4, Value1234567, now + 10'000);
        ASSERT_FALSE(HasFailure());
    }
}

TEST(Tearing, TEAR_14_HundredReadsAfterRestartAreEqual) {
    const auto before = sample_blocks();
    std::size_t torn = 0;
    for (unsigned seed = 0; seed < Seeds; ++seed) {
        const SectorStore fresh{before, seeded(seed)};
        for (const base::Tick cut : cut_ticks(fresh, 4, Value1234567)) {
            SectorStore store = fresh;
            (void)store.program(4, Value1234567, Start);
            store.power_lost(cut);
            torn += store.weak_bits() != 0 ? 1 : 0;
            store.power_up(cut + 5'000);
            const Block first = store.read(4, cut + 5'000);
            for (unsigned i = 0; i < 100; ++i) ASSERT_EQ(store.read(4, cut + 5'001 + i), first);
            // Nor does it change after further restarts.
            for (base::Tick again = cut + 10'000; again < cut + 60'000; again += 10'000) {
                store.power_lost(again);
                store.power_up(again + 5'000);
                ASSERT_EQ(store.read(4, again + 5'000), first);
            }
        }
    }
    EXPECT_GT(torn, 0U) << "no cut left weak bits: the test shows nothing";
}

TEST(StoreTear, WornPageRefusesAndKeepsItsData) {
    SectorStore::Options options;
    options.wear_limit = 50;
    SectorStore store{sample_blocks(), options};
    base::Tick now = Start;
    unsigned writes = 0;
    Block last = Value100;
    for (;; ++writes) {
        Block next{};
        next.fill(static_cast<std::uint8_t>(writes));
        const auto programming = store.program(4, next, now);
        now = programming.done;
        if (!programming.ok) break;
        last = next;
        ASSERT_LE(writes, 50U);
    }
    EXPECT_EQ(writes, 50U);
    EXPECT_EQ(store.read(4, now), last);
    EXPECT_EQ(store.read(5, now), sample_blocks()[5]);
    EXPECT_TRUE(store.program(8, Value100, now).ok) << "other pages still work";
    EXPECT_FALSE(store.program(7, NewTrailer, now + T).ok) << "same page as block 4";
}

TEST(StoreTear, WithoutTheJournalACutTearsABlock) {
    // Shows that the cut tests see what the journal is there for.
    const auto before = sample_blocks();
    std::size_t broken = 0;
    for (unsigned seed = 0; seed < Seeds; ++seed) {
        const SectorStore fresh{before, seeded(seed, false)};
        for (const base::Tick cut : cut_ticks(fresh, 4, Value1234567)) {
            SectorStore store = fresh;
            (void)store.program(4, Value1234567, Start);
            store.power_lost(cut);
            store.power_up(cut + 5'000);
            const Block read = store.read(4, cut + 10'000);
            const bool whole = read == before[4] || read == Value1234567;
            if (!whole || store.read(5, cut + 10'000) != before[5]) ++broken;
        }
    }
    EXPECT_GT(broken, 20U);
}

}  // namespace
