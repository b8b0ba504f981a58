// A user at the terminal with a real card OS: A1, A3, A4 and the refusals.
#include "terminal/session.hpp"

#include <gtest/gtest.h>

#include "chip_card.hpp"

namespace {

using bench::block;
using terminal::Edits;
using terminal::refusal_of;

constexpr std::string_view Text = "43495459205041535300000000000000";

class SessionTest : public testing::Test {
protected:
    template <typename T>
    void expect_good(const terminal::Result<T>& result) {
        const auto* refusal = refusal_of(result);
        EXPECT_EQ(refusal, nullptr) << refusal->title;
    }
    template <typename T>
    apdu::StatusWord refused_with(const terminal::Result<T>& result) {
        const auto* refusal = refusal_of(result);
        return refusal == nullptr ? apdu::Sw::Ok : refusal->sw.value_or(0);
    }
    std::size_t commands(std::uint8_t ins) const {
        return static_cast<std::size_t>(std::count_if(
            card.sent.begin(), card.sent.end(), [&](const auto& sent) { return sent[1] == ins; }));
    }

    bench::ChipCard card{};
    terminal::Log log{};
    terminal::Session session{card, log};
    const Edits edits{{1, block(Text)}};
};

TEST_F(SessionTest, ViewsWithoutPin) {
    const auto view = session.view(1);
    expect_good(view);
    EXPECT_EQ(std::get<terminal::SectorView>(view).blocks.at(3).data,
              block("000000000000FF078069000000000000"));
}

TEST_F(SessionTest, ChangesNothingWithoutPin) {
    expect_good(session.view(1));
    EXPECT_EQ(refused_with(session.modify(1, edits)), apdu::Sw::SecurityNotSatisfied);
    EXPECT_EQ(card.content(5), port::Block{});
}

TEST_F(SessionTest, WrongPinsCountDownUntilTheCodeSetsANewOne) {
    EXPECT_EQ(std::get<terminal::PinState>(session.pin_state()).tries, 3U);
    EXPECT_EQ(refused_with(session.unlock("0000")), 0x63C2);
    EXPECT_EQ(refused_with(session.unlock("0000")), 0x63C1);
    EXPECT_EQ(std::get<terminal::PinState>(session.pin_state()).tries, 1U);
    (void)session.unlock("0000");
    EXPECT_EQ(refused_with(session.unlock("1234")), apdu::Sw::MethodBlocked);
    EXPECT_EQ(std::get<terminal::PinState>(session.pin_state()).tries, 0U);
    expect_good(session.unblock("12345678", "4321"));
    expect_good(session.unlock("4321"));
    EXPECT_TRUE(std::get<terminal::PinState>(session.pin_state()).verified);
}

TEST_F(SessionTest, ModifiesThroughBackupAndBufferAndReadsBack) {
    expect_good(session.view(1));
    expect_good(session.unlock("1234"));
    const auto after = session.modify(1, edits);
    expect_good(after);
    EXPECT_EQ(std::get<terminal::SectorView>(after).blocks.at(1).meaning, "“CITY PASS”");
    EXPECT_EQ(card.content(5), block(Text));
    EXPECT_EQ(commands(0x32), 1U);
    EXPECT_EQ(commands(0xD6), 1U);
    EXPECT_EQ(commands(0x34), 1U);
    EXPECT_GT(card.saves, 0U);
}

TEST_F(SessionTest, UndoBringsBackWhatWasThere) {
    expect_good(session.view(1));
    expect_good(session.unlock("1234"));
    expect_good(session.modify(1, edits));
    expect_good(session.undo(1));
    EXPECT_EQ(card.content(5), port::Block{});
}

TEST_F(SessionTest, NewKeysAreThoseOfTheNextAccess) {
    expect_good(session.view(1));
    expect_good(session.unlock("1234"));
    const auto trailer = block("C0C1C2C3C4C57F078869D0D1D2D3D4D5");
    expect_good(session.modify(1, {{3, trailer}}));
    EXPECT_EQ(card.content(7), trailer);
    expect_good(session.view(1));
}

TEST_F(SessionTest, WritesOnlyWhatWasSeen) {
    expect_good(session.unlock("1234"));
    EXPECT_NE(refusal_of(session.modify(1, edits)), nullptr);
    expect_good(session.view(1));
    card.write(4, block(Text));
    const auto result = session.modify(1, edits);
    const auto* refusal = refusal_of(result);
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(refusal->title, "The sector has changed since it was shown");
    EXPECT_EQ(commands(0x34), 0U);
    expect_good(session.modify(1, edits));
}

TEST_F(SessionTest, AGatesChangeWhileWritingIsNotLost) {
    expect_good(session.view(1));
    expect_good(session.unlock("1234"));
    card.before = [&](const apdu::Command& command) {
        if (command.ins == 0x34) card.write(4, block(Text));
    };
    EXPECT_EQ(refused_with(session.modify(1, edits)), 0x63F5);
    EXPECT_EQ(card.content(4), block(Text));
    EXPECT_EQ(card.content(5), port::Block{});
}

TEST_F(SessionTest, WhatThePreviewRefusesNeverReachesTheCard) {
    expect_good(session.view(1));
    expect_good(session.unlock("1234"));
    const Edits locking{{3, block("C0C1C2C3C4C570FF0869D0D1D2D3D4D5")}};
    const auto result = session.modify(1, locking);
    ASSERT_NE(refusal_of(result), nullptr);
    EXPECT_NE(refusal_of(result)->advice.find("lock yourself out"), std::string::npos);
    EXPECT_EQ(commands(0xD6) + commands(0x32), 0U);
}

TEST_F(SessionTest, SectorsThatTheCardDoesNotOpenAreRefused) {
    EXPECT_EQ(refused_with(session.view(9)), apdu::Sw::ReferencedDataNotFound);
    EXPECT_EQ(refused_with(session.view(16)), 0x63D4);
    card.write(11, block("C0C1C2C3C4C5FF078069D0D1D2D3D4D5"));
    EXPECT_EQ(refused_with(session.view(2)), 0x63E9);
}

TEST_F(SessionTest, LockingForgetsThePin) {
    expect_good(session.unlock("1234"));
    session.lock();
    EXPECT_FALSE(std::get<terminal::PinState>(session.pin_state()).verified);
}

TEST_F(SessionTest, AMuteCardIsTold) {
    card.gone = true;
    const auto result = session.view(1);
    ASSERT_NE(refusal_of(result), nullptr);
    EXPECT_EQ(refusal_of(result)->title, "The card does not answer");
    card.gone = false;
    expect_good(session.view(1));
}

TEST_F(SessionTest, NeitherPinNorKeysAreInTheLog) {
    expect_good(session.view(1));
    expect_good(session.unlock("1234"));
    expect_good(session.unblock("12345678", "1234"));
    expect_good(session.unlock("1234"));
    expect_good(session.modify(1, {{3, block("C0C1C2C3C4C57F078869D0D1D2D3D4D5")}}));
    expect_good(session.undo(1));
    expect_good(session.view(1));
    ASSERT_GT(log.after(0).size(), 12U);
    for (const auto& traffic : log.after(0))
        for (const char* secret : {"31 32 33", "C0 C1", "D0 D1", "FF FF FF"})
            EXPECT_EQ(traffic.bytes.find(secret), std::string::npos) << traffic.bytes;
}

TEST(Log, KeepsTheLatest) {
    terminal::Log log;
    for (std::size_t i = 0; i < terminal::Log::Most + 5; ++i) log.add({});
    EXPECT_EQ(log.after(0).size(), terminal::Log::Most);
    EXPECT_EQ(log.after(0).front().number, 6U);
    EXPECT_EQ(log.after(terminal::Log::Most, 3).size(), 3U);
    EXPECT_TRUE(log.after(terminal::Log::Most + 5).empty());
}

}  // namespace
