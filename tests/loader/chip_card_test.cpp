// The chip card of system D: several elements, three ways to them, none in another's way.
#include "loader/chip_card.hpp"

#include "bench.hpp"
#include "ble/central.hpp"

namespace {

using namespace loader_test;
using loader::Mode;

/// A terminal over Bluetooth as a card to talk to.
class Bluetooth final : public hostlink::SmartCard {
public:
    explicit Bluetooth(loader::ChipCard& card)
        : card_{card}, controller_{card.bluetooth(), {}}, central_{controller_, {}} {}

    base::Bytes power_on() override {
        power_off();
        card_.bluetooth_on(central_.now());
        central_.connect(central_.now());
        return {0x3B, 0x80, 0x80, 0x01, 0x01};
    }
    base::Bytes reset() override { return power_on(); }
    void power_off() override {
        if (!central_.connected()) return;
        central_.disconnect();
        card_.bluetooth_off(central_.now());
    }
    base::Bytes transmit(base::ByteView command) override {
        return central_.exchange(command).value_or(base::Bytes{});
    }
    ble::Central& central() { return central_; }

private:
    loader::ChipCard& card_;
    ble::Peripheral controller_;
    ble::Central central_;
};

struct Pocket {
    Pocket() : card{elements()} {}
    static std::vector<loader::ElementOptions> elements() {
        std::vector<loader::ElementOptions> all;
        for (std::uint8_t n = 0; n < 3; ++n) {
            all.push_back(element_options());
            all.back().identity.serial[7] = n;
            all.back().identity.field_loads = true;
        }
        return all;
    }
    loader::ChipCard card;
    Card contacts{card};
    Card air{card, true};
    Bluetooth bluetooth{card};
};

ota::OsLoading host(hostlink::SmartCard& card) { return {card, host_keys(), challenges()}; }

TEST(ChipCard, TheModeIsThatOfWhoTalks) {
    Pocket pocket;
    EXPECT_EQ(pocket.card.mode(), Mode::None);
    pocket.air.power_on();
    EXPECT_EQ(pocket.card.mode(), Mode::Nfc);
    pocket.bluetooth.power_on();
    EXPECT_EQ(pocket.card.mode(), Mode::Bluetooth);
    pocket.contacts.power_on();
    EXPECT_EQ(pocket.card.mode(), Mode::Contact);
    pocket.contacts.power_off();
    pocket.bluetooth.power_off();
    EXPECT_EQ(pocket.card.mode(), Mode::Nfc);
    EXPECT_EQ(to_string(Mode::Nfc), "contactless, NFC");
}

TEST(ChipCard, EachWayChoosesItsElement) {
    Pocket pocket;
    pocket.contacts.power_on();
    EXPECT_EQ(pocket.contacts.send("80F1FF0000"), "03009000");
    EXPECT_EQ(pocket.contacts.send("80F10300"), "6A88");
    EXPECT_EQ(pocket.contacts.send("80F10200"), "9000");
    EXPECT_EQ(host(pocket.contacts).status()->serial[7], 2);
    pocket.bluetooth.power_on();
    auto phone = host(pocket.bluetooth);
    EXPECT_EQ(phone.status()->serial[7], 0);
    const auto answer = pocket.bluetooth.transmit(hex("80F10200"));
    EXPECT_EQ(base::to_hex(answer), "6985") << "the contacts have it";
    EXPECT_EQ(phone.status()->serial[7], 0);
    pocket.contacts.power_off();
    EXPECT_EQ(base::to_hex(pocket.bluetooth.transmit(hex("80F10200"))), "9000");
    EXPECT_EQ(phone.status()->serial[7], 2);
}

TEST(ChipCard, AWayWithoutElementIsToldSo) {
    Pocket pocket;
    pocket.contacts.power_on();
    pocket.bluetooth.power_on();
    EXPECT_EQ(base::to_hex(pocket.bluetooth.transmit(hex("80F1FF0000"))), "03FF9000");
    EXPECT_EQ(base::to_hex(pocket.bluetooth.transmit(hex("80F0000000"))), "6985");
    EXPECT_EQ(base::to_hex(pocket.bluetooth.transmit(hex("80F10100"))), "9000");
    EXPECT_TRUE(host(pocket.bluetooth).status());
}

TEST(ChipCard, TheSameImageGoesIntoThreeElementsOverThreeWays) {
    Pocket pocket;
    pocket.contacts.power_on();
    pocket.bluetooth.power_on();
    pocket.air.power_on();
    ASSERT_EQ(base::to_hex(pocket.bluetooth.transmit(hex("80F10100"))), "9000");
    ASSERT_EQ(pocket.air.send("80F10200"), "9000");
    const auto made = package();
    EXPECT_EQ(host(pocket.contacts).load(made).end, End::Loaded);
    EXPECT_EQ(host(pocket.bluetooth).load(made).end, End::Loaded);
    EXPECT_EQ(host(pocket.air).load(made).end, End::Loaded);
    for (std::size_t n = 0; n < 3; ++n)
        EXPECT_EQ(pocket.card.element(n).vault().image(0, 40, pocket.contacts.now + (1U << 30U)),
                  image());
}

TEST(ChipCard, OneElementsLoadDoesNotDisturbAnothers) {
    Pocket pocket;
    pocket.contacts.power_on();
    ASSERT_EQ(host(pocket.contacts).load(package()).end, End::Loaded);
    pocket.contacts.reset();
    const auto select = [&] { return pocket.contacts.send("00A4040000").substr(0, 2); };
    EXPECT_EQ(select(), "6F");
    pocket.bluetooth.central().wait_until(pocket.contacts.now);
    pocket.bluetooth.power_on();
    ASSERT_EQ(base::to_hex(pocket.bluetooth.transmit(hex("80F10100"))), "9000");
    auto phone = host(pocket.bluetooth);
    const auto torn = phone.load(package(), [&](std::size_t done, std::size_t) {
        EXPECT_EQ(select(), "6F") << "the first element's OS works meanwhile";
        if (done == 2) pocket.bluetooth.power_off();
    });
    EXPECT_EQ(torn.end, End::Lost);
    EXPECT_EQ(select(), "6F");
    pocket.bluetooth.power_on();
    ASSERT_EQ(base::to_hex(pocket.bluetooth.transmit(hex("80F10100"))), "9000");
    EXPECT_EQ(phone.status()->next_block, 2);
    // The contacts' power goes and comes: the phone's load goes on.
    pocket.contacts.power_on();
    EXPECT_EQ(phone.load(package()).sent, 1U);
    EXPECT_EQ(select(), "6F");
}

TEST(ChipCard, ACopyGoesOnByItself) {
    Pocket pocket;
    pocket.contacts.power_on();
    ASSERT_EQ(host(pocket.contacts).load(package()).end, End::Loaded);
    pocket.contacts.power_off();
    const auto copy = pocket.card.clone();
    Card other{dynamic_cast<loader::ChipCard&>(*copy)};
    other.now = pocket.contacts.now;
    other.power_on();
    EXPECT_EQ(other.send("00A4040000").substr(0, 2), "6F");
    EXPECT_EQ(pocket.card.element(0).os(), nullptr);
}

}  // namespace
