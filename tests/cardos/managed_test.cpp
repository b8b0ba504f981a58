// The card OS under GlobalPlatform: applications come, are personalised, and go; the host's end of
// the secure channel is sw/reader's.
#include <algorithm>

#include "apdu/command.hpp"
#include "card.hpp"
#include "reader/secure_channel.hpp"

namespace {

using bench::Card;
using bench::hex;
using bench::status;

reader::ChannelKeys test_keys() {
    const auto key = [](std::uint8_t first) {
        base::Bytes bytes;
        for (std::uint8_t i = 0; i < 16; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
        return reader::ScpKey{bytes};
    };
    return {key(0x40), key(0x50), key(0x60)};
}

/// A channel with what is selected.
class Host {
public:
    Host(Card& card, std::uint8_t level, std::uint8_t version = 0x30)
        : card_{card}, channel_{test_keys()} {
        const auto challenge = hex("0011223344556677");
        const auto offer = card.answer(reader::initialize_update(version, challenge));
        EXPECT_TRUE(channel_.offered(challenge, offer)) << base::to_hex(offer);
        if (channel_.offer().challenge.empty()) return;
        EXPECT_TRUE(channel_.opened(card.answer(channel_.external_authenticate(level))));
    }
    std::string send(std::string_view apdu) {
        const auto answer = channel_.transmit(
            *apdu::parse(hex(apdu)), [this](base::ByteView bytes) { return card_.answer(bytes); });
        return answer ? base::to_hex(answer->bytes()) : "not to be believed";
    }

private:
    Card& card_;
    reader::SecureChannel channel_;
};

Card purse_package() {
    cardos::ChipOptions options;
    cardos::preload(options.factory, "purse");
    cardos::preload(options.factory, "sector-access");
    return Card{std::move(options)};
}

constexpr std::string_view InstallPurse =
    "80E60C0020"
    "07D276000118AA30"
    "08D276000118AA3001"
    "08D276000118AA3001"
    "0100"
    "02C900"
    "00"
    "00";
constexpr std::string_view DeletePurse = "80E400000A4F08D276000118AA300100";
constexpr std::string_view Account = "820D02000003E8000186A000070000";

void personalise(Host& host) {
    EXPECT_EQ(host.send("80E620000E"
                        "0000"
                        "08D276000118AA3001"
                        "000000"
                        "00"),
              "009000");
    const std::string objects = std::string{Account} +
                                "81143F0101003CC71C829687C2C2C4B65509F2E70873" +
                                "81143400010079"
                                "8A4F2B936AFAD15981E0F980674FEA";
    const auto lc = base::to_hex(base::Bytes{static_cast<std::uint8_t>(objects.size() / 2)});
    EXPECT_EQ(status(host.send("80E29000" + lc + objects)), "9000");
}

TEST(Managed, APurseIsInstalledPersonalisedUsedAndDeleted) {
    Card card = purse_package();
    EXPECT_EQ(card.select(bench::Purse), "6A82");
    ASSERT_EQ(status(card.select("A000000151000000")), "9000");
    {
        Host host{card, 0x33};
        ASSERT_EQ(host.send(InstallPurse), "009000");
        personalise(host);
    }
    ASSERT_EQ(status(card.select(bench::Purse)), "9000");
    EXPECT_EQ(card.send("805C000204"), "000003E89000");
    card.chip->fix_random(hex("1A2B3C4D"));
    EXPECT_EQ(card.send("805000020B010000138810000000000110"),
              "000003E8000701001A2B3C4D6110249E9000");
    EXPECT_EQ(card.send("805200000B202401151030009519380B04"), "A58539629000");
    card.restart();
    ASSERT_EQ(status(card.select(bench::Purse)), "9000");
    EXPECT_EQ(card.send("805C000204"), "000017709000");

    ASSERT_EQ(status(card.select("A000000151000000")), "9000");
    {
        Host host{card, 0x01};
        const auto key = hex("3CC71C829687C2C2C4B65509F2E70873");
        const auto holds = [&] {
            const auto cells = card.chip->memory().memory().cells().state().cells;
            return std::search(cells.begin(), cells.end(), key.begin(), key.end()) != cells.end();
        };
        EXPECT_TRUE(holds());
        EXPECT_EQ(host.send(DeletePurse), "009000");
        EXPECT_FALSE(holds()) << "its keys are gone from the cells";
        EXPECT_EQ(host.send(InstallPurse), "009000");
    }
    ASSERT_EQ(status(card.select(bench::Purse)), "9000");
    EXPECT_EQ(card.send("805C000204"), "6A82") << "nothing of the first one is left";
    EXPECT_EQ(card.send("00B201C417"), std::string(46, '0') + "9000");
}

TEST(Managed, WhatIsSelectedElsewhereIsNotDeleted) {
    Card card = purse_package();
    ASSERT_EQ(status(card.select("A000000151000000")), "9000");
    Host host{card, 0x01};
    ASSERT_EQ(host.send(InstallPurse), "009000");
    ASSERT_EQ(card.send("0070000001"), "019000");
    ASSERT_EQ(status(card.send("01A4040008D276000118AA300100")), "9000");
    EXPECT_EQ(host.send(DeletePurse), "6985");
    ASSERT_EQ(card.send("00708001"), "9000");
    EXPECT_EQ(host.send(DeletePurse), "009000");
}

TEST(Managed, AnApplicationUsesTheChannelOfItsDomain) {
    cardos::ChipOptions options;
    options.sectors[4].fill(0x42);
    cardos::preload(options.factory, "sector-access",
                    hex("810D01FFFFFFFFFFFFFFFFFFFFFFFF840431323334"));
    Card card{std::move(options)};
    ASSERT_EQ(status(card.select(bench::SectorAccess)), "9000");
    Host host{card, 0x33};
    EXPECT_EQ(host.send("80B400000D070B0100010B54570745FE3AE700"),
              "0710" + base::to_hex(base::Bytes(16, 0x42)) + "9000");
    EXPECT_EQ(host.send("80340100"), "6982");
    EXPECT_EQ(card.send("80CA010000"), "6982") << "in plain: the channel is broken";
    EXPECT_EQ(card.send("80CA010000"), "6982");
    ASSERT_EQ(status(card.select(bench::SectorAccess)), "9000");
    EXPECT_EQ(status(card.send("80CA010000")), "9000") << "without a channel in plain";
}

TEST(Managed, ALockedApplicationIsNotReached) {
    Card card = purse_package();
    ASSERT_EQ(card.send("0070000001"), "019000");
    ASSERT_EQ(status(card.send("01A4040008D276000118AA100100")), "9000");
    ASSERT_EQ(status(card.select("A000000151000000")), "9000");
    Host host{card, 0x01};
    EXPECT_EQ(card.send("8103000001"), "019000");
    EXPECT_EQ(host.send("80F0408008D276000118AA1001"), "9000");
    EXPECT_EQ(card.send("8103000001"), "6985");
    EXPECT_EQ(host.send("80F0400008D276000118AA1001"), "9000");
    EXPECT_EQ(card.send("8103000001"), "029000");
}

TEST(Managed, OnALockedCardOnlyTheIssuerDomainAnswers) {
    Card card = purse_package();
    ASSERT_EQ(card.send("0070000001"), "019000");
    ASSERT_EQ(status(card.send("01A4040008D276000118AA100100")), "9000");
    ASSERT_EQ(status(card.select("A000000151000000")), "9000");
    Host host{card, 0x01};
    ASSERT_EQ(host.send("80F0800F08A000000151000000"), "9000");
    ASSERT_EQ(host.send("80F0807F08A000000151000000"), "9000");
    EXPECT_EQ(card.send("8103000001"), "6985");
    EXPECT_EQ(status(card.send("00A4040008A00000015100000000")), "6283");
    EXPECT_EQ(card.select(bench::TestApplication), "6A82");
}

TEST(Managed, ATerminatedCardAnswersGetDataOnly) {
    Card card;
    ASSERT_EQ(status(card.select("A000000151000000")), "9000");
    {
        Host host{card, 0x01};
        ASSERT_EQ(host.send("80F080FF08A000000151000000"), "9000");
    }
    card.restart();
    for (unsigned cla = 0; cla < 256; ++cla) {
        for (unsigned ins = 0; ins < 256; ++ins) {
            const base::Bytes command{static_cast<std::uint8_t>(cla),
                                      static_cast<std::uint8_t>(ins), 0, 0x66, 0};
            const auto answer = card.answer(command);
            if (ins == 0xCA) continue;
            ASSERT_EQ(answer.size(), 2U) << base::to_hex(command) << " " << base::to_hex(answer);
        }
    }
    EXPECT_EQ(status(card.send("80CA006600")), "9000");
    EXPECT_EQ(card.send("0070000001").size(), 4U) << "no channel is opened";
    EXPECT_EQ(card.send("00A4040000").size(), 4U);
}

TEST(Managed, ASessionStaysWithItsInterface) {
    Card card;
    ASSERT_EQ(status(card.select("A000000151000000")), "9000");
    Host host{card, 0x01};
    card.chip->power_up(card.now);
    card.chip->air()->reset(card.now);
    const auto air = [&](std::string_view apdu) {
        return base::to_hex(card.chip->air()->take(hex(apdu), false, card.now).response);
    };
    EXPECT_EQ(status(air("80F28002024F0000")), "6982");
    EXPECT_EQ(status(host.send("80F28002024F0000")), "9000");
}

TEST(Managed, InstallThatIsCutLeavesAllOrNothing) {
    Card fresh = purse_package();
    ASSERT_EQ(status(fresh.select("A000000151000000")), "9000");
    const auto install = [](Card& card) {
        EXPECT_EQ(status(card.select("A000000151000000")), "9000");
        Host host{card, 0x01};
        EXPECT_EQ(host.send(InstallPurse), "009000");
    };
    Card counted{fresh};
    install(counted);
    const auto ends = counted.chip->memory().step_ends(counted.sent_at);
    ASSERT_GT(ends.size(), 5U);
    unsigned there = 0;
    for (const auto end : ends) {
        Card card{fresh};
        install(card);
        card.cut(end - 100);
        const auto selected = card.select(bench::Purse);
        if (status(selected) == "9000") {
            ++there;
            EXPECT_EQ(card.send("00B201C417"), std::string(46, '0') + "9000");
        } else {
            EXPECT_EQ(selected, "6A82");
            install(card);
            EXPECT_EQ(status(card.select(bench::Purse)), "9000");
        }
    }
    EXPECT_GT(there, 0U);
    EXPECT_LT(there, ends.size());
}

}  // namespace
