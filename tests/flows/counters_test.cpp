// What the RTL counts of its own phases, read over its buses, is what its
// frames on the air say.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "aes/software_engine.hpp"
#include "cardos/make_chip.hpp"
#include "field/tlm_world.hpp"
#include "link/contactless_card.hpp"
#include "reader/reader.hpp"
#include "reader/secure_channel.hpp"
#include "trace/profile.hpp"
#include "verilated/rtl_crypto.hpp"
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

    explicit Sums(const trace::Record& record) {
        const port::AirFrame* asked = nullptr;
        for (const auto& event : record.events) {
            const auto* frame = std::get_if<port::AirFrame>(&event);
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

TEST_F(Counters, ClearedTheyCountAnew) {
    const base::SectorKey key{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
    const auto found = reader_.activate(reader::Wake::All);
    ASSERT_EQ(found.status, reader::Status::Ok);
    world_.wait_until(world_.now() + 20'000);
    EXPECT_NE(world_.reader_phases()[PcdField], 0U);
    world_.clear_phases(0);

    trace::Recorder since;
    world_.observe(&since);
    ASSERT_EQ(reader_.authenticate(reader::KeyKind::A, 4, key, found.card.auth_uid()),
              reader::Status::Ok);
    world_.wait_until(world_.now() + 20'000);
    trace::Record record;
    record.end = world_.now();
    record.events = since.events();
    const Sums sums{record};
    ASSERT_EQ(sums.answers, 2U);
    const auto reader = world_.reader_phases();
    EXPECT_EQ(reader[PcdSend], sums.send);
    EXPECT_EQ(reader[PcdReceive], sums.receive);
    EXPECT_EQ(reader[PcdDelay], sums.delay);
    EXPECT_EQ(reader[PcdField], 0U);
    EXPECT_EQ(reader[PcdOff], 0U);
    const auto card = world_.card_phases(0);
    EXPECT_EQ(card[CardSend], sums.receive);
    EXPECT_EQ(card[CardReceive], sums.heard);
}

TEST_F(Counters, OfCommandsThatAHostAnswers) {
    hostlink::ContactlessCard card{reader_};
    ASSERT_FALSE(card.power_on().empty());
    const base::Bytes select{0x00, 0xA4, 0x04, 0x00, 0x00};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(card.transmit(select).empty());
    expect_as_on_the_air(0);
    EXPECT_GT(world_.card_phases(0)[CardHost], 3U * 256U);
}

/// What a chip's units were at.
class Works final : public port::WorkObserver {
public:
    void on_work(port::CardUnit unit, Tick begin, Tick end) override {
        all.push_back({unit, begin, end});
    }
    std::vector<trace::Work> all{};
};

/// An engine of somebody else's.
class Lent final : public port::CryptoPort {
public:
    Lent(port::CryptoPort& engine, Tick& wiped) : engine_{engine}, wiped_{wiped} {}
    [[nodiscard]] Tick load_key(base::ByteView key) override { return engine_.load_key(key); }
    [[nodiscard]] Tick encrypt(AesBlock& block) override { return engine_.encrypt(block); }
    [[nodiscard]] Tick decrypt(AesBlock& block) override { return engine_.decrypt(block); }
    void wipe() noexcept override {
        ++wiped_;
        engine_.wipe();
    }

private:
    port::CryptoPort& engine_;
    Tick& wiped_;
};

/// A channel by SCP03 and a GET STATUS in it, over the air: ticks of phase crypto.
Tick crypto_of_a_channel(port::World& world, port::CryptoPort& engine, Tick& wiped) {
    Works works;
    trace::Recorder recorder;
    cardos::ChipOptions options;
    options.crypto = std::make_unique<Lent>(engine, wiped);
    options.chip.observer = &works;
    const auto chip = cardos::make_chip(std::move(options));
    port::CardProfile profile;
    profile.uid = {0x9C, 0x59, 0x9B, 0x32};
    profile.sak = 0x20;
    profile.ats = {0x05, 0x78, 0x77, 0x91, 0x02};
    world.observe(&recorder);
    world.place(0, profile, *chip);
    reader::Reader reader{world};
    reader.field_on();
    hostlink::ContactlessCard card{reader};
    EXPECT_FALSE(card.power_on().empty());
    const auto send = [&](base::ByteView command) { return card.transmit(command); };

    const auto key = [](std::uint8_t first) {  // of the test plan's card
        base::Bytes bytes(16);
        std::iota(bytes.begin(), bytes.end(), first);
        return reader::ScpKey{bytes};
    };
    reader::SecureChannel channel{{key(0x40), key(0x50), key(0x60)}};
    const base::Bytes challenge(8, 0x11);
    EXPECT_TRUE(channel.offered(challenge, send(reader::initialize_update(0x30, challenge))));
    EXPECT_TRUE(channel.opened(send(channel.external_authenticate(0x33))));
    const auto answer = channel.transmit({0x80, 0xF2, 0x80, 0x02, {0x4F, 0x00}, 256}, send);
    EXPECT_TRUE(answer && answer->sw == apdu::Sw::Ok);

    world.wait_until(world.now() + 20'000);
    trace::Record record;
    record.end = world.now();
    record.events = recorder.events();
    record.works = works.all;
    world.observe(nullptr);
    return trace::profile_of(record).by_phase()[static_cast<std::size_t>(Phase::Crypto)];
}

/// The engine's own count of its work and of its bus is what the profile of either level has; it
/// also sees keys being wiped (32 bytes and a run), which nobody waits for.
TEST(CountersOfAes, AreTheProfilesCrypto) {
    constexpr Tick WipeTicks = 2 + 2 * 32 + 2 + 301 + 2;
    tb::RtlCrypto rtl;
    tb::RtlWorld world{{}, {}};
    Tick wiped = 0;
    const auto before = rtl.counted();
    const auto crypto = crypto_of_a_channel(world, rtl, wiped);
    const auto after = rtl.counted();
    EXPECT_EQ(crypto + wiped * WipeTicks, after.work - before.work + after.access - before.access);
    EXPECT_GT(after.work - before.work, 10U * 221U) << "ten blocks and more";
    EXPECT_EQ(rtl.check_failures(), 0);

    aes::SoftwareEngine software;
    EXPECT_EQ(crypto, crypto_of_a_channel(*field::make_tlm_world({}), software, wiped));
}

}  // namespace
