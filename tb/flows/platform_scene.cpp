#include "flows/platform_scene.hpp"

#include <fmt/format.h>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "platform/card_commands.hpp"

namespace flows {
namespace {

constexpr std::uint8_t Scp02Version = 0x20;
constexpr std::uint8_t Scp03Version = 0x30;
constexpr platform::Seconds Year = 365LL * 24 * 3600;

constexpr std::uint8_t PutKey = 0xD8;

/// The line between terminal and card; it may break when the card has run a PUT KEY, before the
/// terminal hears of it.
class CardLine final : public hostlink::SmartCard {
public:
    CardLine(hostlink::SmartCard& card, bool& breaks) : card_{card}, breaks_{breaks} {}
    base::Bytes power_on() override { return card_.power_on(); }
    base::Bytes reset() override { return card_.reset(); }
    void power_off() override { card_.power_off(); }
    base::Bytes transmit(base::ByteView command) override {
        auto answer = card_.transmit(command);
        if (breaks_ && command.size() > 1 && command[1] == PutKey) {
            breaks_ = false;
            answer.clear();
        }
        return answer;
    }

private:
    hostlink::SmartCard& card_;
    bool& breaks_;
};

}  // namespace

PlatformScene::PlatformScene(const FlowOptions& options, bool scp02,
                             std::optional<platform::Scp10Terms> scp10)
    : scp02_{scp02},
      scp10_{scp10},
      via_{options.via},
      stage_{stage_options(options), cardos::ChipOptions{}},
      lab_{std::make_unique<PlatformLab>(lab_options())} {
    lab::register_test_card(*lab_, Card, scp02 ? reader::KeyType::Des : reader::KeyType::Aes);
}

PlatformLabOptions PlatformScene::lab_options() {
    PlatformLabOptions options;
    options.policy.lifetime.seconds = Year;
    if (scp02_) {
        options.policy.type = reader::KeyType::Des;
        options.policy.first_version = Scp02Version;
        options.policy.last_version = 0x2F;
    }
    options.scp10 = scp10_;
    options.issuer_keys = recorder();
    options.provider_keys = recorder();
    options.clock = [this] { return now_; };
    return options;
}

platform::KeyMaker PlatformScene::recorder() {
    return [this](const platform::Place& place, std::size_t size) {
        auto keys = platform::system_random(size);
        auto& sets = drawn_[place.domain];
        // As Office::draw counts the versions.
        const auto first = scp02_ ? Scp02Version : Scp03Version;
        const auto version = static_cast<std::uint8_t>(first + sets.size() % 16);
        sets.push_back(platform::KeySet::from(
            version, scp02_ ? reader::KeyType::Des : reader::KeyType::Aes, keys));
        return keys;
    };
}

nlohmann::json PlatformScene::run(Report& report, Hop hop, const std::string& job,
                                  const std::string& domain) {
    auto line = lab_->connect(hop);
    CardLine through{card(), break_line_};
    platform::Terminal terminal{
        *line.remote, through, [&](const platform::Step& step, base::ByteView answer) {
            report.note(fmt::format("{} to {}: {}", step.name, step.domain,
                                    answer.empty() ? "no answer" : base::to_hex(answer.last(2))));
        }};
    return terminal.run(job, Card, domain);
}

std::vector<std::string> PlatformScene::due(Hop hop) {
    auto line = lab_->connect(hop);
    platform::Terminal terminal{*line.remote, card()};
    return terminal.due(Card);
}

Probe PlatformScene::probe(const std::string& domain, const platform::KeySet& keys) {
    if (card().reset().empty()) throw FlowFailure{"there is no card"};
    return lab::try_keys(card(), domain, keys);
}

std::string PlatformScene::issuer_shut_out(const std::string& domain) {
    if (card().reset().empty()) throw FlowFailure{"there is no card"};
    (void)card().transmit(platform::select(domain));
    reader::Scp10Opening opening{
        lab_->issuer_entity(),
        {scp10_->option, scp10_->key_version, base::from_hex(domain).value()},
        platform::system_random};
    while (const auto step = opening.next()) opening.take(card().transmit(step->apdu));
    return opening.trouble();
}

unsigned PlatformScene::state(const std::string& domain) {
    Probe issuer = probe(IssuerDomain, issuer_keys());
    require(issuer.opened, "the issuer's domain does not open");
    apdu::Command status{0x80, 0xF2, 0x40, 0x02, {}, apdu::MostShortNe};
    apdu::append_tlv(status.data, 0x4F, base::from_hex(domain).value());
    const auto answer = lab::send(card(), issuer, status);
    require(answer && answer->ok(), "GET STATUS");
    const auto entry = apdu::find(answer->data, 0xE3);
    const auto state = entry ? apdu::find(*entry, 0x9F70) : std::nullopt;
    require(state && state->size() == 1, "GET STATUS tells no state");
    return state->front();
}

platform::KeySet PlatformScene::issuer_keys() const {
    base::Bytes keys;
    for (const unsigned first : {0x40U, 0x50U, 0x60U})
        for (unsigned i = 0; i < 16; ++i) keys.push_back(static_cast<std::uint8_t>(first + i));
    return platform::KeySet::from(scp02_ ? Scp02Version : Scp03Version,
                                  scp02_ ? reader::KeyType::Des : reader::KeyType::Aes, keys);
}

const std::vector<platform::KeySet>& PlatformScene::drawn(const std::string& domain) const {
    return drawn_.at(domain);
}

}  // namespace flows
