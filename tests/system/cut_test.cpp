// The carrier stops while a frame ends or just after it (docs/choices.md, Frames at the card,
// ISO-DEP: field loss).
#include "link_level.hpp"

namespace system_test {
namespace {

using port::BitRate;

class Cut : public LinkTest {
protected:
    static constexpr Tick FieldOff = 8192;
    static constexpr Tick Patience = 9000;
    static constexpr const char* EndsWithX = "02 80 03 00 00 01";
    static constexpr const char* EndsWithZ = "02 80 03 00 01 01";

    void place_a() {
        b_ = false;
        application_ = &place_dep(with_ats(dep4(), "05 78 77 01 02"), 4096);
    }
    void place_of_b() {
        b_ = true;
        Card card = type_b_card();
        card.profile.atqb = {0x01, 0x02, 0x03, 0x04, 0x77, 0x81, 0x01};
        application_ = &place_dep(card, 4096);
    }

    /// How long `block` is at `rate`, from its start to E.
    Tick length(BitRate rate, const char* block) {
        activate(rate);
        EXPECT_NE(say_checked(block, link_), "silent");
        const auto frame = last_of_reader();
        return frame.end - frame.start;
    }
    /// Whether a block is told to the application whose carrier stops `at` ticks after its start.
    bool told(BitRate rate, const char* block, Tick at) {
        activate(rate);
        const auto before = application_->commands.size();
        world().cut_power(next_start() + at);
        EXPECT_EQ(say_checked(block, link_), "silent");
        return application_->commands.size() != before;
    }

private:
    /// From the field off: whatever was cut before, the card answers.
    void activate(BitRate rate) {
        const auto index = static_cast<unsigned>(rate);
        field_off(FieldOff);
        listen_for(Patience);
        if (b_) {
            static constexpr std::array Rates{"00", "50", "A0", "F0"};
            link_ = OverB;
            ASSERT_NE(say_checked("05 00 08", link_), "silent");
            ASSERT_EQ(
                say_checked(std::string{"1D 56 64 73 F2 00 "} + Rates[index] + " 01 00", link_),
                "00");
        } else {
            static constexpr std::array Rates{"00", "05", "0A", "0F"};
            link_ = {};
            ASSERT_EQ(short_frame(0x52), "04 00");
            select();
            ASSERT_NE(send(with_crc("E0 50")), "silent");
            ASSERT_NE(send(with_crc(std::string{"D0 11 "} + Rates[index])), "silent");
        }
        link_.tx = link_.rx = rate;
    }

    TestApplication* application_ = nullptr;
    Link link_{};
    bool b_ = false;
};
ON_BOTH_LEVELS(Cut);

TEST_P(Cut, AFrameOfTypeAIsKnownWhenThereIsAFieldAtD) {
    place_a();
    // From E to G (14443-3, 6.2.1.1).
    constexpr std::array<Tick, 4> AfterX{84, 148, 116, 100};
    constexpr std::array<Tick, 4> AfterZ{20, 116, 100, 92};
    for (const auto rate : {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16}) {
        for (const char* block : {EndsWithX, EndsWithZ}) {
            SCOPED_TRACE(testing::Message()
                         << "rate " << static_cast<unsigned>(rate) << ", " << block);
            const auto& delays = block == EndsWithX ? AfterX : AfterZ;
            const Tick decision =
                length(rate, block) + delays[static_cast<std::size_t>(rate)] + 256;
            EXPECT_FALSE(told(rate, block, decision - 7));
            EXPECT_TRUE(told(rate, block, decision - 6));
        }
    }
}

// A piece of 5 bytes is told at G + 1108, if the field is lost no earlier: 1024 ticks after the
// carrier stopped.
TEST_P(Cut, APieceIsToldUntilTheFieldIsLost) {
    place_of_b();
    const Tick last = length(BitRate::Fc128, EndsWithX) + 20 + 1108 - 1024;
    EXPECT_FALSE(told(BitRate::Fc128, EndsWithX, last - 1));
    EXPECT_TRUE(told(BitRate::Fc128, EndsWithX, last));
}

// Both levels side by side: no cut keeps a card from answering when the field is back.
TEST_P(Cut, BothLevelsAgreeWhereverTheCarrierStops) {
    use_lockstep();
    on_rtl() ? place_a() : place_of_b();
    for (const auto rate : {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16}) {
        SCOPED_TRACE(testing::Message() << "rate " << static_cast<unsigned>(rate));
        const Tick end = length(rate, EndsWithX);
        for (Tick at = end - 300; at < end + 450; at += 62) {
            SCOPED_TRACE(testing::Message() << "cut " << at << " after the start, E " << end);
            told(rate, EndsWithX, at);
            if (HasFatalFailure()) return;
        }
    }
    // The level falls while the receiver of type B makes out its first low.
    const Tick end = length(BitRate::Fc128, EndsWithX);
    for (Tick at = end + 100; at < end + 150 && !HasFatalFailure(); ++at) {
        SCOPED_TRACE(testing::Message() << "cut " << at - end << " ticks behind E");
        told(BitRate::Fc128, EndsWithX, at);
    }
}

}  // namespace
}  // namespace system_test
