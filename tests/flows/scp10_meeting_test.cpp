// Both ends of SCP10, written apart from each other from docs/choices.md, meet: over contacts and
// through the air, with every option and level.
#include <gtest/gtest.h>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "flows/stage.hpp"
#include "platform/scp10.hpp"

namespace scp10_meeting {
namespace {

using base::Bytes;
using flows::Via;
using reader::Scp10Option;

constexpr const char* CardId = "00112233445566778899";
constexpr const char* IssuerAid = "A000000151000000";
constexpr std::uint8_t Version = 0x70;
constexpr reader::Serial HostSerial{0, 0, 0, 0, 0, 0, 0x0A, 0x01};

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

/// Keys take their time to be drawn: the tests of a process share them.
struct Keys {
    reader::RsaPrivateKey trust = reader::RsaPrivateKey::draw();
    reader::RsaPrivateKey card = reader::RsaPrivateKey::draw();
    reader::RsaPrivateKey host = reader::RsaPrivateKey::draw();
    platform::TrustPoint trust_point{trust};

    [[nodiscard]] reader::Scp10Host entity() const {
        return {HostSerial,
                host,
                {trust_point.certify_platform(HostSerial, host.public_key())},
                trust.public_key()};
    }
};

const Keys& keys() {
    static const Keys made;
    return made;
}

domain::Secret secret(Bytes bytes) { return domain::Secret{std::move(bytes)}; }

/// The test plan's card whose issuer domain has a key pair besides its keys.
cardos::ChipOptions chip_options() {
    cardos::ChipOptions options;
    auto& factory = options.factory;
    factory.scp10_i = {0x01, 0x02};
    factory.rsa_keys.push_back({Version, keys().card.public_key().modulus(),
                                secret(keys().card.expose()), keys().trust.public_key().modulus()});
    const Bytes certificate = keys().trust_point.certify_domain(CardId, keys().card.public_key());
    const auto value = apdu::find(certificate, 0x7F21).value();
    factory.certificate.assign(value.begin(), value.end());
    return options;
}

struct Way {
    Via via;
    Scp10Option option;
    std::uint8_t level;
    friend void PrintTo(const Way& way, std::ostream* out) {
        *out << flows::to_string(way.via)
             << (way.option == Scp10Option::KeyAgreement ? "_agreement_" : "_transport_")
             << (way.level == 0x33 ? "33" : "11");
    }
};

class Meeting : public testing::TestWithParam<Way> {
protected:
    Meeting() : stage_{{.level = flows::Level::Tlm}, chip_options()} {
        (void)card().power_on();
        select();
    }

    hostlink::SmartCard& card() { return stage_.card(GetParam().via); }
    /// Whole answers, as terminals fetch them.
    Bytes send(base::ByteView command) {
        Bytes all = card().transmit(command);
        while (all.size() >= 2 && all.end()[-2] == 0x61) {
            const std::uint8_t more = all.back();
            all.resize(all.size() - 2);
            const Bytes rest = card().transmit(Bytes{0x00, 0xC0, 0x00, 0x00, more});
            all.insert(all.end(), rest.begin(), rest.end());
        }
        return all;
    }
    void select() {
        ASSERT_EQ(base::to_hex(base::ByteView{send(platform_select())}.last(2)), "9000");
    }
    static Bytes platform_select() {
        return apdu::Command{0x00, 0xA4, 0x04, 0x00, hex(IssuerAid), 256}.bytes();
    }

    [[nodiscard]] static reader::Scp10Request request() {
        return {GetParam().option, Version, hex(IssuerAid), platform::card_serial(CardId),
                GetParam().level};
    }
    std::optional<reader::SecureChannel> open(const reader::Scp10Host& host) {
        reader::Scp10Opening opening{host, request(), platform::system_random};
        while (const auto step = opening.next()) opening.take(send(step->apdu));
        trouble_ = opening.trouble();
        if (!opening.is_open()) return {};
        return opening.channel();
    }
    std::optional<apdu::Response> in(reader::SecureChannel& channel, const apdu::Command& command) {
        return channel.transmit(command, [this](base::ByteView bytes) { return send(bytes); });
    }

    flows::Stage stage_;
    std::string trouble_{};
};

TEST_P(Meeting, ChannelOpensAndCarriesCommandsAndErrors) {
    auto channel = open(keys().entity());
    ASSERT_TRUE(channel) << trouble_;
    const auto issuer = in(*channel, {0x80, 0xF2, 0x80, 0x02, hex("4F00"), 256});
    ASSERT_TRUE(issuer);
    EXPECT_EQ(base::to_hex(issuer->bytes()).substr(0, 24),
              "E3" + base::to_hex(issuer->bytes()).substr(2, 2) + "4F08" + IssuerAid);
    const auto absent = in(*channel, {0x80, 0xCA, 0x01, 0x23, {}, 256});
    ASSERT_TRUE(absent);
    EXPECT_EQ(absent->sw, apdu::Sw::ReferencedDataNotFound);
    const auto long_answer = in(*channel, {0x80, 0xF2, 0x10, 0x02, hex("4F00"), 256});
    ASSERT_TRUE(long_answer);
    EXPECT_TRUE(long_answer->ok() || long_answer->sw == apdu::Sw::MoreData);
    EXPECT_TRUE(channel->is_open());
}

TEST_P(Meeting, KeysOfEveryKindComeIn) {
    struct Kind {
        std::uint8_t version;
        reader::KeyType type;
        std::size_t bytes;
    };
    for (const Kind& kind :
         {Kind{0x31, reader::KeyType::Aes, 16}, Kind{0x32, reader::KeyType::Aes, 24},
          Kind{0x33, reader::KeyType::Aes, 32}, Kind{0x21, reader::KeyType::Des, 16}}) {
        SCOPED_TRACE(static_cast<int>(kind.version));
        select();
        auto channel = open(keys().entity());
        ASSERT_TRUE(channel) << trouble_;
        const auto set = platform::KeySet::from(kind.version, kind.type,
                                                platform::system_random(3 * kind.bytes));
        const std::array all{set.keys.enc, set.keys.mac, set.keys.dek};
        const auto answer =
            in(*channel, reader::put_key(*channel, 0, kind.version, 1, kind.type, all));
        ASSERT_TRUE(answer);
        EXPECT_TRUE(answer->ok()) << std::hex << answer->sw;

        select();
        reader::SecureChannel symmetric{set.keys};
        const Bytes challenge = platform::system_random(8);
        ASSERT_TRUE(
            symmetric.offered(challenge, send(reader::initialize_update(kind.version, challenge))));
        EXPECT_TRUE(symmetric.opened(send(symmetric.external_authenticate(0x01))));
    }
}

TEST_P(Meeting, StrangersStayOut) {
    const auto stranger = reader::RsaPrivateKey::draw();
    auto host = keys().entity();
    // Certified by somebody else, whom the card does not know.
    host.chain = {
        platform::TrustPoint{stranger}.certify_platform(HostSerial, host.key.public_key())};
    EXPECT_FALSE(open(host));
    EXPECT_EQ(trouble_, "MANAGE SECURITY ENVIRONMENT [signer] was answered 6A88");
    // By somebody else in the trust point's name.
    host.chain = {
        reader::issue(stranger, {reader::trust_point_serial(keys().trust.public_key()), HostSerial,
                                 reader::Role::OffCard, host.key.public_key()})};
    select();
    EXPECT_FALSE(open(host));
    EXPECT_EQ(trouble_, "VERIFY CERTIFICATE was answered 6300");
    // Somebody else's certificate, without its key.
    host = keys().entity();
    host.key = stranger;
    select();
    EXPECT_FALSE(open(host));
    EXPECT_NE(trouble_, "");
    select();
    EXPECT_TRUE(open(keys().entity())) << trouble_;
}

TEST_P(Meeting, AlteredCommandEndsTheChannel) {
    for (std::size_t at = 0; at < 3; ++at) {
        select();
        auto channel = open(keys().entity());
        ASSERT_TRUE(channel) << trouble_;
        Bytes sent = channel->wrap_one(hex("80F28002024F0000"));
        // In the data, in the MAC, and in the header.
        const std::size_t places[]{8, sent.size() - 4, 3};
        sent[places[at]] ^= 1U;
        const Bytes answer = send(sent);
        EXPECT_EQ(base::to_hex(answer), "6982");
        EXPECT_FALSE(channel->unwrap(answer));
        EXPECT_FALSE(channel->is_open());
    }
}

TEST_P(Meeting, ReplayedCommandEndsTheChannel) {
    auto channel = open(keys().entity());
    ASSERT_TRUE(channel) << trouble_;
    const Bytes sent = channel->wrap_one(hex("80F28002024F0000"));
    ASSERT_TRUE(channel->unwrap(send(sent)));
    EXPECT_EQ(base::to_hex(send(sent)), "6982");
}

std::string name_of(const testing::TestParamInfo<Way>& info) {
    return testing::PrintToString(info.param);
}
INSTANTIATE_TEST_SUITE_P(Scp10, Meeting,
                         testing::Values(Way{Via::Contacts, Scp10Option::KeyAgreement, 0x33},
                                         Way{Via::Contacts, Scp10Option::KeyTransport, 0x33},
                                         Way{Via::Contacts, Scp10Option::KeyTransport, 0x11},
                                         Way{Via::Air, Scp10Option::KeyAgreement, 0x33},
                                         Way{Via::Air, Scp10Option::KeyTransport, 0x33},
                                         Way{Via::Air, Scp10Option::KeyTransport, 0x11}),
                         name_of);

}  // namespace
}  // namespace scp10_meeting
