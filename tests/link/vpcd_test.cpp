// The protocol of vpcd against a played pcscd and a played card. Behaviour: host-links sheet 2.2.
#include "link/vpcd.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/hex.hpp"
#include "pcscd.hpp"

namespace hostlink {
namespace {

using base::Bytes;
using link_test::Pcscd;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds Quiet{200};  // an answer would have come by then
const std::string Atr = "3B858001 8073C82110 0E";

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

/// Echoes commands behind their status; notes what is done to it.
class PlayedCard final : public SmartCard {
public:
    Bytes power_on() override { return switched("on"); }
    Bytes reset() override { return switched("reset"); }
    void power_off() override { switched("off"); }
    Bytes transmit(base::ByteView command) override {
        std::this_thread::sleep_for(delay.load());
        if (mute) return {};
        Bytes answer(command.begin(), command.end());
        answer.insert(answer.end(), {0x90, 0x00});
        return answer;
    }

    Bytes switched(const char* what) {
        std::this_thread::sleep_for(delay.load());
        const std::scoped_lock lock{mutex};
        done.emplace_back(what);
        return atr;
    }
    std::vector<std::string> taken() {
        const std::scoped_lock lock{mutex};
        return std::exchange(done, {});
    }

    std::mutex mutex;
    std::vector<std::string> done;
    Bytes atr = hex(Atr);
    std::atomic<milliseconds> delay{milliseconds{0}};
    std::atomic<bool> mute{false};
};

class VpcdTest : public testing::Test {
protected:
    void start() {
        const VpcdOptions options{milliseconds{20}, milliseconds{20}};
        vpcd_ = std::make_unique<Vpcd>(card_, VpcdAddress{"127.0.0.1", pcscd_.port()}, options);
        thread_ = std::thread{[this] { vpcd_->run(); }};
    }
    void TearDown() override {
        if (vpcd_) vpcd_->stop();
        if (thread_.joinable()) thread_.join();
    }
    std::string plain_atr() { return base::to_hex(hex(Atr)); }

    PlayedCard card_;
    Pcscd pcscd_;
    std::unique_ptr<Vpcd> vpcd_;
    std::thread thread_;
};

TEST_F(VpcdTest, InsertsTheCardAndAnswersCommands) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    EXPECT_EQ(pcscd_.ask("04"), plain_atr());
    pcscd_.send("01");
    EXPECT_EQ(pcscd_.ask("00A4040000"), "00A40400009000");
    EXPECT_EQ(pcscd_.ask("80CA006600"), "80CA0066009000");
    pcscd_.send("02");
    pcscd_.send("00");
    EXPECT_EQ(pcscd_.text(Quiet), "nothing") << "these three have no answer";
    EXPECT_EQ(card_.taken(), (std::vector<std::string>{"on", "on", "reset", "off"}));
    EXPECT_EQ(vpcd_->commands(), 2U);
}

TEST_F(VpcdTest, AtrPollsAreAnsweredWhileTheCardIsBusy) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    card_.delay = milliseconds{700};
    for (const std::string_view slow : {"01", "02"}) {
        pcscd_.send(slow);
        const auto begin = steady_clock::now();
        EXPECT_EQ(pcscd_.ask("04"), plain_atr());
        EXPECT_LT(steady_clock::now() - begin, milliseconds{50});
    }
    card_.delay = milliseconds{0};
    EXPECT_EQ(pcscd_.ask("8003000001"), "80030000019000") << "behind the two, in order";
}

TEST_F(VpcdTest, MessagesMayComeByteByByteAndBeLong) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    for (const std::uint8_t byte : hex("0005 00A4040000 0001 04")) {
        pcscd_.raw(Bytes{byte});
        std::this_thread::sleep_for(milliseconds{2});
    }
    EXPECT_EQ(pcscd_.text(), "00A40400009000");
    EXPECT_EQ(pcscd_.text(), plain_atr());
    for (const std::size_t size : {2U, 255U, 256U, 4000U, 65533U}) {
        const Bytes command(size, 0x5A);
        pcscd_.send(command);
        const auto answer = pcscd_.receive();
        ASSERT_TRUE(answer) << size;
        EXPECT_EQ(answer->size(), size + 2);
    }
}

TEST_F(VpcdTest, AnswerThatIsTooLongBecomesAnError) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    pcscd_.send(Bytes(65534, 0x5A));
    EXPECT_EQ(pcscd_.text(), "6F00");
}

TEST_F(VpcdTest, ComesBackToPcscd) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    EXPECT_EQ(pcscd_.ask("04"), plain_atr());
    pcscd_.drop();
    ASSERT_TRUE(pcscd_.accept()) << "inserted again";
    EXPECT_EQ(pcscd_.ask("8003000001"), "80030000019000");
    EXPECT_EQ(card_.taken(), (std::vector<std::string>{"on", "off"}))
        << "a card that is pulled out loses power";
}

TEST_F(VpcdTest, WaitsForPcscdUntilItIsThere) {
    std::uint16_t port = 0;
    {
        const Pcscd gone;
        port = gone.port();
    }
    vpcd_ = std::make_unique<Vpcd>(card_, VpcdAddress{"127.0.0.1", port},
                                   VpcdOptions{milliseconds{20}, milliseconds{20}});
    thread_ = std::thread{[this] { vpcd_->run(); }};
    std::this_thread::sleep_for(Quiet);
    Pcscd late{port};
    ASSERT_TRUE(late.accept());
    EXPECT_EQ(late.ask("04"), plain_atr());
}

TEST_F(VpcdTest, AnswerForAConnectionThatHasEndedIsDropped) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    card_.delay = milliseconds{300};
    pcscd_.send("8003000001");
    std::this_thread::sleep_for(milliseconds{50});
    pcscd_.drop();
    card_.delay = milliseconds{0};
    ASSERT_TRUE(pcscd_.accept());
    EXPECT_EQ(pcscd_.text(milliseconds{500}), "nothing");
    EXPECT_EQ(pcscd_.ask("8004000001"), "80040000019000");
}

TEST_F(VpcdTest, MuteCardIsPulledOutAndComesBack) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    card_.mute = true;
    pcscd_.send("8003000001");
    EXPECT_TRUE(pcscd_.ends());
    card_.mute = false;
    pcscd_.drop();
    ASSERT_TRUE(pcscd_.accept());
    EXPECT_EQ(pcscd_.ask("8003000001"), "80030000019000");
}

TEST_F(VpcdTest, WithoutCardNothingIsInserted) {
    card_.atr.clear();
    start();
    EXPECT_FALSE(pcscd_.accept(Quiet));
    vpcd_->post([this] {
        card_.atr = hex(Atr);
        vpcd_->card_changed();
    });
    ASSERT_TRUE(pcscd_.accept());
    EXPECT_EQ(pcscd_.ask("04"), plain_atr());
    vpcd_->post([this] {
        card_.atr.clear();
        vpcd_->card_changed();
    });
    EXPECT_TRUE(pcscd_.ends());
}

TEST_F(VpcdTest, NonsenseEndsTheConnectionOrIsPassedOver) {
    start();
    ASSERT_TRUE(pcscd_.accept());
    pcscd_.send("07");
    EXPECT_EQ(pcscd_.ask("04"), plain_atr()) << "an unknown control has no effect";
    pcscd_.send(Bytes{});
    EXPECT_TRUE(pcscd_.ends()) << "an empty message";
    pcscd_.drop();
    ASSERT_TRUE(pcscd_.accept());
    card_.delay = milliseconds{300};
    try {
        for (int i = 0; i < 100; ++i) pcscd_.send("8003000001");
    } catch (const std::runtime_error&) {
        // It has ended before all were sent.
    }
    EXPECT_TRUE(pcscd_.ends()) << "more commands than a reader that waits for answers can have";
    card_.delay = milliseconds{0};
    pcscd_.drop();
    ASSERT_TRUE(pcscd_.accept());
    bool ended = false;
    for (int i = 0; i < 2000 && !ended; ++i) {
        Bytes polls;
        for (int k = 0; k < 1000; ++k) polls.insert(polls.end(), {0x00, 0x01, 0x04});
        try {
            pcscd_.raw(polls);
        } catch (const std::runtime_error&) {
            ended = true;
        }
    }
    EXPECT_TRUE(ended) << "polls whose answers nobody reads";
}

TEST_F(VpcdTest, WhatTheSimulationThrowsEndsRun) {
    vpcd_ = std::make_unique<Vpcd>(card_, VpcdAddress{"127.0.0.1", pcscd_.port()});
    vpcd_->post([] { throw std::runtime_error{"the RTL"}; });
    EXPECT_THROW(vpcd_->run(), std::runtime_error);
}

TEST(VpcdAddress, IsReadFromText) {
    struct Case {
        const char* text;
        const char* host;
        int port;
    };
    for (const Case& c : {Case{"", "localhost", 35963}, Case{"pc", "pc", 35963},
                          Case{"pc:1", "pc", 1}, Case{":65535", "localhost", 65535},
                          Case{"[::1]:5", "::1", 5}, Case{"[::1]", "::1", 35963}}) {
        const auto address = VpcdAddress::parse(c.text);
        EXPECT_EQ(address.host, c.host) << c.text;
        EXPECT_EQ(address.port, c.port) << c.text;
        EXPECT_EQ(VpcdAddress::parse(address.text()).text(), address.text());
    }
    for (const char* wrong : {"pc:", "pc:0", "pc:65536", "pc:x", "pc:1x", "::1", "[::1", "[::1]5"})
        EXPECT_THROW(VpcdAddress::parse(wrong), std::invalid_argument) << wrong;
}

}  // namespace
}  // namespace hostlink
