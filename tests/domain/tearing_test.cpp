// Power goes at every step of what a management command writes, and again at every step of the
// recovery: the old state or the new one, and a card that lives (TEAR rows).
#include <functional>

#include "cap.hpp"
#include "card.hpp"

namespace domain_test {
namespace {

constexpr std::string_view InstallSsd1 =
    "80E60C002D07A000000151535008A00000015153504109D27600011855AA000103A000000CC90A8102037082012087"
    "01200000";
constexpr std::string_view Personalise1 = "80E620000F000009D27600011855AA000100000000";
constexpr std::string_view StoreKeys =
    "80E2A8008700B94BB9179501389601018001888101108201018301308403EE72CBB917950134960101800188810110"
    "820102830130840349B6D5B9179501C89601018001888101108201038301308403FB9292811310C9B0C57E3345143E"
    "7DFE23996652C460811310180937B3F8E2EEDD013FF04A7935A9968113101521964893863A4747162F38F036CF9F"
    "00";

bool opens(Card card, std::string_view name, std::uint8_t version, std::uint8_t first) {
    card.select(name);
    return Host{card, version, 0x01, host_keys(first)}.opened();
}

/// A card in the middle of a channel, and the wrapped command that is going to be torn.
struct Scene {
    Card card;
    base::Bytes command{};
};
/// Runs `before` in an SCP03 channel of the issuer and wraps `last`.
Scene scene(const std::vector<std::string>& before,
            const std::function<apdu::Command(reader::SecureChannel&)>& last, bool journal = true) {
    Scene made{Card{domain::test_card(), journal}};
    Host host{made.card, 0x30, 0x01};
    for (const auto& command : before) {
        const auto answer = host.send(command);
        EXPECT_EQ(answer.substr(answer.size() - 4), "9000") << command;
    }
    made.command = host.channel().wrap(last(host.channel())).front();
    return made;
}
Scene scene(const std::vector<std::string>& before, std::string_view last, bool journal = true) {
    return scene(
        before, [&](auto&) { return *apdu::parse(hex(last)); }, journal);
}

struct Outcome {
    unsigned cuts = 0;
    unsigned dead = 0;
    unsigned third = 0;
    unsigned lost = 0;  ///< old state though the answer was out
    std::set<std::string> states{};
};

/// Cuts everywhere, and everywhere in the recovery too. `state` tells one state of the card from
/// another.
Outcome tear(const Scene& scene, const std::function<std::string(const Card&)>& state) {
    const auto old_state = state(scene.card);
    Card done{scene.card};
    done.send(scene.command);
    const auto ready = done.work.now;
    const auto cuts = done.cuts();
    Card after{done};
    if (!after.cut_and_restart(ready)) ADD_FAILURE() << "dead without a cut";
    const auto new_state = state(after);
    EXPECT_NE(old_state, new_state);

    Outcome outcome;
    const auto judge = [&](Card& card, store::Tick at, std::optional<store::Tick> again) {
        ++outcome.cuts;
        if (!card.cut_and_restart(at, again)) {
            ++outcome.dead;
            return;
        }
        const auto seen = state(card);
        outcome.states.insert(seen);
        if (seen != old_state && seen != new_state) ++outcome.third;
        if (seen == old_state && at >= ready) ++outcome.lost;
    };
    for (const auto at : cuts) {
        Card card{scene.card};
        card.send(scene.command);
        Card first{card};
        judge(first, at, std::nullopt);
        for (const auto again : first.recovery_ends) {
            for (const auto inside : {again, again - 100}) {
                Card second{card};
                judge(second, at, inside);
            }
        }
    }
    return outcome;
}

void expect_whole(const Outcome& outcome) {
    EXPECT_GT(outcome.cuts, 20U);
    EXPECT_EQ(outcome.dead, 0U);
    EXPECT_EQ(outcome.third, 0U);
    EXPECT_EQ(outcome.lost, 0U);
    EXPECT_EQ(outcome.states.size(), 2U) << "both states were seen";
}

std::string registry_of(const Card& card) {
    std::string all;
    for (const auto& entry : card.open.registry().entries()) {
        all += text(entry.aid.bytes()) + ":" + std::to_string(entry.state) + " ";
    }
    return all + std::to_string(card.objects.ids().size());
}

apdu::Command put_three(reader::SecureChannel& channel, std::uint8_t replaced,
                        std::uint8_t version) {
    const auto keys = host_keys(0x70);
    const std::vector<reader::ScpKey> list{keys.enc, keys.mac, keys.dek};
    return reader::put_key(channel, replaced, version, 1, reader::KeyType::Aes, list);
}

/// Which keys open version 30 and 31, and what E0 says.
std::string keys_of_issuer(const Card& card) {
    Card asked{card};
    asked.select(Issuer);
    const auto listed = asked.send("80CA00E000");
    std::string all;
    for (const std::uint8_t version : {std::uint8_t{0x30}, std::uint8_t{0x31}}) {
        for (const std::uint8_t first : {std::uint8_t{0x40}, std::uint8_t{0x70}}) {
            all += opens(card, Issuer, version, first) ? "1" : "0";
        }
    }
    return all + listed;
}

TEST(Tearing, TEAR_05_PutKeyOfThreeKeysIsAllOldOrAllNew) {
    const auto replaced = scene({}, [](auto& channel) { return put_three(channel, 0x30, 0x30); });
    auto outcome = tear(replaced, keys_of_issuer);
    expect_whole(outcome);
    for (const auto& state : outcome.states) {
        EXPECT_TRUE(state.starts_with("1000") || state.starts_with("0100")) << state;
    }
    const auto added = scene({}, [](auto& channel) { return put_three(channel, 0x00, 0x31); });
    expect_whole(tear(added, keys_of_issuer));
    const auto moved = scene({}, [](auto& channel) { return put_three(channel, 0x30, 0x31); });
    expect_whole(tear(moved, keys_of_issuer));
}

TEST(Tearing, TEAR_06_NoSequenceIsVerifiedTwice) {
    Card fresh;
    fresh.send("8050200008112233445566778800");
    const std::string_view proof = "8482010010D67080E7EF12B09DE0F78C16C1A834E2";
    Card done{fresh};
    ASSERT_EQ(done.send(proof), "9000");
    const auto ready = done.work.now;
    std::set<std::string> sequences;
    for (const auto at : done.cuts()) {
        Card card{fresh};
        card.send(proof);
        ASSERT_TRUE(card.cut_and_restart(at));
        const auto sequence = card.send("8050200008112233445566778800").substr(24, 4);
        sequences.insert(sequence);
        if (at >= ready) {
            EXPECT_EQ(sequence, "0004") << "the session was open";
        }
        EXPECT_TRUE(opens(card, Issuer, 0x20, 0x40));
    }
    EXPECT_EQ(sequences, (std::set<std::string>{"0003", "0004"}));
}

TEST(Tearing, TEAR_07_NoChallengeIsGivenOutTwice) {
    Card card;
    std::set<std::string> challenges;
    unsigned given = 0;
    for (unsigned run = 0; run < 1000; ++run) {
        const auto before = card.work.now;
        const auto offer = card.send("8050300008112233445566778800");
        const auto ready = card.work.now;
        const auto at = before + (ready - before) * (run % 41) / 40;
        if (at >= ready) {
            ++given;
            EXPECT_TRUE(challenges.insert(offer.substr(26, 16)).second) << run;
        }
        ASSERT_TRUE(card.cut_and_restart(at)) << run;
        if (run % 7 == 0) {
            ++given;
            const auto whole = card.send("8050300008112233445566778800");
            EXPECT_TRUE(challenges.insert(whole.substr(26, 16)).second) << run;
        }
    }
    EXPECT_EQ(challenges.size(), given);
    EXPECT_GT(given, 100U);
}

TEST(Tearing, TEAR_10_CutLoadLeavesNoPartOfTheFile) {
    const auto block = cap_block("D276000118AA20", {"D276000118AA2001"}, 600);
    const auto parts = load_commands(block);
    std::vector<std::string> before{for_load("D276000118AA20", Issuer, sha_256(block))};
    for (const auto& part : parts) {
        const auto torn = scene(before, part);
        before.push_back(part);
        if (before.size() <= parts.size()) {  // blocks before the last write nothing
            Card card{torn.card};
            const auto free = card.objects.free_bytes();
            card.send(torn.command);
            ASSERT_TRUE(card.cut_and_restart(card.work.now));
            EXPECT_EQ(card.entry("D276000118AA20"), nullptr);
            EXPECT_EQ(card.objects.free_bytes(), free);
            Host host{card, 0x30, 0x01};
            EXPECT_EQ(host.send(part), "6985") << "the load is forgotten";
        } else {
            expect_whole(tear(torn, [](const Card& card) {
                return registry_of(card) + " " + std::to_string(card.objects.free_bytes());
            }));
        }
    }
}

TEST(Tearing, TEAR_11_DomainsAndApplicationsAreWholeOrAbsent) {
    expect_whole(tear(scene({}, InstallSsd1), registry_of));
    expect_whole(
        tear(scene({std::string{InstallSsd1}}, "80E400000B4F09D27600011855AA000100"), registry_of));
    expect_whole(
        tear(scene({std::string{InstallSsd1}, std::string{Personalise1}, std::string{StoreKeys}},
                   "80E400000B4F09D27600011855AA000100"),
             registry_of));
    expect_whole(tear(scene({},
                            "80E60C002007D276000118AA1008D276000118AA100108D276000118AA10020100"
                            "02C9000000"),
                      registry_of));
    expect_whole(tear(scene({}, "80E40080094F07D276000118AA1000"), registry_of));
}

TEST(Tearing, TEAR_12_StoreDataOfThreeKeysIsWholeOrAbsent) {
    const auto torn = scene({std::string{InstallSsd1}, std::string{Personalise1}}, StoreKeys);
    const auto outcome = tear(torn, [](const Card& card) {
        Card asked{card};
        asked.select(Ssd1);
        return std::to_string(card.state(Ssd1)) +
               (opens(card, Ssd1, 0x30, 0xA0) ? " own " : " issuer ") + asked.send("80CA00E000");
    });
    expect_whole(outcome);
    EXPECT_TRUE(outcome.states.contains("7 issuer 6A88"));
    EXPECT_TRUE(outcome.states.contains("15 own E012C00401308810C00402308810C004033088109000"));
}

TEST(Tearing, SetStatusAndDataObjectsAreOldOrNew) {
    expect_whole(tear(scene({}, "80F0800F08A000000151000000"), registry_of));
    expect_whole(
        tear(scene({}, "80E29000104204123456784508010203040506070800"), [](const Card& card) {
            Card asked{card};
            asked.session.close();
            return asked.send("80CA004200") + asked.send("80CA004500");
        }));
}

TEST(Tearing, WithoutTheJournalCutsDoHarm) {
    const auto torn = scene(
        {}, [](auto& channel) { return put_three(channel, 0x30, 0x30); }, false);
    const auto outcome = tear(torn, keys_of_issuer);
    EXPECT_GT(outcome.dead + outcome.third + outcome.lost, 0U);
}

}  // namespace
}  // namespace domain_test
