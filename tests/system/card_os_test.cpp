// The card OS behind the air on every level: sessions stay with their interface, and an update that
// is cut inside a waiting time extension is done or not done.
#include <set>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "level.hpp"
#include "reader/iso_dep.hpp"
#include "reader/secure_channel.hpp"

namespace {

using system_test::Card;
using system_test::LevelTest;
using system_test::Tick;

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

class CardOsTest : public LevelTest {
protected:
    /// FWI 0: a waiting time of 4096 ticks, shorter than an update.
    void place_chip() {
        Card card;
        card.profile.uid = {0x9C, 0x59, 0x9B, 0x32};
        card.profile.sak = 0x20;
        card.profile.ats = hex("067577000280");
        chip_ = cardos::make_chip();
        place(card, *chip_);
        reader_.emplace(world());
    }

    /// From the field on to the first command.
    void open() {
        ASSERT_EQ(reader_->activate(reader::Wake::Idle).status, reader::Status::Ok);
        auto opened = reader::IsoDep::open(*reader_, reader::Card{});
        ASSERT_TRUE(opened.channel);
        channel_ = *opened.channel;
    }
    void restart() {
        reader_->field_off();
        reader_->field_on();
        open();
    }
    std::string over_air(base::ByteView apdu) {
        const auto answer = channel_->exchange(apdu);
        return answer.status == reader::Status::Ok ? base::to_hex(answer.data) : "lost";
    }
    std::string over_air(std::string_view apdu) { return over_air(hex(apdu)); }
    base::Bytes over_contacts(base::ByteView apdu) {
        const auto taken = chip_->contacts().take(apdu, false, world().now());
        world().wait_until(std::max(world().now(), taken.ready));
        return taken.response;
    }

    std::unique_ptr<cardos::Chip> chip_;
    std::optional<reader::Reader> reader_;
    std::optional<reader::IsoDep> channel_;
};

class Isolation : public CardOsTest {};
ON_BOTH_LEVELS(Isolation);

TEST_P(Isolation, ISO_07_NoSessionCrossesInterfaces) {
    place_chip();
    chip_->contacts_on(world().now());
    chip_->contacts().reset(world().now());
    reader::ChannelKeys keys;
    const auto key = [](std::uint8_t first) {
        base::Bytes bytes;
        for (std::uint8_t i = 0; i < 16; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
        return reader::ScpKey{bytes};
    };
    reader::SecureChannel session{{key(0x40), key(0x50), key(0x60)}};
    const auto challenge = hex("0011223344556677");
    ASSERT_TRUE(
        session.offered(challenge, over_contacts(reader::initialize_update(0x30, challenge))));
    ASSERT_TRUE(session.opened(over_contacts(session.external_authenticate(0x01))));
    const auto wrapped = session.wrap_one(hex("80F28002024F0000"));

    reader_->field_on();
    open();
    EXPECT_EQ(over_air(wrapped), "6982");
    const auto answer = base::to_hex(over_contacts(wrapped));
    EXPECT_EQ(answer.substr(answer.size() - 4), "9000") << "the session on the contacts goes on";
    chip_->contacts_off(world().now());
}

class Tearing : public CardOsTest {};
ON_BOTH_LEVELS(Tearing);

TEST_P(Tearing, TEAR_16_AnUpdateCutInsideAWaitingTimeExtensionIsDoneOrNot) {
    constexpr std::string_view Select = "00A4040008D276000118AA100100";
    place_chip();
    reader_->field_on();
    open();
    std::set<std::string> seen;
    for (Tick cut = 8'000; cut <= 64'000; cut += 4'000) {
        SCOPED_TRACE(testing::Message() << "cut " << cut << " ticks after the command began");
        ASSERT_NE(over_air(Select), "lost");
        ASSERT_EQ(over_air("002000000431323334"), "9000") << "all tries are there";
        world().cut_power(world().now() + cut);
        (void)over_air("0020000004FFFFFFFF");
        restart();
        ASSERT_NE(over_air(Select), "lost") << "block numbers start anew";
        const auto tries = over_air("00200000");
        ASSERT_TRUE(tries == "63C3" || tries == "63C2") << tries;
        seen.insert(tries);
    }
    EXPECT_EQ(seen.size(), 2U) << "some cuts before the step that counts, some after";
}

}  // namespace
