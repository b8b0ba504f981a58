// SCP10 through the card OS: both interfaces, data in parts, answers in parts.
#include "cardos/make_chip.hpp"
#include "scp10_host.hpp"

namespace domain_test {
namespace {

enum class Via { Air, Contacts };

/// A chip behind one of its interfaces.
class Chip {
public:
    explicit Chip(Via via) : via_{via} {
        cardos::ChipOptions options;
        options.factory = scp10_card();
        options.factory.cin = Bytes(300, 0x5A);
        chip_ = cardos::make_chip(std::move(options));
        if (via_ == Via::Air) {
            chip_->power_up(now_);
        } else {
            chip_->contacts_on(now_);
        }
        port().reset(now_);
    }
    /// Fetches what an answer left behind, as every terminal does.
    Bytes send(ByteView command) {
        auto answer = take(command);
        while (answer.size() >= 2 && answer[answer.size() - 2] == 0x61) {
            ++fetched;
            const auto rest = take(hex("00C0000000"));
            answer.resize(answer.size() - 2);
            answer = std::move(answer) + rest;
        }
        return answer;
    }
    unsigned fetched = 0;

private:
    Bytes take(ByteView command) {
        const auto taken = port().take(command, false, now_);
        now_ = taken.ready + 1'000;
        return taken.response;
    }
    port::ApduPort& port() { return via_ == Via::Air ? *chip_->air() : chip_->contacts(); }

    Via via_;
    std::unique_ptr<cardos::Chip> chip_{};
    base::Tick now_ = 100'000;
};

class Scp10Interface : public testing::TestWithParam<Via> {};

TEST_P(Scp10Interface, OpensInPartsAndWhole) {
    for (const bool chains : {false, true}) {
        for (const bool transport : {false, true}) {
            Chip chip{GetParam()};
            Scp10Host host{[&](ByteView bytes) { return chip.send(bytes); }, Entity::usual()};
            host.chains = chains;
            ASSERT_TRUE(transport ? host.transport() : host.agree());
            EXPECT_EQ(host.ask("80CA00D300"), "D301B39000");
            EXPECT_EQ(host.ask("80E400000A4F08D276000118AA109900"), "6A88")
                << "errors keep their protection";
            EXPECT_EQ(host.ask("80E29000084206112233445566"), "9000");
            EXPECT_EQ(chip.fetched, 0U);
            EXPECT_EQ(host.ask("80CA004500").size(), 2U * (4 + 300 + 2));
            EXPECT_EQ(chip.fetched, 1U) << "more than 256 bytes";
            EXPECT_EQ(host.ask("80CA00D300"), "D301B39000");
        }
    }
}

TEST_P(Scp10Interface, InterindustryClassIsNotProtected) {
    Chip chip{GetParam()};
    Scp10Host host{[&](ByteView bytes) { return chip.send(bytes); }, Entity::usual()};
    ASSERT_TRUE(host.agree());
    EXPECT_EQ(text(chip.send(host.channel.wrap(*apdu::parse(hex("00CA00D300"))))), "6882");
}

INSTANTIATE_TEST_SUITE_P(Both, Scp10Interface, testing::Values(Via::Air, Via::Contacts),
                         [](const auto& via) {
                             return std::string{via.param == Via::Air ? "Air" : "Contacts"};
                         });

}  // namespace
}  // namespace domain_test
