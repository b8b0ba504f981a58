// E1 to E3 without an air: logic is followed, modules are on only while they are needed.
#include <gtest/gtest.h>

#include "bench.hpp"
#include "link/smart_card.hpp"

namespace {

using control::Reason;
using control::Service;
using control::Way;
using control_test::Bench;
using control_test::hex;
using control_test::refused;
using port::Module;

// CMAC(303132..3F, 02 0102), with `openssl mac -cipher AES-128-CBC`.
constexpr const char* MacOfData = "69E3B489E212A73A606F74B7677FFECB";

TEST(Service, APresetServiceAnswersInTheClientsFormat) {
    Bench bench;
    bench.connect();
    bench.login();
    EXPECT_EQ(bench.client.call("hello name=\"Ann B\""), std::string{"mac="} + MacOfData);
    EXPECT_EQ(bench.device.display().lines(), (std::vector<std::string>{"Ann B", MacOfData}));
    EXPECT_EQ(bench.client.call("typed"), "typed=\"1234\"");
    EXPECT_TRUE(bench.all_off());
}

TEST(Service, BothWaysGiveTheSameAndOneByOneLessTicks) {
    const control::Values inputs{{"name", std::string{"x"}}};
    Bench together;
    Bench one_by_one;
    EXPECT_EQ(together.device.control().run("hello", inputs, Way::Together),
              one_by_one.device.control().run("hello", inputs, Way::OneByOne));
    for (const auto module : {Module::Secure, Module::Display})
        EXPECT_GT(together.power.ticks(module), one_by_one.power.ticks(module));
    // One by one, each module runs for its own work only: 33 characters, 128 ticks each.
    EXPECT_EQ(one_by_one.power.ticks(Module::Display), 33U * 128);
    for (auto* bench : {&together, &one_by_one}) {
        EXPECT_EQ(bench->power.ticks(Module::Contactless), 0U);
        EXPECT_EQ(bench->power.ticks(Module::Contact), 0U);
        EXPECT_TRUE(bench->all_off());
    }
}

TEST(Service, AModuleThatFailsLeavesNothingOn) {
    auto made = control_test::factory();
    made.logic =
        "service lost\n  way together\n  display show line=\"a\"\n  contactless identify -> uid\n"
        "  answer uid\nend\n";
    Bench bench{made};
    bench.connect();
    bench.login();
    EXPECT_EQ(refused([&] { (void)bench.client.call("lost"); }), Reason::ServiceFailed);
    EXPECT_TRUE(bench.all_off());
}

TEST(Service, WrongCallsAreRefused) {
    Bench bench;
    bench.connect();
    bench.login();
    for (const char* wrong :
         {"", "nothing", "hello", "hello name=1", "hello name=\"x\" name=\"y\"", "hello name",
          "hello name=\"12345678901234567\"", "hello other=\"x\"", "typed x=\"1\""})
        EXPECT_EQ(refused([&] { (void)bench.client.call(wrong); }), Reason::BadRequest) << wrong;
    EXPECT_EQ(refused([&] { (void)bench.client.call(static_cast<Service>(6), {}); }),
              Reason::BadRequest);
    EXPECT_EQ(refused([&] { (void)bench.client.call(Service::Display, {}); }), Reason::BadRequest);
    EXPECT_EQ(refused([&] { (void)bench.client.call(Service::Display, base::Bytes(42, 0)); }),
              Reason::BadRequest);
    EXPECT_EQ(refused([&] { (void)bench.client.call(Service::ContactCard, hex("00")); }),
              std::nullopt);
    EXPECT_EQ(refused([&] { (void)bench.client.call(Service::ContactCard, hex("01")); }),
              Reason::ServiceFailed)
        << "the slot is empty";
    EXPECT_EQ(refused([&] { (void)bench.client.call(Service::ContactCard, hex("00A4040000")); }),
              Reason::OutOfOrder);
    EXPECT_TRUE(bench.all_off());
}

/// Answers 9000 to everything.
class PlayedCard final : public hostlink::SmartCard {
public:
    base::Bytes power_on() override { return hex("3B00"); }
    base::Bytes reset() override { return hex("3B01"); }
    void power_off() override { off = true; }
    base::Bytes transmit(base::ByteView command) override {
        last.assign(command.begin(), command.end());
        return hex("9000");
    }
    bool off = false;
    base::Bytes last{};
};

TEST(Service, ACardInTheSlotIsReachedAsThroughPcsc) {
    PlayedCard card;
    Bench bench;
    bench.hardware.slot = &card;
    control::Device device{bench.hardware, bench.flash, control_test::factory(),
                           control_test::counting_nonces(1)};
    control::Client client{[&](const control::Frame& one) { return device.handle(one); }, "desk",
                           control_test::ClientKey};
    client.connect(1, control_test::Serial);
    client.login(bench.cloud);
    EXPECT_EQ(client.call(Service::ContactCard, hex("01")), hex("3B00"));
    EXPECT_TRUE(bench.power.on(Module::Contact));
    EXPECT_EQ(client.call(Service::ContactCard, hex("02")), hex("3B01"));
    EXPECT_EQ(client.call(Service::ContactCard, hex("04")), hex("3B01"));
    EXPECT_EQ(client.call(Service::ContactCard, hex("00A4040000")), hex("9000"));
    EXPECT_EQ(card.last, hex("00A4040000"));
    device.connection_lost();
    EXPECT_FALSE(bench.power.on(Module::Contact)) << "the client's modules go with it";
}

TEST(Service, Pn532AnswersAndHoldsItsModule) {
    Bench bench;
    bench.connect();
    bench.login();
    EXPECT_EQ(bench.client.call(Service::Pn532, hex("02")), hex("0000FF06FAD50332010607E800"));
    EXPECT_TRUE(bench.power.on(Module::Contactless));
    EXPECT_EQ(refused([&] { (void)bench.client.call(Service::ContactlessCard, hex("01")); }),
              Reason::OutOfOrder)
        << "one user at a time";
    (void)bench.client.call(Service::Pn532, {});
    EXPECT_TRUE(bench.all_off());
}

}  // namespace
