// The PN532 and PC/SC links as service interfaces (systems.md, E1, E2, E4, E5): they answer while
// a platform is logged in and the client may offer them, and else say nothing at all.
// Messages: host-links sheet 1.2, 1.3 and 2.2.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "bench.hpp"
#include "control/local_link.hpp"
#include "link/pcscd.hpp"
#include "link/pty.hpp"
#include "link/terminal.hpp"
#include "link/vpcd.hpp"

namespace {

using control::Reason;
using control::Service;
using control_test::Bench;
using control_test::hex;
using control_test::refused;
using port::Module;
using std::chrono::milliseconds;

constexpr milliseconds Quiet{300};  // an answer would have come by then
const std::string Firmware = "00 00 FF 02 FE D4 02 2A 00";
const std::string FirmwareAnswer = "00 00 FF 00 FF 00 00 00 FF 06 FA D5 03 32 01 06 07 E8 00";
// InAutoPoll for ever, each 150 ms, for generic cards of type A; its ACK comes at once.
const std::string PollForEver = "00 00 FF 05 FB D4 60 FF 01 00 CC 00";
const std::string Ack = "00 00 FF 00 FF 00";

/// A reader whose PN532 service is at a pseudo-terminal, on a thread of its own.
class PnLink : public testing::Test {
protected:
    ~PnLink() override {
        link_.server().stop();
        thread_.join();
    }
    /// On the reader's thread, where all use of the device belongs; between two commands or polls.
    void there(const std::function<void()>& job) {
        std::promise<void> done;
        link_.server().post([&] {
            job();
            done.set_value();
        });
        done.get_future().wait();
    }
    void enter() {
        there([this] {
            bench_.connect();
            bench_.login();
        });
    }
    [[nodiscard]] bool contactless_on() {
        bool on = false;
        there([&] { on = bench_.power.on(Module::Contactless); });
        return on;
    }

    Bench bench_{};
    hostlink::Pty pty_{};
    control::LinkedPn532 link_{bench_.device, pty_.master()};
    link_test::Terminal host_{pty_.slave_name()};
    std::thread thread_{[this] { link_.server().run(); }};
};

TEST_F(PnLink, E1_E2_SaysNothingUntilAPlatformHasLoggedIn) {
    host_.send(Firmware);
    EXPECT_EQ(host_.receive(1, Quiet), "") << "no client";
    host_.send(PollForEver);
    EXPECT_EQ(host_.receive(1, Quiet), "") << "not even an ACK";
    there([this] { bench_.connect(); });
    host_.send(Firmware);
    EXPECT_EQ(host_.receive(1, Quiet), "") << "no platform";
    there([this] { bench_.login(); });
    host_.send(Firmware);
    EXPECT_EQ(host_.receive(19), FirmwareAnswer);
    EXPECT_TRUE(contactless_on());
}

TEST_F(PnLink, E1_E2_SaysNothingAfterTheClientHasGone) {
    enter();
    host_.send(Firmware);
    EXPECT_EQ(host_.receive(19), FirmwareAnswer);
    there([this] { bench_.device.connection_lost(); });
    EXPECT_FALSE(contactless_on());
    host_.send(Firmware);
    EXPECT_EQ(host_.receive(1, Quiet), "");
    host_.send("00 00 FF FF 00 00");
    EXPECT_EQ(host_.receive(1, Quiet), "") << "NACK: the last frame is not sent again either";
    EXPECT_FALSE(contactless_on());
    enter();
    host_.send(Firmware);
    EXPECT_EQ(host_.receive(19), FirmwareAnswer);
}

TEST_F(PnLink, E1_E2_ClientThatGoesEndsAPollThatRuns) {
    enter();
    host_.send(PollForEver);
    EXPECT_EQ(host_.receive(6), Ack);
    there([this] { bench_.device.connection_lost(); });
    EXPECT_EQ(host_.receive(1, Quiet), "");
    EXPECT_FALSE(contactless_on());
}

TEST_F(PnLink, E1_E2_ServicesOfOtherClientsDoNotEnableIt) {
    there([this] {
        control::Client door{
            [this](const control::Frame& frame) { return bench_.device.handle(frame); }, "door",
            control_test::factory().credentials.clients[1].key};
        door.connect(1, control_test::Serial);
        EXPECT_EQ(door.login(bench_.cloud), control::bit_of(Service::Display));
        EXPECT_EQ(refused([&] { (void)bench_.device.serve(Service::Pn532, hex("02")); }),
                  Reason::NotAllowed);
    });
    host_.send(Firmware);
    EXPECT_EQ(host_.receive(1, Quiet), "");
    EXPECT_FALSE(contactless_on());
}

/// Has an ATR, answers 9000 to everything.
class PlayedCard final : public hostlink::SmartCard {
public:
    base::Bytes power_on() override {
        ++powered;
        return hex("3B00");
    }
    base::Bytes reset() override { return hex("3B00"); }
    void power_off() override { ++off; }
    base::Bytes transmit(base::ByteView) override {
        ++commands;
        return hex("9000");
    }
    int powered = 0;
    int off = 0;
    int commands = 0;
};

TEST(PcscLink, E1_E2_NoCardIsInsertedWhileTheServiceIsDisabled) {
    PlayedCard card;
    Bench bench;
    bench.hardware.slot = &card;
    control::Device device{bench.hardware, bench.flash, control_test::factory(),
                           control_test::counting_nonces(1)};
    control::Client client{[&](const control::Frame& one) { return device.handle(one); }, "desk",
                           control_test::ClientKey};
    control::LinkedCard linked{device, Service::ContactCard};
    link_test::Pcscd pcscd;
    hostlink::Vpcd vpcd{linked, {"127.0.0.1", pcscd.port()}, {milliseconds{20}, milliseconds{20}}};
    std::thread thread{[&] { vpcd.run(); }};
    EXPECT_FALSE(pcscd.accept(Quiet));

    vpcd.post([&] {
        client.connect(1, control_test::Serial);
        client.login(bench.cloud);
    });
    ASSERT_TRUE(pcscd.accept());
    EXPECT_EQ(pcscd.ask("04"), "3B00");
    EXPECT_EQ(pcscd.ask("00 A4 04 00 00"), "9000");

    vpcd.post([&] { device.connection_lost(); });
    pcscd.send("00 A4 04 00 00");
    EXPECT_EQ(pcscd.text(), "nothing") << "the card is pulled out";
    pcscd.drop();
    EXPECT_FALSE(pcscd.accept(Quiet));
    vpcd.stop();
    thread.join();
    EXPECT_EQ(card.commands, 1);
    EXPECT_GE(card.off, 1) << "nothing is left powered";
    EXPECT_FALSE(bench.power.on(Module::Contact));
}

}  // namespace
