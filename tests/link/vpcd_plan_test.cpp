// The card in pcscd's virtual reader, through reader and air on both levels (test plan, LINK-20 to
// LINK-23).
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "level.hpp"
#include "link/contactless_card.hpp"
#include "link/vpcd.hpp"
#include "pcscd.hpp"
#include "reader/secure_channel.hpp"

namespace link_test {
namespace {

using base::Bytes;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds Quiet{300};
const std::string Atr = "3B8580018073C821100E";
const std::string ClassicAtr = "3B8F8001804F0CA000000306030001000000006A";
const std::string SelectTest = "00A4040008D276000118AA100100";

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

/// Takes its time with one command, as a slow simulation would.
class Slow final : public hostlink::SmartCard {
public:
    explicit Slow(hostlink::SmartCard& card) : card_{&card} {}
    Bytes power_on() override { return card_->power_on(); }
    Bytes reset() override { return card_->reset(); }
    void power_off() override { card_->power_off(); }
    Bytes transmit(base::ByteView command) override {
        std::this_thread::sleep_for(delay.load());
        return card_->transmit(command);
    }
    std::atomic<milliseconds> delay{milliseconds{0}};

private:
    hostlink::SmartCard* card_;
};

class Link : public system_test::LevelTest {
protected:
    void place_chip() {
        system_test::Card card;
        card.profile.uid = hex("9C599B32");
        card.profile.sak = 0x20;
        card.profile.ats = hex("0A788091028073C82110");
        place(card, *chip_);
    }

    /// The card is inserted; pcscd is played on another thread.
    void serve(const std::function<void(const Pcscd& pcscd, Slow& card)>& host) {
        reader::Reader reader{world()};
        hostlink::ContactlessCard card{reader};
        Slow slow{card};
        Pcscd pcscd;
        hostlink::Vpcd vpcd{slow, {"127.0.0.1", pcscd.port()}};
        std::thread client{[&] {
            if (pcscd.accept())
                host(pcscd, slow);
            else
                ADD_FAILURE() << "no card was inserted";
            vpcd.stop();
        }};
        vpcd.run();
        client.join();
    }

    std::unique_ptr<cardos::Chip> chip_ = cardos::make_chip();
};
ON_BOTH_LEVELS(Link);

TEST_P(Link, LINK_20_AtrComesFromTheCacheWhileTheCardIsReset) {
    place_chip();
    serve([](const Pcscd& pcscd, Slow& card) {
        // The machine may be busy with other things: one quick answer shows that nothing is waited
        // for. A command behind the reset, not answered by then, shows that the reset goes on.
        bool quick = false;
        for (int i = 0; i < 5 && !quick; ++i) {
            card.delay = milliseconds{500};
            pcscd.send("02");
            pcscd.send("00A4040000");
            const auto begin = steady_clock::now();
            EXPECT_EQ(pcscd.ask("04"), Atr);
            quick = steady_clock::now() - begin < milliseconds{50};
            card.delay = milliseconds{0};
            EXPECT_EQ(pcscd.text().substr(0, 4), "6F4D") << "the command's answer";
        }
        EXPECT_TRUE(quick);
        for (const std::string_view control : {"00", "01", "02"}) pcscd.send(control);
        EXPECT_EQ(pcscd.text(Quiet), "nothing") << "these have no answer";
    });
}

TEST_P(Link, LINK_21_SegmentsLongCommandsAndSlowAnswersAreWhole) {
    place_chip();
    serve([](const Pcscd& pcscd, Slow& card) {
        for (const std::uint8_t byte : hex("000E" + SelectTest)) {
            pcscd.raw(Bytes{byte});
            std::this_thread::sleep_for(milliseconds{2});
        }
        EXPECT_EQ(pcscd.text(), "6F0C8408D276000118AA1001A5009000");

        Bytes data(4000);
        for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i % 251);
        const apdu::Command echo{0x80, 0x04, 0, 0, data, apdu::MostNe, true};
        pcscd.send(echo.bytes());
        const auto answer = pcscd.receive(milliseconds{240'000});
        ASSERT_TRUE(answer);
        data.insert(data.end(), {0x90, 0x00});
        EXPECT_EQ(*answer, data);

        card.delay = milliseconds{8000};
        EXPECT_EQ(pcscd.ask("8003000001"), "019000");
    });
}

TEST_P(Link, LINK_22_AtrOfACardOsIsMadeFromItsAts) {
    place_chip();
    serve([](const Pcscd& pcscd, Slow&) { EXPECT_EQ(pcscd.ask("04"), Atr); });
}

TEST_P(Link, LINK_22_AtrOfAMemoryCardNamesItsKind) {
    place(system_test::c1k());
    serve([](const Pcscd& pcscd, Slow&) { EXPECT_EQ(pcscd.ask("04"), ClassicAtr); });
}

TEST_P(Link, LINK_23_ResetEndsChannelPinAndCount) {
    place_chip();
    serve([](const Pcscd& pcscd, Slow&) {
        const auto key = [](std::uint8_t first) {
            Bytes value(16);
            for (std::uint8_t i = 0; i < 16; ++i) value[i] = static_cast<std::uint8_t>(first + i);
            return reader::ScpKey{value};
        };
        const reader::Transmit send = [&](base::ByteView command) {
            pcscd.send(command);
            return pcscd.receive().value_or(Bytes{});
        };
        pcscd.send("01");
        EXPECT_EQ(pcscd.ask("00A4040000").substr(0, 4), "6F4D");
        const Bytes challenge = hex("1122334455667788");
        reader::SecureChannel channel{{key(0x40), key(0x50), key(0x60)}};
        ASSERT_TRUE(channel.offered(challenge, send(reader::initialize_update(0x30, challenge))));
        ASSERT_TRUE(channel.opened(send(channel.external_authenticate(0x01))));
        const auto status = apdu::parse(hex("80F28002024F0000")).value();
        EXPECT_TRUE(channel.transmit(status, send)->ok());
        pcscd.send("02");
        EXPECT_EQ(channel.transmit(status, send)->sw, apdu::Sw::SecurityNotSatisfied);

        EXPECT_EQ(pcscd.ask(SelectTest).substr(0, 2), "6F");
        EXPECT_EQ(pcscd.ask("0020000004"
                            "31323334"),
                  "9000");
        EXPECT_EQ(pcscd.ask("00200000"), "9000") << "the PIN counts";
        EXPECT_EQ(pcscd.ask("8003000001"), "019000");
        EXPECT_EQ(pcscd.ask("8003000001"), "029000");
        pcscd.send("02");
        EXPECT_EQ(pcscd.ask(SelectTest).substr(0, 2), "6F");
        EXPECT_EQ(pcscd.ask("00200000").substr(0, 3), "63C") << "the PIN is forgotten";
        EXPECT_EQ(pcscd.ask("8003000001"), "019000");
    });
}

}  // namespace
}  // namespace link_test
