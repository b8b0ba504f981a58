#include "flows/money_scene.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "services/yuan.hpp"

namespace flows {
namespace {

using services::Fen;
using services::yuan;

constexpr std::string_view PurseAid = "D276000118AA3001";
constexpr std::string_view ManagerAid = "D276000118AA7001";
constexpr platform::Seconds Now = 1'705'314'600;  // 2024-01-15 10:30:00

cardos::ChipOptions chip(Fen on_card) {
    cardos::ChipOptions options;
    cardos::preload(options.factory, "purse", lab::worked_purse(on_card));
    cardos::preload(options.factory, "card-manager", lab::worked_manager());
    return options;
}

/// A message without its MACs and random numbers: what it is about.
std::string summary(lab::MoneyHop hop, const nlohmann::json& request,
                    const nlohmann::json& answer) {
    std::string line = fmt::format("{}: {}", to_string(hop), request.value("do", "?"));
    if (request.contains("amount")) line += ' ' + yuan(request["amount"].get<Fen>());
    if (request.contains("account")) line += " of " + request["account"].get<std::string>();
    if (answer.is_null()) return line + " -> no answer";
    if (answer.contains("error")) return line + " -> refused: " + answer.value("error", "");
    if (answer.contains("state")) return line + " -> " + answer.value("state", "");
    return line + " -> done";
}

}  // namespace

MoneyScene::MoneyScene(const FlowOptions& options, const MoneySceneOptions& chosen)
    : via_{options.via},
      stage_{stage_options(options), chip(chosen.on_card)},
      lab_{std::make_unique<lab::MoneyLab>(lab_options(chosen))} {}

lab::MoneyLabOptions MoneyScene::lab_options(const MoneySceneOptions& chosen) {
    lab::MoneyLabOptions options;
    options.https = chosen.https;
    options.on_card = chosen.on_card;
    options.wrong_payment = chosen.wrong_payment;
    options.clock = [] { return Now; };
    options.watch = [this](lab::MoneyHop hop, const auto& request, const auto& answer) {
        const std::scoped_lock lock{mutex_};
        told_.push_back(summary(hop, request, answer));
    };
    return options;
}

void MoneyScene::new_parties(bool https) {
    const Fen holds = on_card();
    lab_.reset();
    lab_ = std::make_unique<lab::MoneyLab>(
        lab_options({.on_card = holds, .https = https, .wrong_payment = {}}));
}

lab::MoneyLab::Place MoneyScene::place(lab::MoneyHop hop, unsigned unit) {
    return lab_->terminal(hop, card(), unit);
}

Fen MoneyScene::balance_of(std::string_view aid) {
    if (card().power_on().empty()) throw FlowFailure{"there is no card"};
    require(stage_.exchange(via_, {0x00, 0xA4, 0x04, 0x00, base::from_hex(aid).value(), 256}),
            "SELECT");
    const auto data =
        require(stage_.exchange(via_, {0x80, 0x5C, 0x00, 0x02, {}, 4}), "GET BALANCE");
    Fen balance = 0;
    for (const auto byte : data) balance = balance * 256 + byte;
    return balance;
}

Fen MoneyScene::on_card() { return balance_of(PurseAid); }
Fen MoneyScene::beside() { return balance_of(ManagerAid); }

void MoneyScene::require_agreed(const std::string& issuer, Fen on_card) {
    require(this->on_card() == on_card, "the card holds another amount");
    require(beside() == on_card, "the card manager says something else than the card");
    const auto faults = lab_->faults(issuer, on_card);
    require(faults.empty(), faults.empty() ? "" : faults.front());
}

void MoneyScene::step(Report& report, std::string id, std::string title,
                      const std::function<std::string()>& action) {
    report.step(std::move(id), std::move(title), stage_, [&] {
        auto result = action();
        const std::scoped_lock lock{mutex_};
        for (auto& line : std::exchange(told_, {})) report.note(std::move(line));
        return result;
    });
}

}  // namespace flows
