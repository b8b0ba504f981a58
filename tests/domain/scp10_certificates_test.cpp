// SCP10: whose papers open a channel, and whose do not (docs/choices.md, SCP10).
#include "apdu/tlv.hpp"
#include "scp10_steps.hpp"

namespace domain_test {
namespace {

TEST(Scp10Certificates, ChainsOfOneToFourCertificates) {
    const Rsa trust{rsa::Trust};
    const Rsa authority{rsa::Authority};
    for (const unsigned length : {1U, 2U, 3U, 4U, 5U}) {
        SCOPED_TRACE(length);
        auto entity = Entity{};
        auto signer = trust;
        auto name = entity.trust_point;
        for (unsigned i = 1; i < length; ++i) {
            const Bytes next{0, 0, 0, 0, 0, 0, 0xCA, static_cast<std::uint8_t>(i)};
            entity.chain.emplace_back(name, certificate(signer, {name, next, 1, authority.n}));
            signer = authority;
            name = next;
        }
        entity.chain.emplace_back(name,
                                  certificate(signer, {name, entity.serial, 2, entity.key.n}));
        Card card = new_card();
        Scp10Host host{card, entity};
        if (length <= 4) {
            EXPECT_TRUE(host.agree());
        } else {
            EXPECT_EQ(host.certificates(), "6300");
            expect_dropped(card);
        }
    }
}

struct BadPaper {
    const char* name;
    const char* answer;
    std::function<void(Entity&)> bend;
};
void PrintTo(const BadPaper& paper, std::ostream* out) { *out << paper.name; }

/// The last certificate with other claims, rightly signed by the authority.
auto claims(const std::function<void(Claims&)>& change) {
    return [change](Entity& entity) {
        Claims made{entity.chain.back().first, entity.serial, 0x02, entity.key.n};
        change(made);
        entity.chain.back().second = certificate(Rsa{rsa::Authority}, made);
    };
}
auto flip(std::size_t place) {
    return [place](Entity& entity) { entity.chain.back().second[place] ^= 0x01; };
}

std::vector<BadPaper> bad_papers() {
    // 5F37 82 0100 signature, 5F38 43 remainder, 42 08 name
    constexpr std::size_t Signature = 5;
    constexpr std::size_t Remainder = Signature + 256 + 3;
    constexpr std::size_t Name = Remainder + 67 + 2;
    return {
        {"SignatureBegin", "6300", flip(Signature)},
        {"SignatureEnd", "6300", flip(Signature + 255)},
        {"RemainderBegin", "6300", flip(Remainder)},
        {"RemainderEnd", "6300", flip(Remainder + 66)},
        {"OtherNameOutside", "6300", flip(Name + 7)},
        {"OtherNameInside", "6300",
         [](Entity& entity) {
             Claims made{hex("00000000000000CB"), entity.serial, 0x02, entity.key.n};
             auto paper = certificate(Rsa{rsa::Authority}, made);
             paper.back() = 0xCA;
             entity.chain.back().second = paper;
         }},
        {"SignedByAnother", "6300",
         [](Entity& entity) {
             entity.chain.back().second = certificate(
                 Rsa{rsa::Other}, {entity.chain.back().first, entity.serial, 2, entity.key.n});
         }},
        {"SignedByItself", "6300",
         [](Entity& entity) {
             entity.chain.back().second = certificate(
                 entity.key, {entity.chain.back().first, entity.serial, 2, entity.key.n});
         }},
        {"OfASecurityDomain", "6300", claims([](Claims& made) { made.role = 0x03; })},
        {"OfNoRole", "6300", claims([](Claims& made) { made.role = 0x00; })},
        {"OfRole4", "6300", claims([](Claims& made) { made.role = 0x04; })},
        {"OtherProfile", "6300", claims([](Claims& made) { made.profile = 0x11; })},
        {"OtherScheme", "6300", claims([](Claims& made) { made.prefix = "A00000015111"; })},
        {"Exponent3", "6300", claims([](Claims& made) { made.exponent = "00000003"; })},
        {"LongerName", "6300", claims([](Claims& made) { made.holder_front = "00000001"; })},
        {"EvenModulus", "6300", claims([](Claims& made) { made.modulus.back() ^= 0x01; })},
        {"SmallModulus", "6300", claims([](Claims& made) { made.modulus.front() = 0x00; })},
        {"ShortModulus", "6A80", claims([](Claims& made) { made.modulus.resize(255); })},
        {"Empty", "6A80", [](Entity& entity) { entity.chain.back().second.clear(); }},
        {"CutShort", "6A80", [](Entity& entity) { entity.chain.back().second.pop_back(); }},
        {"OneObjectMore", "6A80",
         [](Entity& entity) {
             auto& paper = entity.chain.back().second;
             paper = paper + hex("4200");
         }},
        {"OtherOrder", "6A80",
         [](Entity& entity) {
             auto& paper = entity.chain.back().second;
             const Bytes front(paper.begin(), paper.end() - 10);
             paper = Bytes(paper.end() - 10, paper.end()) + front;
         }},
        {"WholeObject", "6A80",
         [](Entity& entity) {
             auto& paper = entity.chain.back().second;
             paper = apdu::tlv(0x7F21, paper);
         }},
    };
}

class Scp10BadPapers : public testing::TestWithParam<BadPaper> {};

TEST_P(Scp10BadPapers, AreRefused) {
    Card card = new_card();
    auto entity = Entity::usual();
    GetParam().bend(entity);
    Scp10Host host{card, entity};
    EXPECT_EQ(host.certificates(), GetParam().answer);
    expect_dropped(card);
}

INSTANTIATE_TEST_SUITE_P(All, Scp10BadPapers, testing::ValuesIn(bad_papers()),
                         [](const auto& paper) { return std::string{paper.param.name}; });

// Several of each, so that both S and N - S are the smaller one.
TEST(Scp10Certificates, BlocksInAnotherFrameAreRefused) {
    for (const auto& [begin, end] : {std::pair{"6B", "34CC"},
                                     {"4A", "34CC"},
                                     {"6A", "33CC"},
                                     {"6A", "34CD"},
                                     {"6A", "34CC"}}) {
        for (std::uint8_t i = 1; i <= 6; ++i) {
            auto entity = Entity::usual();
            entity.serial.back() = i;
            Claims claims{entity.chain.back().first, entity.serial, 0x02, entity.key.n};
            claims.block_begin = begin;
            claims.block_end = end;
            entity.chain.back().second = certificate(Rsa{rsa::Authority}, claims);
            Card card = new_card();
            const bool right = begin == std::string_view{"6A"} && end == std::string_view{"34CC"};
            EXPECT_EQ((Scp10Host{card, entity}.certificates()), right ? "9000" : "6300")
                << begin << " " << end;
        }
    }
}

TEST(Scp10Certificates, EntityVouchesForNobody) {
    Card card = new_card();
    auto entity = Entity::usual();
    const Rsa other{rsa::Other};
    entity.chain.emplace_back(
        entity.serial,
        certificate(entity.key, {entity.serial, hex("0000000000000B02"), 2, other.n}));
    entity.key = other;
    entity.serial = hex("0000000000000B02");
    Scp10Host host{card, entity};
    EXPECT_EQ(host.certificates(), "6A88");
    expect_dropped(card);
}

TEST(Scp10Certificates, AuthorityIsNoEntity) {
    Card card = new_card();
    auto entity = Entity::usual();
    entity.chain.pop_back();
    entity.key = Rsa{rsa::Authority};
    entity.serial = hex("00000000000000CA");
    Scp10Host host{card, entity};
    EXPECT_EQ(host.certificates(), "9000");
    EXPECT_EQ(host.choose_agreement(), "6985");
}

TEST(Scp10Certificates, ChainOfAnotherTrustPointIsUnknown) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual(Rsa{rsa::Other})};
    EXPECT_EQ(host.certificates(), "6A88");
    expect_dropped(card);
}

TEST(Scp10Certificates, ChainMayNotLeaveALinkOut) {
    Card card = new_card();
    auto entity = Entity::usual();
    entity.chain.erase(entity.chain.begin());
    Scp10Host host{card, entity};
    EXPECT_EQ(host.certificates(), "6A88") << "the authority is nobody without its paper";
    entity.chain.front().first = entity.trust_point;
    Scp10Host other{card, entity};
    EXPECT_EQ(other.certificates(), "6300");
}

}  // namespace
}  // namespace domain_test
