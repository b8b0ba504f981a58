// What the RTL counts of its own phases, read over its buses, is what its
// frames on the air say.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "cardos/make_chip.hpp"
#include "link/contactless_card.hpp"
#include "reader/reader.hpp"
#include "trace/profile.hpp"
#include "verilated/rtl_world.hpp"

namespace {

using base::Tick;
using trace::Phase;
using Source = port::AirFrame::Source;

constexpr Tick GuardTicks = 1172;  // docs/choices.md, Power
constexpr Tick Pause = 34;

// nfc_pkg::pcd_phase_e and card_phase_e
enum Pcd : std::size_t {
    PcdOff,
    PcdField,
    PcdHost,
    PcdGuard,
    PcdSend,
    PcdDelay,
    PcdReceive,
    PcdSilence
};
enum Card : std::size_t {
    CardOff,
    CardListen,
    CardReceive,
    CardDelay,
    CardMemory,
    CardHost,
    CardSend
};

/// What the frames say.
struct Sums {
    Tick send = 0, receive = 0, delay = 0, heard = 0, answers = 0;

    explicit Sums(const trace::Record &record) {
        const port::AirFrame *asked = nullptr;
        for (const auto &event : record.events) {
            const auto *frame = std::get_if<port::AirFrame>(&event);
            if (frame == nullptr) continue;
            if (frame->source == Source::Pcd) {
                send += frame->end - frame->start;
                heard += frame->end - (frame->start + Pause + 1);  // from its first pause's end
                asked = frame;
            } else {
                receive += frame->end - frame->start;
                delay += frame->start - asked->end;
                ++answers;
            }
        }
    }
};

tb::RtlOptions everything() {
    tb::RtlOptions options;
    options.skip = false;
    options.computing = tb::FieldSim::Computing::All;  // the simulation in parts has no counters
    return options;
}

class Counters : public testing::Test {
protected:
    Counters() {
        world_.observe(&recorder_);
        card_.uid = {0x9C, 0x59, 0x9B, 0x32};
        card_.sak = 0x28;
        card_.ats = {0x05, 0x78, 0x77, 0x91, 0x02};
        world_.place(0, card_, *chip_);
        reader_.field_on();
    }

    void expect_as_on_the_air(Tick programmed) {
        world_.wait_until(world_.now() + 20'000);  // what went before is over
        trace::Record record;
        record.end = world_.now();
        record.events = recorder_.events();
        const Tick latest = record.end;
        const auto profile = trace::profile_of(record);
        const auto phases = profile.by_phase();
        const auto of = [&](Phase phase) { return phases[static_cast<std::size_t>(phase)]; };
        const Sums sums{record};
        ASSERT_GT(sums.answers, 4U);

        const auto reader = world_.reader_phases();
        EXPECT_EQ(reader[PcdSend], sums.send);
        EXPECT_EQ(reader[PcdReceive], sums.receive);
        EXPECT_EQ(reader[PcdDelay], sums.delay);
        EXPECT_EQ(reader[PcdGuard], GuardTicks * sums.answers);
        EXPECT_EQ(reader[PcdField], of(Phase::Field));
        EXPECT_EQ(reader[PcdOff], of(Phase::Off));
        const auto counted = std::accumulate(reader.begin(), reader.end(), Tick{0});
        EXPECT_LE(counted, latest);
        // The host's time still lasts; what it takes is missing from the sum and
        // nothing else.
        EXPECT_EQ(reader[PcdHost] + reader[PcdSilence] + (latest - counted),
                  of(Phase::Host) + of(Phase::Silence));

        const auto card = world_.card_phases(0);
        EXPECT_EQ(card[CardSend], sums.receive);
        EXPECT_EQ(card[CardReceive], sums.heard);
        EXPECT_EQ(card[CardDelay] + card[CardMemory] + card[CardHost], sums.delay);
        EXPECT_EQ(card[CardMemory], programmed);
    }

    port::CardProfile card_{};
    std::unique_ptr<cardos::Chip> chip_ = cardos::make_chip();
    trace::Recorder recorder_{};
    tb::RtlWorld world_{{}, everything()};
    reader::Reader reader_{world_};
};

TEST_F(Counters, OfAReaderThatReadsAndWrites) {
    const base::SectorKey key{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
    const auto found = reader_.activate(reader::Wake::All);
    ASSERT_EQ(found.status, reader::Status::Ok);
    ASSERT_EQ(reader_.authenticate(reader::KeyKind::A, 4, key, found.card.auth_uid()),
              reader::Status::Ok);
    ASSERT_EQ(reader_.read(4).status, reader::Status::Ok);
    ASSERT_EQ(reader_.write(4, base::Bytes(16, 0x5A)).status, reader::Status::Ok);
    ASSERT_EQ(reader_.halt(), reader::Status::Ok);
    expect_as_on_the_air(27'136);
}

TEST_F(Counters, OfCommandsThatAHostAnswers) {
    hostlink::ContactlessCard card{reader_};
    ASSERT_FALSE(card.power_on().empty());
    const base::Bytes select{0x00, 0xA4, 0x04, 0x00, 0x00};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(card.transmit(select).empty());
    expect_as_on_the_air(0);
    EXPECT_GT(world_.card_phases(0)[CardHost], 3U * 256U);
}

}  // namespace
