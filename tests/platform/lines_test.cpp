// What is said on the lines: replayed, reordered, altered, by somebody else: refused on every hop.
#include <gtest/gtest.h>

#include <deque>

#include "apdu/command.hpp"
#include "chip_card.hpp"
#include "lab/key_probe.hpp"
#include "lab/platform_lab.hpp"
#include "platform/https.hpp"
#include "platform/refusal.hpp"

namespace platform_test {
namespace {

using lab::Hop;
using lab::PlatformLab;

/// What an attacker between client and platform has seen, and does.
struct Tap {
    enum class Attack : std::uint8_t { None, Replay, Reorder, AlterRequest, AlterAnswer };
    struct Seen {
        std::string path;
        std::string body;
        std::string answer;
    };
    std::map<Hop, std::deque<Seen>> seen{};
    Attack attack = Attack::None;
    Hop hop = Hop::IssuerTerminal;
    unsigned at = 0;
    unsigned number = 0;
    bool happened = false;
};

std::string altered(std::string body, std::size_t at) {
    char& c = body[at % body.size()];
    c = c == '0' ? '1' : '0';
    return body;
}

class TappedWire final : public platform::Wire {
public:
    TappedWire(Tap& tap, Hop hop, std::unique_ptr<platform::Wire> inner)
        : tap_{tap}, hop_{hop}, inner_{std::move(inner)} {}

    std::string post(const std::string& path, const std::string& body) override {
        auto& seen = tap_.seen[hop_];
        const bool now = hop_ == tap_.hop && path == platform::MessagePath &&
                         ++tap_.number == tap_.at && !seen.empty();
        if (now && tap_.attack != Tap::Attack::None) tap_.happened = true;
        if (now && tap_.attack == Tap::Attack::Replay) {
            // The message before, a second time, then the right one.
            EXPECT_THROW(
                inner_->post(seen.back().path == platform::LinkPath ? path : seen.back().path,
                             seen.back().body),
                platform::LineLost);
        }
        if (now && tap_.attack == Tap::Attack::Reorder) {
            // An answer of before in place of this one's.
            inner_->post(path, body);
            return seen.back().answer;
        }
        if (now && tap_.attack == Tap::Attack::AlterRequest)
            return inner_->post(path, altered(body, 7 * tap_.at + body.size() / 2));
        auto answer = inner_->post(path, body);
        if (now && tap_.attack == Tap::Attack::AlterAnswer)
            return altered(answer, 5 * tap_.at + answer.size() / 2);
        seen.push_back({path, body, answer});
        return answer;
    }

private:
    Tap& tap_;
    Hop hop_;
    std::unique_ptr<platform::Wire> inner_;
};

class Lines : public testing::Test {
protected:
    lab::PlatformLabOptions options() {
        lab::PlatformLabOptions made;
        made.https = false;
        made.terminals = 2;
        made.between = [this](Hop hop, std::unique_ptr<platform::Wire> inner) {
            return std::make_unique<TappedWire>(tap_, hop, std::move(inner));
        };
        return made;
    }
    std::unique_ptr<ChipCard> new_card() {
        id_ = base::to_hex(platform::system_random(10));
        lab::register_test_card(lab_, id_);
        return std::make_unique<ChipCard>(with_id(id_));
    }
    nlohmann::json run(ChipCard& card, Hop hop, const std::string& job) {
        auto line = lab_.connect(hop);
        platform::Terminal terminal{*line.remote, card};
        return terminal.run(job, id_, Domain);
    }

    Tap tap_{};
    PlatformLab lab_{options()};
    std::string id_{};
};

TEST_F(Lines, AttacksOnEveryHopAreRefusedAndTheJobGoesOn) {
    using Attack = Tap::Attack;
    unsigned attacks = 0;
    for (const Hop hop : {Hop::IssuerTerminal, Hop::ProviderTerminal, Hop::Dedicated}) {
        const Hop terminal = hop == Hop::IssuerTerminal ? hop : Hop::ProviderTerminal;
        const std::string job = hop == Hop::IssuerTerminal ? "create" : "download";
        for (const auto attack :
             {Attack::Replay, Attack::Reorder, Attack::AlterRequest, Attack::AlterAnswer}) {
            for (unsigned at = 2; at < 24; at += 3) {
                SCOPED_TRACE(testing::Message() << "hop " << static_cast<int>(hop) << ", attack "
                                                << static_cast<int>(attack) << " at " << at);
                auto card = new_card();
                tap_.attack = attack;
                tap_.hop = hop;
                tap_.at = at;
                tap_.number = 0;
                tap_.happened = false;
                const auto refused = lab_.gate(hop).refused();
                if (attack == Attack::Replay) {
                    EXPECT_NO_THROW(run(*card, terminal, job)) << "the right message still counts";
                } else {
                    bool stopped = false;
                    try {
                        run(*card, terminal, job);
                    } catch (const std::exception&) {
                        stopped = true;
                    }
                    EXPECT_EQ(stopped, tap_.happened);
                }
                if (tap_.happened && (attack == Attack::Replay || attack == Attack::AlterRequest)) {
                    EXPECT_GT(lab_.gate(hop).refused(), refused);
                }
                attacks += tap_.happened ? 1 : 0;
                tap_.attack = Attack::None;
                EXPECT_NO_THROW(run(*card, terminal, job));
            }
        }
    }
    std::cout << attacks << " attacks refused\n";
    EXPECT_GT(attacks, 60U);
}

/// Takes the first message instead of delivering it.
class StealingWire final : public platform::Wire {
public:
    explicit StealingWire(platform::Wire& inner) : inner_{inner} {}
    std::string post(const std::string& path, const std::string& body) override {
        if (path == platform::LinkPath) return inner_.post(path, body);
        stolen = body;
        throw platform::LineLost{"the message was stolen"};
    }
    std::string stolen{};

private:
    platform::Wire& inner_;
};

TEST_F(Lines, ALinkIsItsPeersAlone) {
    const platform::Credential own{lab_.folder() / "issuer-terminal-0.crt",
                                   lab_.folder() / "issuer-terminal-0.key"};
    auto& gate = lab_.gate(Hop::IssuerTerminal);
    platform::DirectWire direct{gate, own.certificate()};
    StealingWire wire{direct};
    platform::Remote remote{wire, own, platform::read_certificate(lab_.folder() / "issuer.crt")};
    EXPECT_THROW(remote.call({{"do", "due"}, {"card", CardId}}), platform::LineLost);
    // The very message that is due, as if TLS had let another one in.
    const auto stranger = platform::read_certificate(lab_.folder() / "provider-terminal-0.crt");
    EXPECT_EQ(gate.receive(stranger, platform::MessagePath, wire.stolen), std::nullopt);
    EXPECT_NE(gate.receive(own.certificate(), platform::MessagePath, wire.stolen), std::nullopt);
}

TEST_F(Lines, PeersDoTheirOwnThingsOnly) {
    auto card = new_card();
    const auto code = [&](Hop hop, const nlohmann::json& request) {
        auto line = lab_.connect(hop);
        try {
            line.remote->call(request);
        } catch (const platform::Refusal& refusal) {
            return refusal.code();
        }
        return std::string{"done"};
    };
    const auto begin = [&](const char* job) {
        return nlohmann::json{{"do", "begin"}, {"job", job}, {"card", id_}, {"domain", Domain}};
    };
    EXPECT_EQ(code(Hop::IssuerTerminal, begin("supply")), "peer");
    EXPECT_EQ(code(Hop::Dedicated, begin("create")), "peer");
    EXPECT_EQ(code(Hop::Dedicated, begin("update")), "peer");
    EXPECT_EQ(code(Hop::ProviderTerminal, begin("create")), "request");
    EXPECT_EQ(code(Hop::ProviderTerminal, begin("update")), "no-keys");
    EXPECT_EQ(code(Hop::IssuerTerminal, {{"do", "taken"}, {"card", id_}, {"domain", Domain}}),
              "domain");
    EXPECT_EQ(code(Hop::IssuerTerminal, {{"do", "dance"}}), "request");
    EXPECT_EQ(code(Hop::IssuerTerminal, {{"do", "due"}, {"card", "00"}}), "request");
    EXPECT_EQ(code(Hop::IssuerTerminal, {{"do", 7}}), "request");
    EXPECT_EQ(code(Hop::IssuerTerminal, nlohmann::json::array()), "request");
    EXPECT_EQ(
        code(Hop::IssuerTerminal, {{"do", "answer"}, {"session", "00"}, {"response", "9000"}}),
        "session");
}

TEST_F(Lines, ASessionIsOneTerminalsAndEndsWithTheNext) {
    auto card = new_card();
    const nlohmann::json begin{
        {"do", "begin"}, {"job", "create"}, {"card", id_}, {"domain", Domain}};
    auto first = lab_.connect(Hop::IssuerTerminal);
    auto second = lab_.connect(Hop::IssuerTerminal);
    const auto one = first.remote->call(begin);
    const auto two = second.remote->call(begin);
    const auto answer = [](const nlohmann::json& to) {
        return nlohmann::json{
            {"do", "answer"}, {"session", to.at("session")}, {"response", "6A82"}};
    };
    EXPECT_THROW(first.remote->call(answer(one)), platform::Refusal);
    auto other = lab_.connect(Hop::IssuerTerminal, 1);
    EXPECT_THROW(other.remote->call(answer(two)), platform::Refusal) << "not its session";
    EXPECT_NO_THROW(second.remote->call(answer(two)));
}

TEST_F(Lines, TerminalsThatNeverComeBackKeepNobodyOut) {
    auto card = new_card();
    auto line = lab_.connect(Hop::IssuerTerminal);
    const auto begin = [&](unsigned number) {
        return line.remote->call({{"do", "begin"},
                                  {"job", "create"},
                                  {"card", id_},
                                  {"domain", "D276000118" + std::to_string(100000 + number)}});
    };
    const auto first = begin(0);
    for (unsigned number = 1; number <= 256; ++number) (void)begin(number);
    EXPECT_NO_THROW(run(*card, Hop::IssuerTerminal, "create"));
    EXPECT_THROW(line.remote->call(
                     {{"do", "answer"}, {"session", first.at("session")}, {"response", "6A82"}}),
                 platform::Refusal);
}

TEST_F(Lines, TheCardRefusesWhatAnAttackerSendsAgain) {
    auto card = new_card();
    std::vector<base::Bytes> heard;
    auto line = lab_.connect(Hop::IssuerTerminal);
    platform::Terminal terminal{
        *line.remote, *card,
        [&](const platform::Step& step, base::ByteView) { heard.push_back(step.apdu); }};
    terminal.run("create", id_, Domain);
    // The whole job once more.
    unsigned protected_commands = 0;
    card->power_on();
    for (const auto& command : heard) {
        const auto response = apdu::parse_response(card->transmit(command));
        ASSERT_TRUE(response);
        if (command[0] != 0x84) continue;  // SELECT and INITIALIZE UPDATE are for everybody
        ++protected_commands;
        EXPECT_FALSE(response->ok()) << base::to_hex(command).substr(0, 8);
    }
    EXPECT_GE(protected_commands, 9U);
    EXPECT_EQ(run(*card, Hop::IssuerTerminal, "update").at("result"), "the keys are good");
}

TEST_F(Lines, AnAlteredCommandIsNotRun) {
    // On the last hop the attacker is the terminal itself.
    auto card = new_card();
    class Altering final : public hostlink::SmartCard {
    public:
        explicit Altering(ChipCard& inner) : inner_{inner} {}
        base::Bytes power_on() override { return inner_.power_on(); }
        base::Bytes reset() override { return inner_.reset(); }
        void power_off() override { inner_.power_off(); }
        base::Bytes transmit(base::ByteView command) override {
            base::Bytes changed(command.begin(), command.end());
            if (changed[1] == 0xD8 && !done_) changed[changed.size() / 2] ^= 0x01;
            done_ = done_ || changed[1] == 0xD8;
            return inner_.transmit(changed);
        }

    private:
        ChipCard& inner_;
        bool done_ = false;
    };
    Altering line_to_card{*card};
    auto line = lab_.connect(Hop::IssuerTerminal);
    std::vector<std::string> put_key;
    platform::Terminal terminal{*line.remote, line_to_card,
                                [&](const platform::Step& step, base::ByteView answer) {
                                    if (step.name == "PUT KEY")
                                        put_key.push_back(base::to_hex(answer));
                                }};
    terminal.run("create", id_, Domain);
    ASSERT_EQ(put_key.size(), 2U);
    EXPECT_EQ(put_key[0], "6982");
    EXPECT_EQ(put_key[1].substr(put_key[1].size() - 4), "9000");
}

TEST(Https, NobodyComesInWithoutACertificateOfTheAuthority) {
    PlatformLab lab;
    PlatformLab others;  // another authority
    const platform::Credential stranger{others.folder() / "issuer-terminal-0.crt",
                                        others.folder() / "issuer-terminal-0.key"};
    const platform::Credential known{lab.folder() / "issuer-terminal-0.crt",
                                     lab.folder() / "issuer-terminal-0.key"};
    const auto try_it = [&](const platform::Credential& own,
                            const std::filesystem::path& authority) {
        platform::HttpsWire wire{"127.0.0.1", lab.port(Hop::IssuerTerminal), own, authority};
        return wire.post(platform::LinkPath, R"({"nonce": "000102030405060708090A0B0C0D0E0F"})");
    };
    EXPECT_NO_THROW(try_it(known, lab.folder() / "authority.crt"));
    EXPECT_THROW(try_it(stranger, lab.folder() / "authority.crt"), platform::LineLost);
    EXPECT_THROW(try_it(known, others.folder() / "authority.crt"), platform::LineLost)
        << "a server of another authority";
}

}  // namespace
}  // namespace platform_test
