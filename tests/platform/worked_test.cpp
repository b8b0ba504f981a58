// Rows FLOW-13 and FLOW-15 with the keys and the bytes of globalplatform.md, section 9.
#include <gtest/gtest.h>

#include <deque>

#include "chip_card.hpp"
#include "flows/stage.hpp"
#include "lab/key_probe.hpp"
#include "lab/platform_lab.hpp"

namespace platform_test {
namespace {

using lab::Hop;
using lab::PlatformLab;

/// Challenges of the worked sessions where they belong, by the order of INITIALIZE UPDATE; other
/// random numbers as they come.
platform::Random with_challenges(std::deque<std::string> challenges) {
    auto left = std::make_shared<std::deque<std::string>>(std::move(challenges));
    return [left](std::size_t size) {
        if (size != 8 || left->empty()) return platform::system_random(size);
        const auto next = hex(left->front());
        left->pop_front();
        return next;
    };
}

platform::KeyMaker in_order(std::deque<std::uint8_t> firsts) {
    auto left = std::make_shared<std::deque<std::uint8_t>>(std::move(firsts));
    return [left](const platform::Place&, std::size_t) {
        const auto keys = key_bytes(left->front());
        left->pop_front();
        return keys;
    };
}

/// The level is in the name.
class Flow : public testing::TestWithParam<flows::Level> {
protected:
    flows::StageOptions stage_options() const {
        flows::StageOptions options;
        options.level = GetParam();
        return options;
    }
};

TEST_P(Flow, FLOW_13_WorkedBytesOfTheSheet) {
    lab::PlatformLabOptions options;
    options.https = false;
    options.issuer_level = 0x01;
    options.policy.last_version = 0x30;
    options.issuer_keys = in_order({0xA0, 0xD0});
    // The issuer's domain is opened for INSTALL, the new domain with the issuer's keys, the
    // issuer's domain for STORE DATA: the worked session; the domain for PUT KEY: the other one.
    options.issuer_random = with_challenges(
        {"0000000000000001", "0000000000000002", "1122334455667788", "8877665544332211"});
    PlatformLab lab{std::move(options)};
    lab::register_test_card(lab, CardId);
    cardos::ChipOptions chip;
    for (auto& keys : chip.factory.keys)
        if (keys.aes) keys.counter = 0;  // so that the third challenge is 000003
    flows::Stage stage{stage_options(), std::move(chip)};
    auto& card = stage.card(flows::Via::Contacts);

    std::vector<std::string> sent;
    std::vector<std::string> answers;
    auto line = lab.connect(Hop::IssuerTerminal);
    platform::Terminal terminal{*line.remote, card,
                                [&](const platform::Step& step, base::ByteView answer) {
                                    sent.push_back(base::to_hex(step.apdu));
                                    answers.push_back(base::to_hex(answer));
                                }};
    const auto result = terminal.run("create", CardId, Domain);
    EXPECT_EQ(result.at("checks"), "881727 3EA286 FCBB59");

    const std::vector<std::string> expected{
        "00A4040009D27600011855AA000100",
        "00A4040008A00000015100000000",
        "8050300008000000000000000100",
        "EXT",
        "INSTALL",
        "00A4040009D27600011855AA000100",
        "8050300008000000000000000200",
        "EXT",
        "00A4040008A00000015100000000",
        "8050300008112233445566778800",
        "8482010010140B5A3A99C28042DF09C3956FE360C0",
        "84E6200017000009D27600011855AA0001000000172B572706CD80D900",
        "84E2A8008F00B94BB9179501389601018001888101108201018301308403EE72CBB91795013496010180018881"
        "0"
        "110820102830130840349B6D5B9179501C89601018001888101108201038301308403FB9292811310C9B0C57E3"
        "3"
        "45143E7DFE23996652C460811310180937B3F8E2EEDD013FF04A7935A9968113101521964893863A4747162F38"
        "F"
        "036CF9F364C1212B6EE820D",
        "00A4040009D27600011855AA000100",
        "8050300008887766554433221100",
        "84823300105B4BD2FA60605609F56DF7F9D119DC9C",
        "84D83081587892599FE7FB08AC1DD06C7B52AA0A08195DA9210912FCC84FC12AD1E032519D4CE2CAFCC32361E1"
        "3"
        "57C516376EACA2FFBF1D3774CFF33E87F694098170164637FCFC912CF60FAB2B97EF79250A68153C2BFD0A7AAB"
        "C"
        "F74200",
        "00A4040009D27600011855AA000100"};
    ASSERT_GE(sent.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (expected[i] != "EXT" && expected[i] != "INSTALL") {
            EXPECT_EQ(sent[i], expected[i]) << i;
        }
    // In clear: 80 E6 0C 00 2D ..., with the MAC of the channel.
    EXPECT_EQ(
        sent[4].substr(0, 100),
        "84E60C003507A000000151535008A00000015153504109D27600011855AA000103A000000CC90A8102037"
        "082012087012000");
    EXPECT_EQ(answers[14], "0011223344556677889930037078A064B3C5B4690A28D4EF02B38D25780000019000");
    EXPECT_EQ(answers[16], "D5A41A7E9F29FD9787EC4A26B2F80D2EBE6CC313EA22E3979000");
    stage.finish();
}

TEST_P(Flow, FLOW_15_ExpiredKeysGiveWayToTheSheetsKeys) {
    platform::Seconds now = 1'800'000'000;
    lab::PlatformLabOptions options;
    options.https = false;
    options.policy.last_version = 0x30;
    options.policy.lifetime.seconds = 1000;
    options.issuer_keys = in_order({0x70, 0xA0, 0xD0});
    options.clock = [&] { return now; };
    PlatformLab lab{std::move(options)};
    lab::register_test_card(lab, CardId);
    flows::Stage stage{stage_options(), cardos::ChipOptions{}};
    auto& card = stage.card(flows::Via::Contacts);
    auto line = lab.connect(Hop::IssuerTerminal);
    platform::Terminal terminal{*line.remote, card};
    EXPECT_EQ(terminal.run("create", CardId, Domain).at("checks"), "EE72CB 49B6D5 FB9292");
    EXPECT_TRUE(terminal.due(CardId).empty());
    now += 1000;
    EXPECT_EQ(terminal.due(CardId), std::vector<std::string>{Domain});
    EXPECT_EQ(terminal.run("update", CardId, Domain).at("checks"), "881727 3EA286 FCBB59");
    const auto set_of = [](std::uint8_t first) {
        return platform::KeySet::from(0x30, reader::KeyType::Aes, key_bytes(first));
    };
    const auto old = lab::try_keys(card, Domain, set_of(0xA0));
    EXPECT_FALSE(old.proved);
    EXPECT_TRUE(old.sw == 0x6300 || old.sw == 0x6982) << old.sw;
    // 000001 was the platform's look at the new keys, 000002 the try with the old ones.
    const auto now_good = lab::try_keys(card, Domain, set_of(0xD0));
    EXPECT_TRUE(now_good.opened);
    EXPECT_EQ(base::to_hex(now_good.counter), "000003");
    stage.finish();
}

INSTANTIATE_TEST_SUITE_P(Worked, Flow,
                         testing::Values(flows::Level::Tlm, flows::Level::Rtl, flows::Level::Both),
                         [](const auto& level) { return flows::to_string(level.param); });

}  // namespace
}  // namespace platform_test
