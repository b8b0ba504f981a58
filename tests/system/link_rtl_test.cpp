// Phases of a card through noise, with a quarter of the usual load modulation (level rtl).
#include "link_level.hpp"

namespace system_test {
namespace {

using port::BitRate;

class WeakLoad : public LinkTest {
protected:
    void weak() {
        port::AirProfile air;
        air.noise = 20;
        air.load = 4;
        use(air);
    }
    /// An echo of 20 bytes comes back at a rate.
    void expect_echo(std::string_view pps, BitRate rate) {
        weak();
        place_dep();
        to_protocol();
        ASSERT_EQ(say(pps, at_rate(BitRate::Fc128)), "D0 73 87");
        const std::string data = counting(0, 20);
        EXPECT_EQ(say_checked("02 80 04 00 00 14 " + data + " 00", at_rate(rate)),
                  "02 " + data + " 90 00");
    }
};
ON_RTL(WeakLoad);

TEST_P(WeakLoad, EchoAtFc64) { expect_echo("D0 11 05 FF F1", BitRate::Fc64); }
TEST_P(WeakLoad, EchoAtFc32) { expect_echo("D0 11 0A 08 09", BitRate::Fc32); }
TEST_P(WeakLoad, EchoAtFc16) { expect_echo("D0 11 0F A5 5E", BitRate::Fc16); }
TEST_P(WeakLoad, AtqbOverB) {
    weak();
    place_b();
    EXPECT_EQ(say("05 00 00 71 FF", OverB), "50 56 64 73 F2 00 00 00 00 80 81 71 C8 AD");
}

}  // namespace
}  // namespace system_test
