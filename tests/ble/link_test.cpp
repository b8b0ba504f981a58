// A terminal and a card over Bluetooth: answers, errors, losses, time.
#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "ble/central.hpp"

namespace {

using ble::Error;

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

/// Answers each APDU with itself and 9000.
class Echo final : public port::ApduPort {
public:
    void reset(base::Tick) override { ++resets; }
    Taken take(base::ByteView piece, bool, base::Tick at) override {
        ++commands;
        base::Bytes answer(piece.begin(), piece.end());
        answer.push_back(0x90);
        answer.push_back(0x00);
        return {at + works, mute ? base::Bytes{} : answer};
    }

    base::Tick works = 256;
    bool mute = false;
    unsigned resets = 0;
    unsigned commands = 0;
};

struct Bench {
    explicit Bench(std::size_t mtu = 23) : central{card, {.mtu = mtu, .interval = 101'700}} {
        central.connect(0);
    }
    Echo echo{};
    ble::Peripheral card{echo, {}};
    ble::Central central;
};

std::string written(Bench& bench, std::string_view fragment) {
    std::string all;
    for (const auto& said : bench.central.write(hex(fragment))) all += base::to_hex(said.value);
    return all;
}

TEST(BleLink, AnswersComeBack) {
    for (const std::size_t mtu : {23U, 64U, 185U, 517U}) {
        Bench bench{mtu};
        const base::Bytes apdu(300, 0x5A);
        const auto answer = bench.central.exchange(apdu);
        ASSERT_TRUE(answer) << mtu;
        EXPECT_EQ(answer->size(), 302U);
        EXPECT_EQ(bench.echo.commands, 1U);
        EXPECT_EQ(bench.echo.resets, 1U);
        EXPECT_EQ(bench.central.ping(apdu), apdu);
    }
}

TEST(BleLink, AWorkingCardKeepsTheLinkAlive) {
    Bench bench;
    bench.echo.works = 20'000'000;
    ASSERT_TRUE(bench.central.exchange(hex("80F00000")));
    EXPECT_EQ(bench.central.keep_alives(), 2U) << "after 500 and 1000 ms of 1475";
    EXPECT_GT(bench.central.now(), 20'000'000U);
}

TEST(BleLink, WrongFragmentsAreToldAndReachNoCard) {
    Bench bench;
    EXPECT_EQ(written(bench, "010203"), "BF000104");
    EXPECT_EQ(written(bench, "C0000101"), "BF000101");
    EXPECT_EQ(written(bench, "83FFFF"), "BF000103") << "longer than any message here";
    EXPECT_EQ(written(bench, "830000"), "BF000103") << "no APDU";
    EXPECT_EQ(written(bench, "82000101"), "BF000101") << "the card's, not the terminal's";
    EXPECT_EQ(written(bench, std::string(42, 'A')), "BF000103") << "longer than the control point";
    EXPECT_EQ(bench.echo.commands, 0U);
    EXPECT_EQ(written(bench, "83000180"), "830003809000");
}

TEST(BleLink, AFragmentThatComesTooLateEndsTheMessage) {
    Bench bench;
    EXPECT_EQ(written(bench, "830002AA"), "");
    bench.central.wait_until(bench.central.now() + 50'000'000);
    EXPECT_EQ(written(bench, "00BB"), "BF000105");
    EXPECT_EQ(bench.echo.commands, 0U);
}

TEST(BleLink, ABusyCardSaysSo) {
    Bench bench;
    bench.echo.works = 1'000'000;
    (void)bench.card.write(hex("830001AA"), 10);
    const auto said = bench.card.write(hex("830001AA"), 500'000);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(base::to_hex(said[0].value), "BF000106");
    EXPECT_TRUE(bench.card.write(hex("BE0000"), 500'001).empty());
    EXPECT_EQ(bench.echo.commands, 1U);
}

TEST(BleLink, ACardWithoutAnswerIsToldAsOther) {
    Bench bench;
    bench.echo.mute = true;
    EXPECT_FALSE(bench.central.exchange(hex("80F00000")));
    EXPECT_EQ(bench.central.error(), Error::Other);
}

TEST(BleLink, ALostFragmentLosesTheMessageAndNotTheNext) {
    const base::Bytes apdu(60, 0x11);
    for (int lost = 0; lost < 8; ++lost) {
        Bench bench;
        int packet = 0;
        bench.central.disturb([&](ble::Packet&) { return packet++ != lost; });
        EXPECT_FALSE(bench.central.exchange(apdu)) << lost;
        EXPECT_EQ(bench.echo.commands, lost < 4 ? 0U : 1U) << lost;
        bench.central.disturb({});
        EXPECT_TRUE(bench.central.exchange(apdu)) << lost;
    }
}

TEST(BleLink, NothingGoesOverAClosedConnection) {
    Bench bench;
    bench.central.disconnect();
    EXPECT_FALSE(bench.central.exchange(hex("80F00000")));
    EXPECT_EQ(bench.echo.commands, 0U);
}

}  // namespace
