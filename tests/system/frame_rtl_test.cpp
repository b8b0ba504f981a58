// Frames through an antenna that is not ideal (test plan, FRAME-A rows of level rtl).
#include "level.hpp"
#include "verilated/rtl_world.hpp"

namespace system_test {
namespace {

/// ATQA a given number of ticks after the end of any frame.
struct LateAnswer final : port::ScriptedCard {
    Tick delay = 1172;
    std::optional<Reply> answer(const port::AirFrame& frame) override {
        return Reply{bytes("04 00"), frame.end + delay};
    }
};

class Frame : public LevelTest {
protected:
    void expect_atqa_with_pause(unsigned ticks) {
        port::AirProfile air;
        air.pause_ticks = ticks;
        use(air);
        place(c1k());
        EXPECT_EQ(short_frame(0x26), "04 00");
    }
    void expect_atqa_with_load(unsigned permille) {
        tb::RtlOptions options;
        options.load_permille = permille;
        use(options);
        place(c1k());
        EXPECT_EQ(short_frame(0x26), "04 00");
    }
};
ON_RTL(Frame);

TEST_P(Frame, FRAME_A_06_PauseOf28IsHeard) { expect_atqa_with_pause(28); }
TEST_P(Frame, FRAME_A_06_PauseOf34IsHeard) { expect_atqa_with_pause(34); }
TEST_P(Frame, FRAME_A_06_PauseOf40IsHeard) { expect_atqa_with_pause(40); }
TEST_P(Frame, FRAME_A_06_PauseOf41IsHeard) { expect_atqa_with_pause(41); }
TEST_P(Frame, FRAME_A_06_PauseOf56IsHeard) { expect_atqa_with_pause(56); }

TEST_P(Frame, FRAME_A_07_ClockThatStopsInEachPauseIsNoHarm) {
    place(c1k());
    field_on();
    for (const unsigned lost : {0U, 16U, 32U, 48U, 56U}) {
        SCOPED_TRACE(testing::Message() << lost << " ticks lost");
        rtl()->lose_ticks({lost});
        EXPECT_EQ(short_frame(0x26), "04 00");
        EXPECT_EQ(send("93 20"), "10 E2 F0 A1 A3");
        field_off(67'800);
    }
}

TEST_P(Frame, FRAME_A_08_LostTicksMayChangeFromPauseToPause) {
    place(c1k());
    field_on();
    rtl()->lose_ticks({0, 56});
    EXPECT_EQ(short_frame(0x26), "04 00");
    EXPECT_EQ(send("93 20"), "10 E2 F0 A1 A3");
}

TEST_P(Frame, FRAME_A_09_ShortDipIsNoPause) {
    place(c1k());
    field_on();
    // The first Y of 26 lasts from 512 to 639 ticks after the SOC.
    rtl()->dip(next_start() + 576, 4);
    EXPECT_EQ(short_frame(0x26), "04 00");
}

TEST_P(Frame, FRAME_A_09_DipBehindThePauseMovesNothing) {
    place(c1k());
    field_on();
    // The last pause of 26 begins 1024 ticks after the SOC.
    rtl()->dip(next_start() + 1024 + 34 + 20, 8);
    EXPECT_EQ(short_frame(0x26), "04 00");
    EXPECT_EQ(reply().fdt(), 1172U);
}

TEST_P(Frame, FRAME_A_09_DipBeforeTheFrameIsNoSoc) {
    place(c1k());
    field_on();
    for (const Tick ahead : {Tick{30}, Tick{40}, Tick{50}}) {
        SCOPED_TRACE(ahead);
        rtl()->dip(next_start() - ahead, 8);
        EXPECT_EQ(short_frame(0x52), "04 00");
        EXPECT_EQ(reply().fdt(), 1236U);
        EXPECT_EQ(short_frame(0x26), "silent");
    }
}

TEST_P(Frame, FRAME_A_10_SlowRiseAndOvershootDelayTheAnswerLittle) {
    port::AirProfile air;
    air.rise = 34;  // 5 % to 90 % in 16 ticks, to 60 % in 6
    air.overshoot = 10;
    use(air);
    place(c1k());
    to_ready();
    EXPECT_EQ(send("93 20"), "10 E2 F0 A1 A3");
    EXPECT_GE(reply().fdt(), 1172U);
    EXPECT_LE(reply().fdt(), 1178U);
}

TEST_P(Frame, FRAME_A_11_ComparatorAndConverterHearTheSame) {
    place(c1k());
    to_ready();
    ASSERT_EQ(send("93 20"), "10 E2 F0 A1 A3");
    const Reply converter = reply();

    const auto world = tb::make_rtl_world({}, {.comparator = true});
    Recorder recorded;
    store::SectorStore store{c1k().blocks};
    world->observe(&recorded);
    world->place(0, c1k().profile, store);
    world->field(true, FieldOnAt);
    for (const auto& frame : recorder().frames) {
        if (frame.source != port::AirFrame::Source::Pcd) continue;
        port::Request request;
        request.data = frame.bits.size() == 7 ? Bytes{0x26} : Bytes{0x93, 0x20};
        request.last_bits = frame.bits.size() == 7 ? 7 : 0;
        request.start = frame.start;
        const port::Answer answer = world->exchange(request);
        EXPECT_FALSE(answer.silent);
        if (request.data.size() == 2) {
            EXPECT_EQ(answer.rx_start, converter.rx_start);
        }
    }
    EXPECT_EQ(recorded.frames, recorder().frames);
}

TEST_P(Frame, FRAME_A_21_WeakLoadModulationIsHeard) { expect_atqa_with_load(6); }
TEST_P(Frame, FRAME_A_21_StrongLoadModulationIsHeard) { expect_atqa_with_load(460); }

TEST_P(Frame, FRAME_A_21_WeakLoadModulationIsHeardAtAnyFieldStrengthAndTick) {
    for (unsigned carrier = 64; carrier < 256; carrier += 8) {
        port::AirProfile air;
        air.carrier = carrier;
        air.load = 4;
        const auto world = tb::make_rtl_world(air, {});
        LateAnswer card;
        world->place(0, card);
        world->field(true, FieldOnAt);
        Tick start = FieldOnAt + Ready;
        for (card.delay = 1172; card.delay < 1176; ++card.delay) {
            SCOPED_TRACE(testing::Message() << "carrier " << carrier << ", delay " << card.delay);
            port::Request request;
            request.data = Bytes{0x26};
            request.last_bits = 7;
            request.start = start;
            const port::Answer answer = world->exchange(request);
            EXPECT_EQ(answer.data, (Bytes{0x04, 0x00}));
            EXPECT_EQ(answer.rx_start, answer.tx_end + card.delay);
            start = world->now() + Gap;
        }
    }
}

TEST_P(Frame, FRAME_A_22_StraySubcarrierBeforeTheAnswerIsNoHarm) {
    place(c1k());
    to_ready();
    // The UID begins 3638 ticks after the SOC as the card sees it (TIME-02).
    rtl()->stray_load(next_start() + 1 + 3604 + 34 - 300, 32);
    EXPECT_EQ(send("93 20"), "10 E2 F0 A1 A3");
    EXPECT_EQ(text_of(reply().collisions), text_of(Bits(45, 0)));
}

}  // namespace
}  // namespace system_test
