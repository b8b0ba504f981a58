// Host link over the air, on both levels (test plan, LINK rows).
#include <gtest/gtest.h>

#include "crypto1/nonce.hpp"
#include "host.hpp"
#include "test_application.hpp"

namespace link_test {
namespace {

using system_test::c1k;

/// Few tries, so that a select that finds nobody ends.
constexpr auto ThreeTries = "32 05 00 01 02";
constexpr auto SelectAny = "4A 01 00";
constexpr auto C1kFound = "4B 01 01 00 04 08 04 10 E2 F0 A1";
constexpr auto AuthFactoryKey = "40 01 60 04 FF FF FF FF FF FF 10 E2 F0 A1";

class Link : public system_test::LevelTest {
protected:
    /// The chip on this level's world; one phase, so that nonces can be foretold.
    Host& host() {
        if (!host_) host_ = std::make_unique<Host>(world(), reader::Policy{.phases = 1});
        return *host_;
    }
    std::string run(std::string_view payload) { return host().run(payload); }
    std::string wire(std::string_view hex) { return host().wire(hex); }
    void select() { ASSERT_EQ(run(SelectAny), C1kFound); }
    /// The reader's last frame, as text.
    std::string last_sent() {
        const auto& frames = recorder().frames;
        for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
            if (frame->source == port::AirFrame::Source::Pcd)
                return system_test::text_of(frame->bits);
        }
        return "nothing";
    }

private:
    std::unique_ptr<Host> host_;
};
ON_BOTH_LEVELS(Link);

TEST_P(Link, LINK_01_FirmwareVersionAndWakeUp) {
    const std::string answer = Ack + " 00 00 FF 06 FA D5 03 32 01 06 07 E8 00";
    EXPECT_EQ(wire("00 00 FF 02 FE D4 02 2A 00"), answer);
    EXPECT_EQ(wire("00000000000000000000 00 00 FF 02 FE D4 02 2A 00"), answer);
    EXPECT_EQ(wire("55 55 0000000000000000000000000000 00 00 FF 03 FD D4 14 01 17 00"),
              Ack + " 00 00 FF 02 FE D5 15 16 00");
}

TEST_P(Link, LINK_02_UnknownCommandAndBrokenFrame) {
    EXPECT_EQ(wire("00 00 FF 02 FE D4 F0 3C 00"), Ack + " 00 00 FF 01 FF 7F 81 00");
    EXPECT_EQ(wire("00 00 FF 02 FE D4 02 2B 00"), "");
}

TEST_P(Link, LINK_03_DiagnoseEchoesNormalAndExtended) {
    EXPECT_EQ(wire("00 00 FF 09 F7 D4 00 00 6C 69 62 6E 66 63 BE 00"),
              Ack + " 00 00 FF 09 F7 D5 01 00 6C 69 62 6E 66 63 BC 00");
    // 262 bytes D4 00 00 and 259 of 5A: LEN 0106.
    std::string data;
    for (int i = 0; i < 259; ++i) data += " 5A";
    const auto sum = [](unsigned first) {
        const auto check = static_cast<std::uint8_t>(-(first + 259U * 0x5AU));
        return base::to_hex({&check, 1});
    };
    EXPECT_EQ(wire("00 00 FF FF FF 01 06 F9 D4 00 00" + data + sum(0xD4) + "00"),
              Ack + " 00 00 FF FF FF 01 06 F9 D5 01 00" + data + " " + sum(0xD6) + " 00");
}

TEST_P(Link, LINK_06_SelectReportsTheCard) {
    place(c1k());
    EXPECT_EQ(wire("00 00 FF 04 FC D4 4A 01 00 E1 00"),
              Ack + " 00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 10 E2 F0 A1 4B 00");
}

TEST_P(Link, LINK_07_SelectReportsUidWithoutTagsAndTheAts) {
    using system_test::bytes;
    using system_test::with_crc;
    const std::vector<std::pair<base::Bits, base::Bits>> dialogue{
        {system_test::low_bits(0x26, 7), bytes("44 00")},
        {bytes("93 20"), bytes("88 04 18 3F AB")},
        {with_crc("93 70 88 04 18 3F AB"), with_crc("04")},
        {bytes("95 20"), bytes("09 32 1B 85 A5")},
        {with_crc("95 70 09 32 1B 85 A5"), with_crc("20")},
        {with_crc("E0 50"), with_crc("06 75 77 81 02 80")}};
    system_test::ScriptedAnswers card{
        [&](const port::AirFrame& frame) -> std::optional<base::Bits> {
            for (const auto& [sent, answer] : dialogue)
                if (sent == frame.bits) return answer;
            return std::nullopt;
        }};
    place(card);
    EXPECT_EQ(wire("00 00 FF 04 FC D4 4A 01 00 E1 00"),
              Ack +
                  " 00 00 FF 15 EB D5 4B 01 01 00 44 20 07 04 18 3F 09 32 1B 85 "
                  "06 75 77 81 02 80 48 00");
}

TEST_P(Link, LINK_08_DeselectHaltsAndUidWakes) {
    place(c1k());
    run(ThreeTries);
    select();
    EXPECT_EQ(wire("00 00 FF 03 FD D4 44 01 E7 00"), Ack + " 00 00 FF 03 FD D5 45 00 E6 00");
    EXPECT_EQ(wire("00 00 FF 04 FC D4 4A 01 00 E1 00"), Ack + " 00 00 FF 03 FD D5 4B 00 E0 00");
    EXPECT_EQ(wire("00 00 FF 08 F8 D4 4A 01 00 10 E2 F0 A1 5E 00"),
              Ack + " 00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 10 E2 F0 A1 4B 00");
}

TEST_P(Link, LINK_09_AuthenticationAndItsFailure) {
    place(c1k());
    run(ThreeTries);
    select();
    EXPECT_EQ(wire("00 00 FF 0F F1 D4 40 01 60 04 FF FF FF FF FF FF 10 E2 F0 A1 0A 00"),
              Ack + " 00 00 FF 03 FD D5 41 00 EA 00");
    select();
    EXPECT_EQ(wire("00 00 FF 0F F1 D4 40 01 60 04 00 00 00 00 00 00 10 E2 F0 A1 04 00"),
              Ack + " 00 00 FF 03 FD D5 41 14 D6 00");
    select();
}

TEST_P(Link, LINK_10_RefusalAndNoTarget) {
    place(c1k());
    EXPECT_EQ(wire("00 00 FF 05 FB D4 40 01 30 04 B7 00"), Ack + " 00 00 FF 03 FD D5 41 27 C3 00");
    select();
    ASSERT_EQ(run(AuthFactoryKey), "41 00");
    EXPECT_EQ(wire("00 00 FF 05 FB D4 40 01 30 08 B3 00"), Ack + " 00 00 FF 03 FD D5 41 13 D7 00");
}

TEST_P(Link, LINK_11_ShortFrameAndHltaByHand) {
    place(c1k());
    run("08 63 02 00 63 03 00 63 3D 07");
    EXPECT_EQ(wire("00 00 FF 03 FD D4 42 26 C4 00"), Ack + " 00 00 FF 05 FB D5 43 00 04 00 E4 00");
    run("08 63 3D 00 63 02 80 63 03 80");
    EXPECT_EQ(wire("00 00 FF 04 FC D4 42 50 00 9A 00"), Ack + " 00 00 FF 03 FD D5 43 01 E7 00");
    EXPECT_EQ(last_sent(), "50 00 57 CD");
}

TEST_P(Link, LINK_12_FourBitAnswerWithAndWithoutCrc) {
    place(c1k());
    run(ThreeTries);
    select();
    EXPECT_EQ(wire("00 00 FF 04 FC D4 42 30 00 BA 00"), Ack + " 00 00 FF 03 FD D5 43 02 E6 00");
    select();
    run("08 63 03 00");
    EXPECT_EQ(wire("00 00 FF 04 FC D4 42 30 00 BA 00"), Ack + " 00 00 FF 04 FC D5 43 00 04 E4 00");
    EXPECT_EQ(run("06 63 3C"), "07 14");
}

TEST_P(Link, LINK_13_RawAuthenticationBitForBit) {
    using crypto1::nonce_from;
    const auto wanted = nonce_from({0x7A, 0x74, 0x48, 0x24});
    auto card = system_test::with_uid(c1k(), "01 02 03 04");
    place(card);
    const auto nonce = [&] {
        run("32 01 00");
        run("32 01 01");
        EXPECT_EQ(run(SelectAny), "4B 01 01 00 04 08 04 01 02 03 04");
        run("08 63 02 00 63 03 00 63 0D 00");
        return wire("00 00 FF 06 FA D4 42 60 03 6E 49 D0 00");
    };
    // Where the generator stands at this place of the session; the seed that gives the wanted nonce
    // there.
    const std::string first = nonce();
    ASSERT_EQ(first.size(), 3 * 20U - 1) << first;
    const auto seen = base::from_hex(first.substr(3 * 14, 3 * 4)).value();
    const auto now = nonce_from({seen[0], seen[1], seen[2], seen[3]});
    constexpr unsigned Period = 65535;
    unsigned step = 0;
    while (step < Period && crypto1::weak_nonce(card.profile.prng_seed, step) != now) ++step;
    ASSERT_LT(step, Period) << "no nonce of the generator";
    const auto at_start = crypto1::successor(wanted, Period - step);
    card.profile.prng_seed = static_cast<std::uint16_t>(at_start);
    world().remove(0);
    world().place(0, card.profile, memory());

    EXPECT_EQ(nonce(), Ack + " 00 00 FF 07 F9 D5 43 00 7A 74 48 24 8E 00");
    run("08 63 0D 10");
    EXPECT_EQ(wire("00 00 FF 0B F5 D4 42 D2 D2 25 84 C3 79 1E B6 2A 63 00"),
              Ack + " 00 00 FF 08 F8 D5 43 00 F7 BB 1F 4D 0B BF 00");
    EXPECT_EQ(run("06 63 3C"), "07 14");
}

TEST_P(Link, LINK_14_CipherBitIsSetAndClearedByTheHost) {
    place(c1k());
    select();
    ASSERT_EQ(run(AuthFactoryKey), "41 00");
    EXPECT_EQ(wire("00 00 FF 04 FC D4 06 63 38 8B 00"), Ack + " 00 00 FF 03 FD D5 07 08 1C 00");
    EXPECT_EQ(wire("00 00 FF 05 FB D4 08 63 38 00 89 00"), Ack + " 00 00 FF 02 FE D5 09 22 00");
    EXPECT_EQ(wire("00 00 FF 04 FC D4 06 63 38 8B 00"), Ack + " 00 00 FF 03 FD D5 07 00 24 00");
    run("42 30 00");
    EXPECT_EQ(last_sent(), "30 00 02 A8");
}

TEST_P(Link, LINK_15_LongAnswerIsFetchedInPieces) {
    using system_test::counting;
    const auto card = system_test::dep4();
    system_test::TestStore store{card, base::Tick{4096} << 8U};
    place(card, store);
    ASSERT_EQ(run(SelectAny).substr(0, 11), "4B 01 01 00");
    // LONG 600, any length: 262 bytes a piece, the third with the status word.
    EXPECT_EQ(run("40 01 80 01 02 58 00 00 00"), "41 40 " + counting(0, 262));
    EXPECT_EQ(run("40 01"), "41 40 " + counting(262, 524));
    EXPECT_EQ(run("40 01"), "41 00 " + counting(524, 600) + " 90 00");
    EXPECT_EQ(store.application().commands.size(), 1U);
    EXPECT_EQ(run("40 01 80 03 00 00 01"), "41 00 01 90 00") << "nothing is left over";
}

}  // namespace
}  // namespace link_test
