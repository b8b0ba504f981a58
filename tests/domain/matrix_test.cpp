// Every secure channel there is: protocol, option, key size, level, interface; host and card
// written independently of each other.
#include <gtest/gtest.h>

#include "card.hpp"
#include "cardos/make_chip.hpp"

namespace domain_test {
namespace {

using reader::KeyType;

enum class Via { Air, Contacts };

struct Variant {
    domain::Protocol protocol;
    std::uint8_t i;
    std::size_t key_bytes;
    Via via;

    [[nodiscard]] bool scp03() const { return protocol == domain::Protocol::Scp03; }
    [[nodiscard]] std::string name() const {
        std::string made = scp03() ? "Scp03" : "Scp02";
        made += "_i" + base::to_hex(base::Bytes{i}) + "_" + std::to_string(8 * key_bytes);
        return made + (via == Via::Air ? "_air" : "_contacts");
    }
};
void PrintTo(const Variant& variant, std::ostream* out) { *out << variant.name(); }

std::vector<Variant> variants() {
    std::vector<Variant> all;
    for (const auto via : {Via::Air, Via::Contacts}) {
        for (const auto i : {std::uint8_t{0x15}, std::uint8_t{0x55}}) {
            all.push_back({domain::Protocol::Scp02, i, 16, via});
        }
        for (const unsigned s16 : {0x00U, 0x01U}) {
            for (const unsigned option : {0x00U, 0x10U, 0x20U, 0x30U, 0x60U, 0x70U}) {
                for (const std::size_t size : {16U, 24U, 32U}) {
                    all.push_back({domain::Protocol::Scp03, static_cast<std::uint8_t>(option | s16),
                                   size, via});
                }
            }
        }
    }
    return all;
}

/// A level exists when the option has what it asks for (globalplatform.md, sections 6 and 7).
bool exists(const Variant& variant, unsigned level) {
    switch (level) {
        case 0x00:
        case 0x01:
        case 0x03:
            return true;
        case 0x10:
            return !variant.scp03();
        case 0x11:
        case 0x13:
            return !variant.scp03() || (variant.i & 0x20) != 0;
        case 0x33:
            return variant.scp03() && (variant.i & 0x40) != 0;
        default:
            return false;
    }
}

/// SC-03: SCP02 has an R-MAC over errors too, SCP03 leaves them bare (sections 6 and 7).
bool protects_errors(const Variant& variant, unsigned level) {
    return !variant.scp03() && (level & 0x10) != 0;
}

/// A chip with one key set of the variant, and a host on one of its interfaces.
class Bench {
public:
    explicit Bench(const Variant& variant) : variant_{variant} {
        cardos::ChipOptions options;
        auto& factory = options.factory;
        const auto secret = [&](std::uint8_t first) {
            return domain::Secret{host_key(first, variant.key_bytes).expose()};
        };
        factory.keys = {{Version, variant.scp03(), secret(0x40), secret(0x50), secret(0x60), 7}};
        (variant.scp03() ? factory.scp03_i : factory.scp02_i) = variant.i;
        chip_ = cardos::make_chip(std::move(options));
        if (variant.via == Via::Air) {
            chip_->power_up(now_);
        } else {
            chip_->contacts_on(now_);
        }
        port().reset(now_);
    }

    base::Bytes send(base::ByteView command) {
        const auto taken = port().take(command, false, now_);
        now_ = taken.ready + 1'000;
        last_bytes_ = taken.response.size();
        return taken.response;
    }
    /// Opens a channel with the version's keys; the status word of EXTERNAL AUTHENTICATE.
    std::string open(std::uint8_t level, std::uint8_t version, std::uint8_t first) {
        channel_ = std::make_unique<reader::SecureChannel>(host_keys(first, variant_.key_bytes),
                                                           variant_.scp03() ? 0x55 : variant_.i);
        base::Bytes challenge = hex("1122334455667788");
        if (variant_.scp03() && (variant_.i & 1) != 0) {
            challenge = hex("112233445566778899AABBCCDDEEFF00");
        }
        const auto offer = send(reader::initialize_update(version, challenge));
        if (!channel_->offered(challenge, offer)) return "no offer";
        EXPECT_TRUE(channel_->is_expected_challenge(hex(Issuer)));
        const auto answer = send(channel_->external_authenticate(level));
        (void)channel_->opened(answer);
        return text(answer);
    }
    /// The plain answer to a plain command, "?" when the host does not believe it.
    std::string ask(const apdu::Command& command) {
        const auto answer =
            channel_->transmit(command, [&](base::ByteView bytes) { return send(bytes); });
        return answer ? text(answer->bytes()) : "?";
    }
    std::string ask(std::string_view command) { return ask(*apdu::parse(hex(command))); }
    std::string put_keys(std::uint8_t version, std::uint8_t first) {
        const auto keys = host_keys(first, variant_.key_bytes);
        const std::vector<reader::ScpKey> list{keys.enc, keys.mac, keys.dek};
        return ask(reader::put_key(*channel_, 0, version, 1,
                                   variant_.scp03() ? KeyType::Aes : KeyType::Des, list));
    }

    /// Whether the last answer, one without data of its own, bore an R-MAC of eight bytes.
    [[nodiscard]] bool last_protected() const { return last_bytes_ == 8 + 2; }

    static constexpr std::uint8_t Version = 0x3A;

private:
    port::ApduPort& port() { return variant_.via == Via::Air ? *chip_->air() : chip_->contacts(); }

    Variant variant_;
    std::unique_ptr<cardos::Chip> chip_{};
    std::unique_ptr<reader::SecureChannel> channel_{};
    base::Tick now_ = 100'000;
    std::size_t last_bytes_ = 0;
};

class SecureChannelMatrix : public testing::TestWithParam<Variant> {};

TEST_P(SecureChannelMatrix, AllLevels) {
    for (unsigned level = 0; level < 0x40; ++level) {
        SCOPED_TRACE(testing::Message() << "level " << level);
        Bench bench{GetParam()};
        const auto opened = bench.open(static_cast<std::uint8_t>(level), Bench::Version, 0x40);
        if (!exists(GetParam(), level)) {
            EXPECT_EQ(opened, "6A86");
            continue;
        }
        ASSERT_EQ(opened, "9000");
        EXPECT_EQ(bench.ask("80F28002024F0000"), "E30E4F08A0000001510000009F7001019000");
        EXPECT_EQ(bench.ask("80CA00FE00"), "6A88");
        EXPECT_EQ(bench.last_protected(), protects_errors(GetParam(), level));
        EXPECT_EQ(bench.ask("80CA00D300"),
                  "D301" + text(base::Bytes{static_cast<std::uint8_t>(0x80 | level)}) + "9000");
        EXPECT_EQ(bench.ask("80E29000084206112233445566"
                            "00"),
                  "9000")
            << "no data come back";
        EXPECT_EQ(bench.ask("80CA004200"), "42061122334455669000");
        EXPECT_EQ(bench.ask("80E400000A4F08D276000118AA109900"), "6A88");
        EXPECT_EQ(bench.last_protected(), protects_errors(GetParam(), level));
        const auto put = bench.put_keys(0x3B, 0x70);
        EXPECT_EQ(put.substr(0, 2), "3B");
        EXPECT_EQ(put.substr(put.size() - 4), "9000");
        EXPECT_EQ(bench.open(static_cast<std::uint8_t>(level), 0x3B, 0x70), "9000");
        EXPECT_EQ(bench.ask("80F28002024F0000"), "E30E4F08A0000001510000009F7001019000");
    }
}

TEST_P(SecureChannelMatrix, WrongKeysOpenNothing) {
    Bench bench{GetParam()};
    EXPECT_EQ(bench.open(0x01, Bench::Version, 0x41), "no offer");
}

INSTANTIATE_TEST_SUITE_P(Variants, SecureChannelMatrix, testing::ValuesIn(variants()),
                         [](const auto& variant) { return variant.param.name(); });

}  // namespace
}  // namespace domain_test
