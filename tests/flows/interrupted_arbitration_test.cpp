// A5 cut everywhere: a terminal at the contacts and a gate in the air use one sector, and either of
// them loses the card's power at any moment of any step. Afterwards the sector is the old or the
// new one as a whole, the party that kept its power goes on as if nothing had happened, and the one
// that lost it is not locked out.
#include <iostream>
#include <set>

#include "sector_bench.hpp"

namespace {

using flow_test::old_sector;
using flow_test::SectorBench;
using flows::Level;
using flows::Via;

const std::string NewBlocks = std::string(32, '9') + std::string(32, '8');
std::string new_sector() { return NewBlocks + old_sector().substr(64); }

/// What a party does; what it gets when nobody is cut.
struct Step {
    Via who;
    std::string command;   ///< an APDU; of the gate: "open", "halt", a block's number
    std::string expected;  ///< the end of the answer
};

const std::vector<Step>& steps() {
    static const std::string Gate{to_string(reader::Status::Ok)};
    static const auto block = [](std::size_t number) {
        return old_sector().substr(32 * number, 32);
    };
    static const std::vector<Step> Steps{
        {Via::Contacts, "00A4040008D276000118AA400100", "9000"},
        {Via::Contacts, "80CA010000", "9000"},
        {Via::Contacts, "002000000431323334", "9000"},
        {Via::Contacts, "80D6010020" + NewBlocks, "9000"},
        {Via::Gate, "open", Gate},
        {Via::Gate, "0", block(0)},
        {Via::Contacts, "80340100", "63F3"},
        {Via::Gate, "1", block(1)},
        {Via::Contacts, "80CA010000", "63F3"},
        {Via::Gate, "2", block(2)},
        {Via::Gate, "3", block(3)},
        {Via::Gate, "halt", Gate},
        {Via::Contacts, "80340100", "9000"},
        {Via::Gate, "open", Gate},
        {Via::Gate, "0", NewBlocks.substr(0, 32)},
        {Via::Gate, "halt", Gate},
    };
    return Steps;
}
constexpr std::size_t Opening = 4;  ///< of the gate: from here on there is a field to lose
constexpr std::size_t Change = 12;

std::string take(SectorBench& bench, const Step& step) {
    if (step.who == Via::Contacts) return bench.send(step.command);
    if (step.command == "open") return std::string{to_string(bench.gate_opens())};
    if (step.command == "halt") return std::string{to_string(bench.stage.gate().halt())};
    return bench.gate_reads(static_cast<std::uint8_t>(step.command[0] - '0'));
}

bool as_expected(const Step& step, const std::string& answer) {
    return answer.ends_with(step.expected);
}

void take_first(SectorBench& bench, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto answer = take(bench, steps()[i]);
        ASSERT_TRUE(as_expected(steps()[i], answer)) << i << ": " << answer;
    }
}

/// Ticks after the step begins: at its ends and in its middle, around each step of the memory.
std::set<base::Tick> moments(std::size_t number) {
    SectorBench bench{Level::Tlm};
    take_first(bench, number);
    if (number == 0) bench.power_on();
    const base::Tick begin = bench.stage.now();
    EXPECT_TRUE(as_expected(steps()[number], take(bench, steps()[number])));
    const base::Tick took = bench.stage.now() - begin;
    std::set<base::Tick> found{1, took / 4, took / 2, took - 1};
    for (const auto done : bench.stage.chip().memory().step_ends(begin))
        found.insert({done - begin - 1, done - begin, done - begin + 1});
    found.erase(0);
    return found;
}

struct Count {
    unsigned cuts = 0, old = 0, changed = 0;
};

/// Who lost the card comes back; `other` had it all the time.
void recover(SectorBench& bench, Via lost, std::size_t number, Count& count) {
    if (lost == Via::Contacts) {
        // The gate is not disturbed by what happens at the contacts.
        for (std::size_t i = number; i < steps().size() && i < Change; ++i) {
            if (steps()[i].who != Via::Gate) continue;
            const auto answer = take(bench, steps()[i]);
            EXPECT_TRUE(as_expected(steps()[i], answer)) << i << ": " << answer;
        }
        if (number > Change + 1 && number < steps().size()) {
            EXPECT_EQ(bench.stage.gate().halt(), reader::Status::Ok);
        }
    } else {
        // Nor the terminal by what happens in the air: nobody holds the sector any more.
        bench.stage.gate().leave();
        const auto answer = bench.send("80CA010000");
        const bool selected = number > 0;
        EXPECT_TRUE(answer.ends_with("9000") || !selected) << answer;
    }
    EXPECT_EQ(bench.select(), "9000");
    const auto sector = bench.send("80CA010000");
    EXPECT_TRUE(sector == old_sector() + "9000" || sector == new_sector() + "9000") << sector;
    EXPECT_EQ(bench.by_gate() + "9000", sector) << "gate and terminal see the same";
    const bool changed = sector == new_sector() + "9000";
    if (number < Change) {
        EXPECT_FALSE(changed);
    }
    if (number > Change) {
        EXPECT_TRUE(changed);
    }
    EXPECT_EQ(bench.verify(), "9000");
    const auto restored = bench.send("80360100");
    EXPECT_TRUE(restored == "9000" || restored == "6985") << restored;
    EXPECT_EQ(bench.by_gate(), old_sector()) << "the backup";
    ++count.cuts;
    ++(changed ? count.changed : count.old);
}

/// Each `stride`-th moment of each step.
Count cut_everywhere(Level level, Via lost, unsigned stride) {
    Count count;
    unsigned moment = 0;
    const std::size_t first = lost == Via::Gate ? Opening : 0;
    for (std::size_t number = first; number < steps().size(); ++number) {
        for (const auto ticks : moments(number)) {
            if (moment++ % stride != 0) continue;
            SCOPED_TRACE(testing::Message() << "step " << number << " cut after " << ticks);
            SectorBench bench{level};
            if (number == 0) bench.power_on();
            take_first(bench, number);
            bench.stage.cut(lost == Via::Gate ? Via::Air : Via::Contacts,
                            bench.stage.now() + ticks);
            const Step& step = steps()[number];
            const auto answer = take(bench, step);
            if (step.who == Via::Gate && lost == Via::Contacts) {
                EXPECT_EQ(bench.send("80CA010000"), "lost");
            }
            if (step.who != lost) {
                // A gate that lost the field no longer holds the sector.
                const bool refused = step.expected == "63F3";
                EXPECT_TRUE(as_expected(step, answer) ||
                            (refused && lost == Via::Gate && answer.ends_with("9000")))
                    << answer;
            }
            recover(bench, lost, number + (step.who == lost ? 0 : 1), count);
            bench.stage.finish();
            if (testing::Test::HasFailure()) return count;
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

TEST(Flows, A5_TheTerminalLosesTheCardAtEveryMessageAndWrite) {
    tell(cut_everywhere(Level::Tlm, Via::Contacts, 1));
}
TEST(Flows, A5_TheGateLosesTheCardAtEveryMessageAndWrite) {
    tell(cut_everywhere(Level::Tlm, Via::Gate, 1));
}
TEST(Flows, A5_TheTerminalLosesTheCardAtASampleOfThemOnTheRtl) {
    tell(cut_everywhere(Level::Rtl, Via::Contacts, 5));
}
TEST(Flows, A5_TheGateLosesTheCardAtASampleOfThemOnTheRtl) {
    tell(cut_everywhere(Level::Rtl, Via::Gate, 5));
}

}  // namespace
