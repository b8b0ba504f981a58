// The frame delay on the air itself, measured by a checker that knows no frame.
#include <algorithm>
#include <iostream>
#include <random>

#include "checker/fdt_checker.hpp"
#include "level.hpp"
#include "verilated/rtl_world.hpp"

namespace system_test {
namespace {

class FrameDelay : public LevelTest {
protected:
    using Random = std::mt19937;

    void measure(tb::FdtChecker& checker) {
        rtl()->probe_level(
            [&checker](Tick tick, std::uint8_t level) { checker.level(tick, level); });
        rtl()->listen_to_load([&checker](unsigned, bool on, Tick tick) {
            if (on) checker.load(tick);
        });
    }

    /// Exchanges of every reply kind until `answers` were measured: ATQA, UID, SAK, plain and
    /// nested nonce, {at}, data, ACK of each kind, NAK in clear and encrypted.
    void run(unsigned seed, unsigned long answers) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Random random{seed};
        const auto draw = [&random](unsigned below) {
            return static_cast<unsigned>(random() % below);
        };
        // Ten bits of programming: at 100 ppm the clocks must not part by a tick before the ACK.
        store::SectorStore::Options quick;
        quick.programming_ticks = 1280;
        place(c1k(), quick);
        field_on();
        tb::FdtChecker checker{port::AirProfile{}.carrier};
        measure(checker);
        listen_for(8192);
        while (checker.measured() < answers && !HasFailure()) {
            // After an error the card is in IDLE; a halted one needs WUPA.
            if (short_frame(0x52) == "silent") {
                ASSERT_NE(short_frame(0x52), "silent");
            }
            for (unsigned i = draw(4); i > 0; --i) send("93 20");
            const unsigned known = draw(40);
            Bits uid = low_bits(0xA1F0E210, 32);
            Bits request = bytes("93");
            const unsigned nvb = ((2 + known / 8) << 4U) | known % 8;
            for (const std::uint8_t bit : low_bits(nvb, 8)) request.push_back(bit);
            if (known < 32) {
                request.push_back(static_cast<std::uint8_t>(
                    1 ^ std::count(request.end() - 8, request.end(), 1) % 2));
                for (unsigned i = 0; i < known; ++i) {
                    request.push_back(uid[i]);
                    if (i % 8 == 7)
                        request.push_back(static_cast<std::uint8_t>(
                            1 ^ std::count(request.end() - 8, request.end(), 1) % 2));
                }
                send(request);
            }
            if (draw(8) == 0) continue;
            select();
            if (draw(8) == 0) {
                EXPECT_EQ(send("30 00 02 A8"), "4");
                continue;
            }
            MifareSession session{*this};
            char nr[12];
            std::snprintf(nr, sizeof nr, "%08X", static_cast<unsigned>(random()));
            if (draw(8) == 0) {
                session.request_nonce(0x60, 4);
                EXPECT_EQ(session.finish(session.token(nr, "00 00 00 00")), "5");
                continue;
            }
            ASSERT_TRUE(session.authenticate(0x60, 4, "FF FF FF FF FF FF", nr));
            bool alive = true;
            while (alive) {
                switch (draw(8)) {
                    case 0:
                        EXPECT_EQ(session.command("A0 04"), "A");
                        EXPECT_EQ(
                            session.command("64 00 00 00 9B FF FF FF 64 00 00 00 04 FB 04 FB"),
                            "A");
                        break;
                    case 1:
                        EXPECT_EQ(session.command("A0 05"), "A");
                        EXPECT_EQ(
                            session.command("00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF"),
                            "A");
                        break;
                    case 2:
                        ASSERT_TRUE(session.authenticate(0x60, 5, "FF FF FF FF FF FF", nr));
                        break;
                    case 3:
                        EXPECT_EQ(session.command("30 40").size(), 1U);
                        alive = false;
                        break;
                    case 4:
                        EXPECT_EQ(session.command("50 00"), "silent");
                        alive = false;
                        break;
                    default:
                        EXPECT_NE(session.command("30 05"), "silent");
                }
            }
        }
        EXPECT_GE(checker.measured(), answers);
        EXPECT_LE(checker.worst(), tolerance);
        for (const auto& [n, count] : checker.indices())
            std::cout << "n = " << n << ": " << count << " answers\n";
    }

    Tick tolerance = 0;
};
ON_RTL(FrameDelay);

TEST_P(FrameDelay, ZeroTicksOfErrorInTenThousandAnswers) { run(20260731, 10'000); }

TEST_P(FrameDelay, AtMostOneTickWithAClockHundredPpmFast) {
    port::AirProfile air;
    air.offset_ppm = 100;
    use(air);
    tolerance = 1;
    run(100, 1'000);
}

TEST_P(FrameDelay, AtMostOneTickWithAClockHundredPpmSlow) {
    port::AirProfile air;
    air.offset_ppm = -100;
    use(air);
    tolerance = 1;
    run(101, 1'000);
}

TEST_P(FrameDelay, ZeroTicksOfErrorWithAClockTakenFromTheField) {
    port::AirProfile air;
    air.carrier_clock = 57;
    use(air);
    run(57, 1'000);
}

}  // namespace
}  // namespace system_test
