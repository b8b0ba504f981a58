// Where ticks went: a session worked out by hand, and that every tick is counted once.
#include "trace/profile.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <set>

#include "session.hpp"
#include "trace/profile_page.hpp"
#include "trace/timeline.hpp"

namespace {

using port::CardUnit;
using trace::Party;
using trace::Phase;
using trace::Segment;
using Source = port::AirFrame::Source;

/// A frame with its end as given, not as reckoned.
port::AirFrame sent(Source source, const std::string& text, base::Tick start, base::Tick end) {
    auto made = trace_test::frame(source, text, start);
    made.end = end;
    return made;
}

/// A card is found, asked for a block and told to write one. Lengths of the reader's frames as
/// modified Miller has them with pauses of 34 ticks (14443-2, 8.1.3): WUPA ends with a one, 128 * 7
/// + 64 + 35 = 995; ANTICOLLISION with two zeros, 128 * 19 + 35 = 2467; SELECT of 9C599B32 with a
/// one, 128 * 81 + 64 + 35 = 10467. Frame delays 1236 and 1172 (14443-3, 6.2.1.1).
trace::Record found() {
    trace::Record record;
    record.begin = 100;
    record.events.emplace_back(trace::FieldChange{true, 1'000});
    record.events.emplace_back(sent(Source::Pcd, "52/7", 70'000, 70'995));
    record.events.emplace_back(trace_test::frame(Source::Picc, "04 00", 72'231));
    record.events.emplace_back(sent(Source::Pcd, "93 20", 75'835, 78'302));
    record.events.emplace_back(trace_test::frame(Source::Picc, "9C 59 9B 32 6C", 79'474));
    record.events.emplace_back(sent(Source::Pcd, "93 70 9C 59 9B 32 6C 6B 30", 86'534, 97'001));
    record.events.emplace_back(trace_test::frame(Source::Picc, "28 2D C1", 98'237));
    record.end = 110'000;
    return record;
}

/// What a reader does in one field is not one transaction with what it does in the next.
TEST(Profile, ATransactionEndsWithItsField) {
    auto record = found();
    const auto once = trace::profile_of(record).transactions;
    ASSERT_EQ(once.size(), 1U);
    EXPECT_EQ(once[0].name, "request and anticollision");
    EXPECT_EQ(once[0].begin, 70'000U);
    for (const auto& event : found().events) {
        if (const auto* frame = std::get_if<port::AirFrame>(&event)) {
            auto again = *frame;
            again.start += 200'000;
            again.end += 200'000;
            record.events.emplace_back(again);
        }
    }
    record.events.emplace_back(trace::FieldChange{false, 110'000});
    record.events.emplace_back(trace::FieldChange{true, 200'000});
    record.end = 310'000;
    const auto twice = trace::profile_of(record).transactions;
    ASSERT_EQ(twice.size(), 2U);
    EXPECT_EQ(twice[0].end, once[0].end);
    EXPECT_EQ(twice[1].begin, 270'000U);
}

/// The reader's own engine and its display, while no field is there and while one is.
TEST(Profile, WhatTheReaderItselfDoes) {
    trace::Record record;
    record.reader_works.push_back({"AES", 100, 300});
    record.calls.push_back({"display", "a line", {}, 400, 500});
    record.end = 1'000;
    record.modules.push_back({"secure", 220, {}, {{"secure", 90, 310}}});
    const auto profile = trace::profile_of(record);
    const std::vector<Segment> wanted{{0, 100, Phase::Off, Party::Nobody, Party::Nobody},
                                      {100, 300, Phase::Crypto, Party::Reader, Party::Aes},
                                      {300, 400, Phase::Off, Party::Nobody, Party::Nobody},
                                      {400, 500, Phase::Line, Party::Reader, Party::Line},
                                      {500, 1'000, Phase::Off, Party::Nobody, Party::Nobody}};
    EXPECT_EQ(profile.segments, wanted);
    EXPECT_TRUE(profile.transactions.empty()) << "a display is no card";
    const auto json = nlohmann::json::parse(trace::to_timeline("a run", {record}, {profile}));
    unsigned found = 0;
    for (const auto& event : json.at("traceEvents"))
        found += event.at("name") == "secure" && event.at("args").at("ticks") == 220 ? 1 : 0;
    EXPECT_EQ(found, 1U);
    EXPECT_NE(trace::module_chart({record}).find("secure"), std::string::npos);
}

TEST(Profile, ActivationAsWorkedOutByHand) {
    const auto profile = trace::profile_of(found());
    const std::vector<Segment> wanted{
        {100, 1'000, Phase::Off, Party::Nobody, Party::Nobody},
        {1'000, 70'000, Phase::Field, Party::Reader, Party::Card},
        {70'000, 70'995, Phase::Anticollision, Party::Card, Party::Reader},
        {70'995, 72'231, Phase::TurnAround, Party::Reader, Party::Card},
        {72'231, 74'663, Phase::Anticollision, Party::Reader, Party::Card},
        {74'663, 75'835, Phase::TurnAround, Party::Card, Party::Reader},
        {75'835, 78'302, Phase::Anticollision, Party::Card, Party::Reader},
        {78'302, 79'474, Phase::TurnAround, Party::Reader, Party::Card},
        {79'474, 85'362, Phase::Anticollision, Party::Reader, Party::Card},
        {85'362, 86'534, Phase::TurnAround, Party::Card, Party::Reader},
        {86'534, 97'001, Phase::Anticollision, Party::Card, Party::Reader},
        {97'001, 98'237, Phase::TurnAround, Party::Reader, Party::Card},
        {98'237, 101'821, Phase::Anticollision, Party::Reader, Party::Card},
        {101'821, 102'993, Phase::TurnAround, Party::Card, Party::Reader},
        {102'993, 110'000, Phase::Host, Party::Card, Party::Host},
    };
    EXPECT_EQ(profile.segments, wanted);
    ASSERT_EQ(profile.transactions.size(), 1U);
    EXPECT_EQ(profile.transactions[0].name, "request and anticollision");
    EXPECT_EQ(profile.transactions[0].begin, 70'000U);
    EXPECT_EQ(profile.transactions[0].end, 101'821U);
}

TEST(Profile, WhatTheCardWaitsForIsTakenOutOfTheDelay) {
    trace::Record record;
    record.end = 40'000;
    record.events.emplace_back(trace::FieldChange{true, 0});
    record.events.emplace_back(sent(Source::Pcd, "30 04 26 EE", 1'000, 5'000));
    record.events.emplace_back(sent(Source::Picc, "01", 30'000, 31'280));
    record.works.push_back({CardUnit::Aes, 8'000, 8'288});
    record.works.push_back({CardUnit::Crypto, 8'288, 9'000});
    record.works.push_back({CardUnit::Nvm, 9'000, 20'000});
    record.works.push_back({CardUnit::Os, 7'000, 21'000});
    const auto profile = trace::profile_of(record);
    const std::vector<Segment> wanted{
        {0, 1'000, Phase::Field, Party::Reader, Party::Card},
        {1'000, 5'000, Phase::Command, Party::Card, Party::Reader},
        {5'000, 7'000, Phase::TurnAround, Party::Reader, Party::Card},
        {7'000, 8'000, Phase::CardOs, Party::Reader, Party::Software},
        {8'000, 8'288, Phase::Crypto, Party::Card, Party::Aes},
        {8'288, 9'000, Phase::Crypto, Party::Card, Party::Software},
        {9'000, 20'000, Phase::NvmWrite, Party::Card, Party::Nvm},
        {20'000, 21'000, Phase::CardOs, Party::Reader, Party::Software},
        {21'000, 30'000, Phase::TurnAround, Party::Reader, Party::Card},
        {30'000, 31'280, Phase::Command, Party::Reader, Party::Card},
        {31'280, 32'452, Phase::TurnAround, Party::Card, Party::Reader},
        {32'452, 40'000, Phase::Host, Party::Card, Party::Host},
    };
    EXPECT_EQ(profile.segments, wanted);
}

TEST(Profile, ExtendedWaitingTimeIsAPhaseOfItsOwn) {
    trace::Record record;
    record.end = 60'000;
    record.events.emplace_back(trace::FieldChange{true, 0});
    record.events.emplace_back(sent(Source::Pcd, "E0 50 BC A5", 1'000, 5'900));
    record.events.emplace_back(sent(Source::Picc, "06 75 77 81 02 80 02 F0", 7'072, 16'416));
    record.events.emplace_back(sent(Source::Pcd, "02 00 A4 D1 B1", 18'000, 24'000));
    record.events.emplace_back(sent(Source::Picc, "F2 01 91 40", 30'000, 34'736));
    record.events.emplace_back(sent(Source::Pcd, "F2 01 91 40", 36'000, 40'900));
    record.events.emplace_back(sent(Source::Picc, "02 90 00 F1 09", 50'000, 55'888));
    const auto profile = trace::profile_of(record);
    const auto phases = profile.by_phase();
    // S(WTX) of the card, the reader's 36'000 - 34'736, and its S(WTX).
    EXPECT_EQ(phases[static_cast<std::size_t>(Phase::Wtx)], 4'736U + 1'264U + 4'900U);
    // RATS and ATS.
    EXPECT_EQ(phases[static_cast<std::size_t>(Phase::Activation)], 4'900U + 9'344U);
    EXPECT_EQ(phases[static_cast<std::size_t>(Phase::Command)], 6'000U + 5'888U);
}

TEST(Profile, ASilentCardIsWaitedForUntilTheCallIsOver) {
    trace::Record record;
    record.end = 90'000;
    record.calls.push_back({"gate", "HLTA", "", 900, 20'000});
    record.calls.push_back({"contacts", "00 A4", "90 00", 30'000, 80'000});
    record.works.push_back({CardUnit::Os, 40'000, 45'000});
    record.events.emplace_back(trace::FieldChange{true, 0});
    record.events.emplace_back(sent(Source::Pcd, "50 00 57 CD", 1'000, 5'900));
    const auto phases = trace::profile_of(record).by_phase();
    const auto of = [&](Phase phase) { return phases[static_cast<std::size_t>(phase)]; };
    EXPECT_EQ(of(Phase::Silence), 20'000U - 5'900U);
    EXPECT_EQ(of(Phase::Line), 45'000U);
    EXPECT_EQ(of(Phase::CardOs), 5'000U);
    EXPECT_EQ(of(Phase::Host), 10'000U + 10'000U);
}

/// Whatever comes, in whatever order: no gap, no overlap, no tick twice.
TEST(Profile, EveryTickHasOnePhase) {
    for (std::uint32_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937 random{seed};
        const auto draw = [&](base::Tick most) { return random() % (most + 1); };
        trace::Record record;
        record.begin = draw(1'000);
        record.end = record.begin + 1 + draw(200'000);
        for (unsigned i = 0; i < 40; ++i) {
            const base::Tick start = draw(220'000);
            const base::Tick end = start + draw(20'000);
            switch (draw(4)) {
                case 0:
                    record.events.emplace_back(trace::FieldChange{draw(1) == 1, start});
                    break;
                case 1:
                    record.works.push_back({static_cast<CardUnit>(draw(3)), start, end});
                    break;
                case 2:
                    record.calls.push_back(
                        {draw(1) == 1 ? "contacts" : "gate", "x", "y", start, end});
                    break;
                default:
                    record.events.emplace_back(sent(draw(1) == 1 ? Source::Pcd : Source::Picc,
                                                    draw(1) == 1 ? "F2 01 91 40" : "E0 50 BC A5",
                                                    start, end));
            }
        }
        const auto profile = trace::profile_of(record);
        base::Tick at = record.begin;
        for (const auto& segment : profile.segments) {
            ASSERT_EQ(segment.begin, at);
            ASSERT_GT(segment.end, segment.begin);
            at = segment.end;
        }
        ASSERT_EQ(at, record.end);
        const auto phases = profile.by_phase();
        ASSERT_EQ(std::accumulate(phases.begin(), phases.end(), base::Tick{0}), profile.total());
    }
}

/// The rules of the Trace Event Format that Perfetto's importer needs.
TEST(Timeline, IsATraceOfSlicesAndCounters) {
    trace::Record record = found();
    record.works.push_back({CardUnit::Nvm, 103'000, 109'000});
    record.works.push_back({CardUnit::Nvm, 105'000, 108'000});  // after a cut
    record.calls.push_back({"gate", "WUPA \"quoted\"", "ok", 69'000, 102'000});
    record.level = {{1'000, 100}, {70'000, 0}, {70'034, 100}};
    record.load = {{72'231, 1}, {72'295, 0}};
    record.activity.push_back({"card", 12, 3, 1'000, {4, 8}});
    const std::vector<trace::Record> records{record, record};
    const std::vector<trace::Profile> profiles{trace::profile_of(record),
                                               trace::profile_of(record)};
    const auto json = nlohmann::json::parse(trace::to_timeline("A test", records, profiles));
    std::map<std::pair<int, int>, double> ends;
    std::set<std::string> slices, counters, tracks;
    for (const auto& event : json.at("traceEvents")) {
        ASSERT_TRUE(event.at("name").is_string());
        ASSERT_TRUE(event.at("ts").is_number());
        const auto phase = event.at("ph").get<std::string>();
        const std::pair track{event.at("pid").get<int>(), event.at("tid").get<int>()};
        if (phase == "X") {
            slices.insert(event.at("name"));
            const double ts = event.at("ts");
            EXPECT_GE(ts + 1e-3, ends[track]) << event;
            ends[track] = ts + event.at("dur").get<double>();
        } else if (phase == "C") {
            counters.insert(event.at("name"));
            EXPECT_TRUE(event.at("args").at("value").is_number());
        } else {
            ASSERT_EQ(phase, "M");
            if (event.at("name") == "thread_name") tracks.insert(event.at("args").at("name"));
        }
    }
    for (const char* name : {"ANTICOLL", "SELECT_UID", "ATQA", "gate: WUPA \"quoted\"", "NVM"})
        EXPECT_TRUE(slices.contains(name)) << name;
    EXPECT_EQ(counters,
              (std::set<std::string>{"level at the card, %", "load modulation", "toggles: card"}));
    EXPECT_TRUE(tracks.contains("reader: frames"));
    // 70'000 ticks of 1/13.56 MHz.
    for (const auto& event : json.at("traceEvents"))
        if (event.at("name") == "WUPA" && event.at("pid") == 1) {
            EXPECT_NEAR(event.at("ts").get<double>(), (70'000 - 100) / 13.56, 1e-3);
            EXPECT_NEAR(event.at("dur").get<double>(), 995 / 13.56, 1e-3);
        }
}

TEST(ProfilePage, StandsAlone) {
    const std::vector<trace::Record> records{found()};
    const std::vector<trace::Profile> profiles{trace::profile_of(records[0])};
    trace::Page page{"A <test>", "level tlm", &records, &profiles, {}, "rate"};
    page.sweep.push_back({"106", profiles[0].total(), profiles[0].by_phase()});
    const std::string html = trace::to_page(page);
    EXPECT_NE(html.find("A &lt;test>"), std::string::npos);
    EXPECT_NE(html.find("request and anticollision"), std::string::npos);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("src="), std::string::npos);
    EXPECT_EQ(html.find("href="), std::string::npos);
    std::size_t pictures = 0;
    for (std::size_t at = 0; (at = html.find("<svg", at)) != std::string::npos; ++at) ++pictures;
    EXPECT_EQ(pictures, 3U);
}

}  // namespace
