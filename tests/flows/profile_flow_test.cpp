// Profiles of whole flows, held against figures of the standard and the data sheets.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "flows/flow_profile.hpp"

namespace {

using flows::FlowProfile;
using flows::Level;
using trace::Party;
using trace::Phase;

const flows::Flow& flow(const std::string& name) {
    const auto& all = flows::all_flows();
    return *std::find_if(all.begin(), all.end(), [&](const auto& f) { return f.name == name; });
}

FlowProfile profile(const std::string& name, const flows::FlowOptions& options) {
    return flows::profile_flow(flow(name), {options, {}, {}, false});
}

base::Tick of(const FlowProfile& profile, Phase phase) {
    return profile.by_phase()[static_cast<std::size_t>(phase)];
}

const trace::Transaction& transaction(const FlowProfile& profile, const std::string& name) {
    const auto& all = profile.profiles.at(0).transactions;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    if (found == all.end()) throw std::runtime_error{"no " + name};
    return *found;
}

base::Tick ticks(const trace::Transaction& one) { return one.end - one.begin; }

class ProfileFlowLevels : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, ProfileFlowLevels, testing::Values(Level::Tlm, Level::Rtl),
                         [](const auto& level) { return to_string(level.param); });

/// Worked out from 14443-2 and -3 for UID 9C599B32 and pauses of 34 ticks: WUPA, ANTICOLLISION and
/// SELECT take 995, 2467 and 10467 ticks, ATQA, UID and SAK 128 * (1 + 18, 45, 27); the card
/// answers after 1236, 1172 and 1236 ticks.
TEST_P(ProfileFlowLevels, ActivationByAGateTakesWhatTheStandardSays) {
    const auto made = profile("A1", {.level = GetParam()});
    const auto& found = transaction(made, "request and anticollision");
    const auto phases = made.profiles[0].by_phase(found.begin, found.end);
    EXPECT_EQ(phases[static_cast<std::size_t>(Phase::Anticollision)],
              995U + 2467U + 10467U + 128U * (19 + 46 + 28));
    base::Tick delay = 0;
    for (const auto& segment : made.profiles[0].segments)
        if (segment.begin >= found.begin && segment.end <= found.end &&
            segment.phase == Phase::TurnAround && segment.waits == Party::Reader)
            delay += segment.ticks();
    EXPECT_EQ(delay, 1236U + 1172U + 1236U);
    // Typical times of the data sheet, which has 3 ms each.
    EXPECT_LE(ticks(found), 3U * 13'560U);
    EXPECT_LE(ticks(transaction(made, "authentication")), 3U * 13'560U);
}

/// A gate's WRITE programs once: 2 ms of the choices, inside the 6 ms of the data sheet.
TEST_P(ProfileFlowLevels, AWriteWaitsForTheMemory) {
    for (const base::Tick takes : {27'136U, 12'800U}) {
        flows::FlowOptions options{.level = GetParam()};
        options.knobs.write_ticks = takes;
        const auto made = profile("A2", options);
        const auto& write = transaction(made, "WRITE");
        const auto phases = made.profiles[0].by_phase(write.begin, write.end);
        EXPECT_EQ(phases[static_cast<std::size_t>(Phase::NvmWrite)], takes);
        EXPECT_LE(ticks(write), 6U * 13'560U);
    }
}

TEST(ProfileFlow, LevelsAgreeInEverySegment) {
    const flows::FlowOptions options{.via = flows::Via::Air};
    flows::FlowOptions model = options;
    model.level = Level::Tlm;
    const auto rtl = profile("A4", options);
    const auto tlm = profile("A4", model);
    ASSERT_EQ(rtl.profiles.size(), 1U);
    EXPECT_EQ(rtl.profiles[0].segments, tlm.profiles.at(0).segments);
    EXPECT_EQ(rtl.total(), tlm.total());
}

TEST(ProfileFlow, PhasesAddUpInEverySystem) {
    for (const char* name : {"A5", "B1", "C3", "D4", "E2"}) {
        SCOPED_TRACE(name);
        const auto made = profile(name, {.level = Level::Tlm});
        const auto phases = made.by_phase();
        EXPECT_EQ(std::accumulate(phases.begin(), phases.end(), base::Tick{0}), made.total());
        for (std::size_t i = 0; i < made.records.size(); ++i) {
            EXPECT_EQ(made.profiles[i].begin, made.records[i].begin);
            EXPECT_EQ(made.profiles[i].end, made.records[i].end);
        }
    }
}

TEST(ProfileFlow, KnobsChangeWhatTheySay) {
    const flows::FlowOptions plain{.level = Level::Tlm, .via = flows::Via::Air};
    const auto before = profile("C3", plain);
    auto faster = plain;
    faster.knobs.aes_clock = 2;
    const auto aes = [](const FlowProfile& made) {
        base::Tick sum = 0;
        for (const auto& work : made.records.at(0).works)
            if (work.unit == port::CardUnit::Aes) sum += work.end - work.begin;
        return sum;
    };
    const auto half = profile("C3", faster);
    ASSERT_GT(aes(before), 0U);
    EXPECT_NEAR(static_cast<double>(aes(half)), static_cast<double>(aes(before)) / 2,
                static_cast<double>(aes(before)) / 100);

    auto slow = plain;
    slow.knobs.host_latency = 50'000;
    const auto late = profile("C3", slow);
    const auto calls = late.records.at(0).calls.size();
    EXPECT_GE(of(late, Phase::Host) + of(late, Phase::Off) + of(late, Phase::Field),
              of(before, Phase::Host) + 50'000U * (calls - 1));

    auto rapid = plain;
    rapid.rate = port::BitRate::Fc16;
    EXPECT_LT(of(profile("C3", rapid), Phase::Command), of(before, Phase::Command) / 3);
}

/// A reader with service modules: the same card in the same air on both levels, and what its
/// modules did.
TEST(ProfileFlow, AReadersModulesAndTheCardInItsField) {
    const auto tlm = profile("E1", {.level = Level::Tlm});
    const auto rtl = profile("E1", {.level = Level::Rtl});
    for (const auto phase : {Phase::Field, Phase::Anticollision, Phase::Authentication,
                             Phase::Command, Phase::TurnAround, Phase::NvmWrite, Phase::Silence})
        EXPECT_EQ(of(tlm, phase), of(rtl, phase)) << to_string(phase);
    EXPECT_EQ(of(tlm, Phase::NvmWrite), 27'136U) << "one block was written";
    // Three times 11 to 13 characters of 128 ticks: sector read, block written, sector read.
    EXPECT_EQ(of(tlm, Phase::Line), 128U * (11 + 13 + 11));
    for (const auto* made : {&tlm, &rtl}) {
        ASSERT_EQ(made->records.size(), 1U);
        const auto& modules = made->records[0].modules;
        ASSERT_EQ(modules.size(), 4U);
        for (const auto& module : modules) {
            base::Tick on = 0;
            for (const auto& one : module.on) on += one.end - one.begin;
            // To switch it is an access of the bus, in which it may run.
            EXPECT_NEAR(static_cast<double>(on), static_cast<double>(module.ticks),
                        2.0 * static_cast<double>(module.on.size()))
                << module.name;
        }
        EXPECT_GT(modules[0].ticks, 0U);
        EXPECT_EQ(modules[2].ticks, 0U) << "nobody asked the card in the slot";
    }
}

TEST(ProfileFlow, BothLevelsAtOnceAreRefused) {
    EXPECT_THROW((void)profile("A1", {.level = Level::Both}), std::invalid_argument);
}

}  // namespace
