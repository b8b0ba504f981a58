// The air, its power and its observers: what world.hpp and docs/choices.md promise.
#include <gtest/gtest.h>

#include "air_bits.hpp"
#include "field/tlm_world.hpp"
#include "frame/bits.hpp"
#include "memory_store.hpp"

namespace model_test {
namespace {

class World : public testing::Test {
protected:
    std::unique_ptr<port::World> world = field::make_tlm_world({});
    MemoryStore store;
    MemoryStore store2;
    Driver driver{*world};
    Recorder recorder;

    port::CardProfile uid(std::string_view text) {
        auto profile = c1k();
        profile.uid = hex(text);
        return profile;
    }
};

class Script : public port::ScriptedCard {
public:
    std::optional<Reply> answer(const port::AirFrame& frame) override {
        seen.push_back(frame);
        if (!reply) {
            return std::nullopt;
        }
        return Reply{*reply, frame.end + delay};
    }
    std::optional<base::Bits> reply{};
    Tick delay = 1236;
    std::vector<port::AirFrame> seen{};
};

// ---- several cards ----

TEST_F(World, CollisionAtUidBit28) {
    world->place(0, uid("10E2F0A1"), store);
    world->place(5, uid("10E2F0B1"), store2);
    driver.on();
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    const auto answer = driver.raw("9320");
    EXPECT_TRUE(answer.errors.collision);
    EXPECT_FALSE(answer.errors.parity);
    EXPECT_EQ(answer.data, hex("10E2F0B1B3"));
    EXPECT_EQ(answer.collisions, hex("0000001010"));
    port::Request request;
    request.data = hex("935510E2F011");
    request.last_bits = 5;
    request.rx_align = 5;
    const auto rest = driver.send(request);
    EXPECT_EQ(rest.errors, port::Errors{});
    EXPECT_EQ(rest.data, hex("A0B3"));
    EXPECT_EQ(text(driver.with_crc("937010E2F0B1B3")), "08B6DD");
}

TEST_F(World, AtqaOfBothSizesIsOverlaid) {
    world->place(0, c1k(), store);
    world->place(1, c1k7(), store2);
    driver.on();
    const auto answer = driver.short_frame(0x26);
    EXPECT_EQ(answer.data, hex("4400"));
    EXPECT_EQ(answer.collisions, hex("4000"));
}

TEST_F(World, HaltedCardLetsTheOtherAnswer) {
    world->place(0, uid("10E2F0A1"), store);
    world->place(1, uid("14579F69"), store2);
    driver.on();
    driver.short_frame(0x26);
    EXPECT_EQ(text(driver.raw("937010E2F0A1A3A24D")), "08B6DD");
    EXPECT_EQ(text(driver.raw("500057CD")), "-");
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_EQ(text(driver.raw("9320")), "14579F69B5");
}

// ---- the reader's rules ----

TEST_F(World, RequestsThatBreakTheRulesThrow) {
    driver.on();
    port::Request request;
    request.start = world->now();
    EXPECT_THROW((void)world->exchange(request), std::invalid_argument);
    request.data = {0x26};
    request.last_bits = 8;
    EXPECT_THROW((void)world->exchange(request), std::invalid_argument);
    request.last_bits = 7;
    request.tx_crc = true;
    EXPECT_THROW((void)world->exchange(request), std::invalid_argument);
    request.tx_crc = false;
    request.timeout = Tick{1} << 30;
    EXPECT_THROW((void)world->exchange(request), std::invalid_argument);
    request.timeout = 5000;
    request.start = world->now() - 1;
    EXPECT_THROW((void)world->exchange(request), std::invalid_argument);
    EXPECT_THROW((void)world->pauses({}, 1000), std::invalid_argument);
    EXPECT_THROW((void)world->pauses({world->now() + 100, world->now() + 110}, 1000),
                 std::invalid_argument);
}

TEST_F(World, EmptyFieldIsSilentUntilTheTimeOut) {
    driver.on();
    port::Request request;
    request.data = {0x26};
    request.last_bits = 7;
    request.timeout = 5000;
    const auto answer = driver.send(request);
    EXPECT_TRUE(answer.silent);
    EXPECT_EQ(answer.rx_start, 0U);
    EXPECT_EQ(answer.rx_end, answer.tx_end + 5000);
    EXPECT_EQ(world->now(), answer.rx_end + 512);
}

TEST_F(World, AnswerMayBeginAtTheTimeOutButNotLater) {
    world->place(0, c1k(), store);
    driver.on();
    port::Request request;
    request.data = {0x52};
    request.last_bits = 7;
    request.timeout = 1235;
    EXPECT_TRUE(driver.send(request).silent);
    world->wait_until(world->now() + 10'000);
    driver.raw("00");
    request.timeout = 1236;
    EXPECT_EQ(text(driver.send(request)), "0400");
    EXPECT_EQ(world->now(), request.start + 960 + 35 + 1236 + 128 * 19 + 1172);
}

TEST_F(World, OnlyOneWorldAtATimeButOneAfterTheOther) {
    EXPECT_THROW((void)field::make_tlm_world({}), std::logic_error);
    world->place(0, c1k(), store);
    driver.on();
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    world.reset();
    world = field::make_tlm_world({});
    Driver again{*world};
    world->place(0, c1k(), store);
    again.on();
    EXPECT_EQ(text(again.short_frame(0x26)), "0400");
}

// ---- scripted cards and what the reader judges ----

TEST_F(World, ParityErrorLeavesTheBytesReadable) {
    Script script;
    script.reply = with_parity("10E2F0A1A3", "01111");
    (*script.reply)[9 + 8] = 0;
    world->place(0, script);
    driver.on();
    const auto answer = driver.raw("9320");
    EXPECT_TRUE(answer.errors.parity);
    EXPECT_EQ(answer.data, hex("10E2F0A1A3"));
    ASSERT_EQ(script.seen.size(), 1U);
    EXPECT_EQ(show(script.seen[0].bits), show(marked("93 20")));
}

TEST_F(World, FourBitsAreNoParityError) {
    Script script;
    script.reply = nibble(5);
    world->place(0, script);
    driver.on();
    const auto answer = driver.raw("3000");
    EXPECT_EQ(text(answer), "05/4");
    EXPECT_EQ(answer.errors, port::Errors{});
}

TEST_F(World, WholeByteWithoutParityIsAnError) {
    Script script;
    script.reply = bits("01010101");
    world->place(0, script);
    driver.on();
    EXPECT_TRUE(driver.raw("3000").errors.parity);
}

TEST_F(World, CrcIsJudgedAndTakenOff) {
    Script script;
    script.reply = marked("08 B6 DD");
    world->place(0, script);
    driver.on();
    port::Request request;
    request.data = hex("9320");
    request.rx_crc = true;
    auto answer = driver.send(request);
    EXPECT_EQ(text(answer), "08");
    EXPECT_FALSE(answer.errors.any());
    script.reply = marked("08 B6 DC");
    answer = driver.send(request);
    EXPECT_TRUE(answer.errors.crc);
    EXPECT_EQ(text(answer), "08B6DC");
    script.reply = marked("63 63");  // the CRC of nothing
    EXPECT_TRUE(driver.send(request).errors.crc);
    script.reply = nibble(4);
    answer = driver.send(request);
    EXPECT_TRUE(answer.errors.crc);
    EXPECT_EQ(text(answer), "04/4");
}

TEST_F(World, LongerThan256BytesOverflows) {
    Script script;
    base::Bytes data(257, 0x5A);
    script.reply = frame::standard_bits(data);
    world->place(0, script);
    driver.on();
    auto answer = driver.raw("3000");
    EXPECT_TRUE(answer.errors.overflow);
    EXPECT_EQ(answer.collisions, base::Bytes(256, 0));
    EXPECT_EQ(answer.data.size(), 256U);
    EXPECT_EQ(answer.rx_end, answer.rx_start + 128 * (1 + 257 * 9));
    data.pop_back();
    script.reply = frame::standard_bits(data);
    EXPECT_FALSE(driver.raw("3000").errors.any());
}

TEST_F(World, AsDataKeepsParityBits) {
    Script script;
    script.reply = marked("08 B6!");
    world->place(0, script);
    driver.on();
    port::Request request;
    request.data = hex("26");
    request.last_bits = 7;
    request.parity = port::Parity::AsData;
    const auto answer = driver.send(request);
    EXPECT_EQ(answer.last_bits, 2U);
    EXPECT_EQ(answer.data, hex("086C03"));  // 00010000.0 01101101.1
}

// ---- power ----

TEST_F(World, CardHearsFramesFromRAndTheStoreIsToldR) {
    world->place(0, c1k(), store);
    world->field(true, 3000);
    port::Request request;
    request.data = {0x26};
    request.last_bits = 7;
    request.start = 3000 + 4096;
    EXPECT_EQ(text(world->exchange(request)), "0400");
    EXPECT_EQ(store.up, (std::vector<Tick>{3000 + 4096}));
}

TEST_F(World, FrameBeforeRStartsTheCountAgain) {
    world->place(0, c1k(), store);
    world->field(true, 3000);
    port::Request request;
    request.data = {0x26};
    request.last_bits = 7;
    request.timeout = 2000;
    request.start = 3000 + 4095;
    EXPECT_EQ(text(world->exchange(request)), "-");
    const Tick ready = request.start + 1024 + 34 + 4096;
    request.start = ready;
    EXPECT_EQ(text(world->exchange(request)), "0400");
    EXPECT_EQ(store.up, (std::vector<Tick>{ready}));
}

TEST_F(World, FieldLossForgetsEverything) {
    world->place(0, c1k(), store);
    driver.on();
    ASSERT_TRUE(driver.select());
    ASSERT_EQ(driver.auth(0x60, 4).status, port::AuthStatus::Ok);
    const auto off = world->now();
    world->field(false, off);
    EXPECT_FALSE(world->crypto1_on());
    world->wait_until(off + 1039);
    EXPECT_EQ(store.lost, (std::vector<Tick>{}));
    world->wait_until(off + 1040);
    EXPECT_EQ(store.lost, (std::vector<Tick>{off + 1040}));
    EXPECT_THROW(world->field(true, off + 2047), std::invalid_argument);
    world->field(true, off + 2048);
    world->wait_until(off + 10'000);
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

TEST_F(World, CutWhileProgramming) {
    world->place(0, c1k(), store);
    driver.on();
    ASSERT_TRUE(driver.select());
    ASSERT_EQ(driver.auth(0x60, 4).status, port::AuthStatus::Ok);
    ASSERT_EQ(text(driver.with_crc("A004")), "0A/4");
    world->observe(&recorder);
    const auto start = world->now();
    const auto cut = start + 128 * (1 + 18 * 9) + 10'000;
    world->cut_power(cut);
    const auto answer = driver.with_crc("00112233445566778899AABBCCDDEEFF");
    EXPECT_TRUE(answer.silent);
    EXPECT_EQ(answer.rx_end, answer.tx_end + 67'800);
    ASSERT_EQ(store.programmed.size(), 1U);
    const auto grid_z = answer.tx_end + 20 + 1024;
    EXPECT_TRUE(store.programmed[0] == grid_z || store.programmed[0] == grid_z + 64);
    EXPECT_EQ(store.lost, (std::vector<Tick>{cut + 1040}));
    ASSERT_EQ(recorder.frames.size(), 1U);
    EXPECT_EQ(recorder.fields, (std::vector<std::pair<bool, Tick>>{{false, cut}}));
    EXPECT_TRUE(driver.short_frame(0x52).silent);
    EXPECT_EQ(recorder.frames.size(), 1U);
    EXPECT_TRUE(world->crypto1_on());
    world->crypto1_off();
    driver.on();
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

TEST_F(World, CutBeforeTheEocOfTheAnswerIsSilence) {
    world->place(0, c1k(), store);
    driver.on();
    const auto start = world->now();
    const Tick eoc = start + 2196 + 35 + 128 * 20;
    world->cut_power(eoc - 1);
    EXPECT_TRUE(driver.short_frame(0x26).silent);
    driver.on();
    world->cut_power(world->now() + 2196 + 35 + 128 * 20);
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_TRUE(driver.short_frame(0x52).silent);
}

TEST_F(World, RemovedCardLosesPowerAtOnceAndANewOneStarts) {
    world->place(0, c1k(), store);
    driver.on();
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    const auto gone = world->now();
    world->remove(0);
    EXPECT_EQ(store.lost, (std::vector<Tick>{gone}));
    EXPECT_TRUE(driver.short_frame(0x52).silent);
    const auto placed = world->now();
    world->place(0, uid("14579F69"), store2);
    EXPECT_THROW(world->place(0, c1k(), store), std::invalid_argument);
    EXPECT_THROW(world->remove(1), std::invalid_argument);
    world->wait_until(placed + 4096);
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_EQ(store2.up, (std::vector<Tick>{placed + 4096}));
}

// ---- observers and raw pauses ----

TEST_F(World, ObserverSeesEveryFrameOnceInOrder) {
    world->observe(&recorder);
    world->place(0, uid("10E2F0A1"), store);
    world->place(3, uid("10E2F0B1"), store2);
    driver.on();
    const auto start = world->now();
    driver.short_frame(0x26);
    ASSERT_EQ(recorder.frames.size(), 3U);
    EXPECT_EQ(recorder.frames[0].source, port::AirFrame::Source::Pcd);
    EXPECT_EQ(recorder.frames[0].start, start);
    EXPECT_EQ(recorder.frames[0].end, start + 1024 + 35);
    EXPECT_EQ(show(recorder.frames[0].bits), "0110010");
    EXPECT_EQ(recorder.frames[1].slot, 0U);
    EXPECT_EQ(recorder.frames[2].slot, 3U);
    EXPECT_EQ(recorder.frames[2].start, start + 2196 + 35);
    EXPECT_EQ(recorder.frames[2].end, start + 2196 + 35 + 128 * 19);
    EXPECT_EQ(recorder.fields.size(), 1U);
}

TEST_F(World, AnswerBehindTheTimeOutIsStillOnTheAir) {
    world->observe(&recorder);
    world->place(0, c1k(), store);
    driver.on();
    port::Request request;
    request.data = {0x26};
    request.last_bits = 7;
    request.timeout = 400;
    EXPECT_TRUE(driver.send(request).silent);
    EXPECT_EQ(recorder.frames.size(), 1U);
    world->wait_until(world->now() + 10'000);
    ASSERT_EQ(recorder.frames.size(), 2U);
    EXPECT_EQ(recorder.frames[1].source, port::AirFrame::Source::Picc);
}

TEST_F(World, PauseBeforeTheDecisionBreaksTheFrame) {
    world->place(0, c1k(), store);
    driver.on();
    const auto s = world->now();
    EXPECT_TRUE(
        world->pauses({s, s + 128, s + 320, s + 448, s + 640, s + 832, s + 1024, s + 1280}, 67'800)
            .silent);
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

TEST_F(World, CutReqaIsTwoBrokenFrames) {
    world->place(0, c1k(), store);
    driver.on();
    const auto s = world->now();
    const auto gap = 384;
    EXPECT_TRUE(world
                    ->pauses({s, s + 128, s + 320, s + 448 + gap, s + 640 + gap, s + 832 + gap,
                              s + 1024 + gap},
                             67'800)
                    .silent);
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

TEST_F(World, PausesOfAWholeReqaAreAnswered) {
    world->place(0, c1k(), store);
    driver.on();
    const auto s = world->now();
    const auto answer =
        world->pauses({s, s + 128, s + 320, s + 448, s + 640, s + 832, s + 1024}, 67'800);
    EXPECT_EQ(answer.data, hex("040002"));  // 00100000.0 00000000.1
    EXPECT_EQ(answer.last_bits, 2U);
    EXPECT_EQ(answer.tx_end, s + 1024 + 35);
    EXPECT_EQ(answer.rx_start, s + 2196 + 35);
}

TEST_F(World, LonePauseChangesNothing) {
    world->place(0, c1k(), store);
    driver.on();
    driver.short_frame(0x26);
    EXPECT_TRUE(world->pauses({world->now()}, 2000).silent);
    EXPECT_EQ(text(driver.raw("9320")), "10E2F0A1A3");
}

TEST_F(World, CardIsDeafAfterSilence) {
    world->place(0, c1k(), store);
    driver.on();
    port::Request broken;
    broken.data = {0x26};
    broken.last_bits = 6;
    // Six bits 011001 end with an X: D = E + 84 + 256, deaf until D + 512; nothing starts within
    // 512.
    broken.timeout = 84 + 256 - 1;
    EXPECT_TRUE(driver.send(broken).silent);
    EXPECT_TRUE(driver.short_frame(0x26).silent);
    broken.timeout = 84 + 256;
    EXPECT_TRUE(driver.send(broken).silent);
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
}

}  // namespace
}  // namespace model_test
