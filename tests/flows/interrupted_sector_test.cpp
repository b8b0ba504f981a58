// A6 in full: the flow A1 to A4 and the way back, cut at every message and at every write to the
// memory. Whatever the moment, the sector is the old or the new one, and the backup brings back the
// old one.
#include <iostream>
#include <set>

#include "sector_bench.hpp"

namespace {

using flow_test::old_sector;
using flow_test::SectorBench;
using flows::Level;

const std::string NewBlocks = std::string(32, '9') + std::string(32, '8');
std::string new_sector() { return NewBlocks + old_sector().substr(64); }

/// From the view to the change, and back.
const std::vector<std::string>& steps() {
    static const std::vector<std::string> Steps{
        "00A4040008D276000118AA400100",  // SELECT
        "80CA010000",                    // A1, A2
        "002000000431323334",            // A3
        "80B0010010",                    // A3
        "80D6010020" + NewBlocks,        // A3
        "80340100",                      // A4
        "80360100",                      // A6
    };
    return Steps;
}
constexpr std::size_t Change = 5;
constexpr std::size_t WayBack = 6;

void run_steps(SectorBench& bench, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto answer = bench.send(steps()[i]);
        ASSERT_EQ(answer.substr(answer.size() - 4), "9000") << steps()[i];
    }
}

/// Moments to cut a step at, in ticks after it began: around its first and last character, around
/// each step of the memory and between them.
std::set<base::Tick> moments(std::size_t step) {
    SectorBench bench{Level::Tlm};
    run_steps(bench, step);
    if (step == 0) bench.power_on();
    const base::Tick begin = bench.stage.now();
    EXPECT_NE(bench.contacts().transmit(flow_test::hex(steps()[step])).size(), 0U);
    const base::Tick end = bench.stage.now();
    std::set<base::Tick> found{1, (end - begin) / 8, end - begin - 1};
    base::Tick before = 0;
    for (const auto done : bench.stage.chip().memory().step_ends(begin)) {
        const base::Tick at = done - begin;
        found.insert({at - 1, at, at + 1, (before + at) / 2});
        before = at;
    }
    found.erase(0);
    return found;
}

enum class Left : std::uint8_t { Old, New };

/// What is in the sector after power or link came back; then the backup brings back the old one.
Left left(SectorBench& bench, bool gate) {
    EXPECT_EQ(bench.select(), "9000");
    const auto sector = bench.send("80CA010000");
    EXPECT_TRUE(sector == old_sector() + "9000" || sector == new_sector() + "9000") << sector;
    if (gate) {
        EXPECT_EQ(bench.by_gate() + "9000", sector) << "the gate sees the same";
        bench.stage.gate().leave();
    }
    EXPECT_EQ(bench.verify(), "9000") << "at most one try is lost";
    const auto restored = bench.send("80360100");
    EXPECT_TRUE(restored == "9000" || restored == "6985") << restored;
    EXPECT_EQ(bench.send("80CA010000"), old_sector() + "9000");
    return sector == new_sector() + "9000" ? Left::New : Left::Old;
}

struct Count {
    unsigned cuts = 0, old = 0, changed = 0;
    void add(Left what) {
        ++cuts;
        ++(what == Left::New ? changed : old);
    }
};

/// Each `stride`-th moment of each step.
Count cut_everywhere(Level level, unsigned stride, bool gate) {
    Count count;
    for (std::size_t step = 0; step < steps().size(); ++step) {
        const auto all = moments(step);
        unsigned number = 0;
        Left last = step == WayBack ? Left::New : Left::Old;
        for (const auto ticks : all) {
            if (number++ % stride != 0) continue;
            SCOPED_TRACE(testing::Message() << steps()[step] << " cut after " << ticks);
            SectorBench bench{level};
            if (step == 0) bench.power_on();
            run_steps(bench, step);
            bench.cut_after(ticks);
            EXPECT_EQ(bench.send(steps()[step]), "lost");
            const Left now = left(bench, gate);
            // Once a cut comes late enough for the change, every later one does.
            if (step == Change) {
                EXPECT_FALSE(last == Left::New && now == Left::Old);
            }
            if (step == WayBack) {
                EXPECT_FALSE(last == Left::Old && now == Left::New);
            }
            if (step < Change) {
                EXPECT_EQ(now, Left::Old);
            }
            last = now;
            count.add(now);
            bench.stage.finish();
            if (testing::Test::HasFailure()) return count;
        }
        if (step == Change) {
            EXPECT_EQ(last, Left::New) << "a cut after the last write";
        }
        if (step == WayBack) {
            EXPECT_EQ(last, Left::Old) << "a cut after the last write";
        }
    }
    return count;
}

void tell(const Count& count) {
    std::cout << count.cuts << " cuts: " << count.old << " old, " << count.changed
              << " new, none lost\n";
    EXPECT_GT(count.old, 0U);
    EXPECT_GT(count.changed, 0U);
}

TEST(Flows, A6_CutAtEveryMessageAndEveryWrite) {
    const Count count = cut_everywhere(Level::Tlm, 1, false);
    tell(count);
    EXPECT_GT(count.cuts, 100U);
}

TEST(Flows, A6_CutAtASampleOfThemOnTheRtl) { tell(cut_everywhere(Level::Rtl, 9, true)); }

TEST(Flows, A6_TheLinkIsLostBetweenAnyTwoMessages) {
    Count count;
    for (std::size_t done = 0; done <= steps().size(); ++done) {
        SCOPED_TRACE(testing::Message() << done << " steps before");
        SectorBench bench{Level::Tlm};
        run_steps(bench, done);
        // Another terminal finds the card powered: it resets it.
        if (done != 0) {
            EXPECT_FALSE(bench.contacts().reset().empty());
        }
        const Left now = left(bench, false);
        EXPECT_EQ(now, done == Change + 1 ? Left::New : Left::Old);
        count.add(now);
    }
    tell(count);
}

TEST(Flows, A6_AChangeWhoseAnswerIsLostIsNotMadeTwice) {
    // The change runs, its answer is lost: the terminal cannot know. It asks the card.
    const base::Tick late = *moments(Change).rbegin();
    SectorBench bench{Level::Tlm};
    run_steps(bench, Change);
    bench.cut_after(late);
    EXPECT_EQ(bench.send(steps()[Change]), "lost");
    EXPECT_EQ(bench.select(), "9000");
    EXPECT_EQ(bench.send("80CA010000"), new_sector() + "9000");
    EXPECT_EQ(bench.verify(), "9000");
    EXPECT_EQ(bench.send("80340100"), "6985") << "never twice";
}

}  // namespace
