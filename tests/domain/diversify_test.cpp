// Diversified keys against the values of key-diversification.md, sections 2 and 3.
#include "domain/diversify.hpp"

#include "card.hpp"

namespace domain_test {
namespace {

using domain::Diversification;
using domain::Secret;

constexpr std::string_view Data = "00010203040506070809";

void expect_keys(const domain::FactoryKeys& keys, std::string_view enc, std::string_view mac,
                 std::string_view dek) {
    EXPECT_EQ(text(keys.enc.expose()), enc);
    EXPECT_EQ(text(keys.mac.expose()), mac);
    EXPECT_EQ(text(keys.dek.expose()), dek);
}

TEST(Diversify, TripleDesMethods) {
    const Secret master{hex("404142434445464748494A4B4C4D4E4F")};
    expect_keys(domain::diversify(Diversification::EmvCps, master, hex(Data), 0x20),
                "0EF59FCBF8019B62E62AF6EA20B8BF25", "3E383EB6F2762B88155F76BDFED05A02",
                "64021E43C0C7D264A1C7C6D01E1C8761");
    expect_keys(domain::diversify(Diversification::Visa2, master, hex(Data), 0x20),
                "8510FC973208218CA86888BCEC203635", "1068B5FB6F06C78C7A4DFC343B21C78F",
                "2DAEE809C71405FF259C3BE695A1F66E");
}

TEST(Diversify, CounterModeOfAes) {
    const Secret master{hex("404142434445464748494A4B4C4D4E4F")};
    expect_keys(domain::diversify(Diversification::Kdf3, master, hex(Data), 0x30),
                "808BC985A1069AD2A9AC94E0FE7B8843", "65942E0BF4F3F32AEFACBA5671456275",
                "6A74F6F6040CCA10D8A3FDC7914FD7CC");
    const Secret long_master{
        hex("8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD")};
    const auto keys =
        domain::diversify(Diversification::Kdf3, long_master, hex("D9B1DE5D0362DEDCE4FB"), 0x30);
    EXPECT_EQ(text(keys.enc.expose()),
              "9AAC5D0B3601F89438A0D9D0B6B256CFB47E6462DFA5228D3420C4AC7C224781");
}

TEST(Diversify, CardOpensWithItsOwnKeysOnly) {
    auto factory = domain::test_card();
    const Secret master{hex("404142434445464748494A4B4C4D4E4F")};
    factory.keys = {
        domain::diversify(Diversification::Kdf3, master, factory.diversification, 0x30)};
    Card card{factory};
    const auto& own = factory.keys[0];
    const reader::ChannelKeys keys{reader::ScpKey{own.enc.expose()},
                                   reader::ScpKey{own.mac.expose()},
                                   reader::ScpKey{own.dek.expose()}};
    EXPECT_TRUE((Host{card, 0x30, 0x33, keys}.opened()));
    const reader::ChannelKeys plain{host_key(0x40), host_key(0x40), host_key(0x40)};
    EXPECT_FALSE((Host{card, 0x30, 0x33, plain}.opened()));
}

TEST(Diversify, WrongSizesAreRefused) {
    const Secret master{hex("404142434445464748494A4B4C4D4E4F4041424344454647")};
    EXPECT_THROW((void)domain::diversify(Diversification::Visa2, master, hex(Data), 1),
                 std::invalid_argument);
    EXPECT_THROW((void)domain::diversify(Diversification::Kdf3, master, hex("00"), 1),
                 std::invalid_argument);
}

}  // namespace
}  // namespace domain_test
