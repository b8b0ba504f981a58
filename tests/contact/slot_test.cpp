// Reader and card together: every protocol, every length, disturbed and not.
#include <gtest/gtest.h>

#include <random>

#include "contact/card.hpp"
#include "contact/scripted_card.hpp"

namespace contact_test {

namespace {

/// Damages or swallows characters at random.
class Noise final : public contact::Disturbance {
public:
    Noise(unsigned seed, unsigned one_in) : random_{seed}, one_in_{one_in} {}
    bool loses = true;
    bool to_card(Character& character) override { return pass(character); }
    bool to_reader(Character& character) override { return pass(character); }

private:
    bool pass(Character& character) {
        if (random_() % one_in_ != 0) return true;
        character.levels = static_cast<std::uint16_t>(character.levels ^ 1U << random_() % 9);
        return !loses || random_() % 2 == 0;
    }
    std::mt19937 random_;
    unsigned one_in_;
};

struct Together {
    explicit Together(const contact::SlotOptions& options, contact::Profile profile = {})
        : card{std::move(profile), application}, slot{card, options} {}
    Application application{};
    contact::Card card;
    Slot slot;
};

contact::SlotOptions with(std::uint8_t protocol, bool pps = true) {
    contact::SlotOptions options;
    options.protocol = protocol;
    options.pps = pps;
    return options;
}

class SlotProtocol : public testing::TestWithParam<int> {
protected:
    [[nodiscard]] static std::uint8_t protocol() { return static_cast<std::uint8_t>(GetParam()); }
};

TEST_P(SlotProtocol, EveryLengthOfDataComesBack) {
    for (const bool pps : {true, false}) {
        Together both{with(protocol(), pps)};
        ASSERT_EQ(text(both.slot.power_on(0)), BothAtr);
        EXPECT_EQ(both.slot.protocol(), protocol());
        EXPECT_EQ(both.slot.rate(), (pps ? Rate{512, 16} : Rate{}));
        for (unsigned length = 1; length < 256; ++length) {
            Bytes apdu = bytes("80 04 00 00");
            apdu.push_back(static_cast<std::uint8_t>(length));
            const auto data = bytes(counting(0, length));
            apdu.insert(apdu.end(), data.begin(), data.end());
            apdu.push_back(0);
            ASSERT_EQ(text(both.slot.transmit(apdu)), counting(0, length) + " 90 00");
            ASSERT_EQ(both.application.commands.back(), apdu);
        }
    }
}

TEST_P(SlotProtocol, LongCommandsAndAnswersComeBack) {
    Together both{with(protocol())};
    ASSERT_FALSE(both.slot.power_on(0).empty());
    for (const unsigned length : {256U, 257U, 1000U, 65'535U}) {
        Bytes apdu = bytes("80 04 00 00 00");
        apdu.push_back(static_cast<std::uint8_t>(length >> 8));
        apdu.push_back(static_cast<std::uint8_t>(length));
        const auto data = bytes(counting(0, length));
        apdu.insert(apdu.end(), data.begin(), data.end());
        apdu.insert(apdu.end(), {0, 0});
        auto expected = data;
        expected.insert(expected.end(), {0x90, 0x00});
        ASSERT_EQ(both.slot.transmit(apdu), expected) << length;
        ASSERT_EQ(both.application.commands.back(), apdu) << length;
    }
}

TEST_P(SlotProtocol, SlowCardIsWaitedFor) {
    Together both{with(protocol())};
    ASSERT_FALSE(both.slot.power_on(0).empty());
    for (const unsigned waits : {1U, 2U, 3U, 40U, 255U}) {
        const auto begin = both.slot.now();
        const Bytes apdu{0x80, 0x02, 0x00, static_cast<std::uint8_t>(waits)};
        ASSERT_EQ(text(both.slot.transmit(apdu)), "90 00") << waits;
        const auto took = both.slot.now() - begin;
        EXPECT_GE(took, waits * both.application.waiting_time);
        EXPECT_LT(took, (waits + 1) * both.application.waiting_time);
    }
    EXPECT_EQ(both.application.commands.size(), 5U);
}

TEST_P(SlotProtocol, ResetsBeginNewSessions) {
    Together both{with(protocol())};
    EXPECT_TRUE(both.slot.transmit(bytes("80 03 00 00 01")).empty());
    EXPECT_EQ(both.slot.status(), Status::NotPowered);
    EXPECT_TRUE(both.slot.warm_reset().empty());
    ASSERT_EQ(text(both.slot.power_on(1000)), BothAtr);
    EXPECT_EQ(text(both.slot.transmit(bytes("80 03 00 00 01"))), "01 90 00");
    ASSERT_EQ(text(both.slot.warm_reset()), BothAtr);
    EXPECT_EQ(text(both.slot.transmit(bytes("80 03 00 00 01"))), "02 90 00");
    both.slot.power_off();
    EXPECT_TRUE(both.slot.transmit(bytes("80 03 00 00 01")).empty());
    ASSERT_EQ(text(both.slot.power_on(0)), BothAtr);
    EXPECT_EQ(text(both.slot.transmit(bytes("80 03 00 00 01"))), "03 90 00");
    EXPECT_EQ(both.application.resets.size(), 3U);
}

TEST_P(SlotProtocol, NoCommandRunsTwiceOrComesBackWrongUnderNoise) {
    constexpr unsigned Seed = 20'240'016;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    // Characters of T=0 have nothing but one parity bit each: one bit flips, none is lost.
    Noise noise{Seed, 100};
    noise.loses = protocol() == 1;
    Together both{with(protocol())};
    both.slot.line().disturb(&noise);
    std::mt19937 random{Seed};
    unsigned good = 0;
    unsigned runs = 0;
    for (unsigned i = 0; i < 3000; ++i) {
        for (unsigned attempt = 0; attempt < 20 && !both.slot.powered(); ++attempt)
            (void)both.slot.power_on(both.slot.now());
        ASSERT_TRUE(both.slot.powered());
        Bytes apdu = bytes("80 04 00 00");
        const auto length = 1 + random() % 100;
        apdu.push_back(static_cast<std::uint8_t>(length));
        for (unsigned k = 0; k < length; ++k) apdu.push_back(static_cast<std::uint8_t>(random()));
        Bytes expected(apdu.begin() + 5, apdu.end());
        expected.insert(expected.end(), {0x90, 0x00});
        apdu.push_back(0);
        both.application.commands.clear();
        const auto response = both.slot.transmit(apdu);
        ASSERT_LE(both.application.commands.size(), 1U) << "run " << i;
        runs += static_cast<unsigned>(both.application.commands.size());
        if (response.empty()) continue;
        ++good;
        ASSERT_EQ(both.application.commands.size(), 1U) << "run " << i;
        ASSERT_EQ(both.application.commands.front(), apdu) << "run " << i;
        ASSERT_EQ(response, expected) << "run " << i;
    }
    EXPECT_GT(good, 2000U);
    EXPECT_GE(runs, good);
}

INSTANTIATE_TEST_SUITE_P(Protocols, SlotProtocol, testing::Values(0, 1), [](const auto& one) {
    return one.param == 0 ? std::string{"t0"} : std::string{"t1"};
});

TEST(Slot, TakesTheFirstProtocolTheCardOffers) {
    Together both{{}};
    ASSERT_FALSE(both.slot.power_on(0).empty());
    EXPECT_EQ(both.slot.protocol(), 0);
    EXPECT_EQ(both.slot.rate(), (Rate{512, 16}));
}

TEST(Slot, CardOfTheInverseConventionIsUnderstood) {
    contact::Profile profile;
    profile.atr.convention = contact::Convention::Inverse;
    for (const std::uint8_t protocol : {std::uint8_t{0}, std::uint8_t{1}}) {
        Together both{with(protocol), profile};
        EXPECT_EQ(text(both.slot.power_on(0)), "3F D4 95 00 80 31 FE 45 43 53 4D 31 27");
        EXPECT_EQ(text(both.slot.transmit(bytes("80 04 00 00 02 12 34 00"))), "12 34 90 00");
    }
}

TEST(Slot, CardAndReaderCountTheSameTicks) {
    // 5 MHz: 125 cycles in 339 ticks.
    contact::Profile profile;
    profile.clock = contact::Clock{5'000'000};
    contact::SlotOptions options = with(1);
    options.clock = contact::Clock{5'000'000};
    options.ifsd = 32;
    Together both{options, profile};
    ASSERT_FALSE(both.slot.power_on(13'560'000).empty());
    EXPECT_GE(both.application.resets.front(), 13'560'000U);
    // ATR of 13 characters and PPS, each 12 etu of 372 cycles at least.
    EXPECT_GT(both.slot.now(), both.application.resets.front() + 13 * 12 * 372 * 339 / 125);
    EXPECT_LT(both.slot.now(), both.application.resets.front() + 13'560'000 / 20);
}

TEST(Slot, TellsWhenTheSupplyComesAndGoes) {
    std::vector<std::pair<bool, Tick>> supply;
    contact::Profile profile;
    profile.power = [&](bool on, Tick at) { supply.emplace_back(on, at); };
    Together both{{}, profile};
    ASSERT_FALSE(both.slot.power_on(5000).empty());
    ASSERT_EQ(supply.size(), 1U);
    EXPECT_TRUE(supply[0].first);
    EXPECT_GE(supply[0].second, 5000U);
    EXPECT_LT(supply[0].second, both.application.resets.front());
    (void)both.slot.warm_reset();
    EXPECT_EQ(supply.size(), 1U);
    both.slot.power_off();
    ASSERT_EQ(supply.size(), 2U);
    EXPECT_FALSE(supply[1].first);
}

TEST(Clock, TicksAndCyclesAgree) {
    const contact::Clock clock{3'571'200};
    EXPECT_EQ(clock.tick(744), 2825U);
    EXPECT_EQ(clock.cycle(2825), 744U);
    EXPECT_EQ(clock.tick(3'571'200), base::CarrierHz);
    for (Cycle cycle = 0; cycle < 10'000; ++cycle) EXPECT_EQ(clock.cycle(clock.tick(cycle)), cycle);
}

}  // namespace

}  // namespace contact_test
