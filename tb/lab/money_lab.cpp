#include "lab/money_lab.hpp"

#include <fmt/format.h>

#include <map>

#include "base/hex.hpp"
#include "lab/folder.hpp"
#include "platform/certificates.hpp"
#include "platform/https.hpp"
#include "platform/refusal.hpp"
#include "services/remote_line.hpp"

namespace lab {
namespace {

using services::MoneyOffice;

struct Ends {
    const char* client;
    const char* server;
    services::TerminalNumber terminal;
};

Ends ends(MoneyHop hop) {
    switch (hop) {
        case MoneyHop::BusinessOneCard:
            return {"business", "onecard", {}};
        case MoneyHop::BusinessPayment:
            return {"business", "payment", {}};
        case MoneyHop::TerminalBank:
            return {"terminal-3", "bank", {0x10, 0, 0, 0, 0, 3}};
        case MoneyHop::TerminalMerchant:
            return {"terminal-4", "merchant", {0x10, 0, 0, 0, 0, 4}};
        case MoneyHop::TerminalBusiness:
            break;
    }
    return {"terminal-1", "business", {0x10, 0, 0, 0, 0, 1}};
}

constexpr std::array AllHops{MoneyHop::TerminalBusiness, MoneyHop::BusinessOneCard,
                             MoneyHop::BusinessPayment, MoneyHop::TerminalBank,
                             MoneyHop::TerminalMerchant};

}  // namespace

std::string to_string(MoneyHop hop) {
    return fmt::format("{} to {}", ends(hop).client, ends(hop).server);
}

/// One server while it runs.
struct MoneyLab::Party {
    std::string name{};
    reader::ScpKey master{platform::system_random(32)};
    std::unique_ptr<MoneyOffice> office{};
    std::unique_ptr<platform::Service> service{};
    std::unique_ptr<platform::Gate> gate{};
    std::unique_ptr<platform::HttpsServer> server{};

    [[nodiscard]] bool dead() const { return service == nullptr; }
    void stop() {
        server.reset();
        gate.reset();
        service.reset();
        office.reset();
    }
};

/// A hop over HTTPS.
struct RealLine {
    std::unique_ptr<platform::HttpsWire> wire{};
    std::unique_ptr<platform::Remote> remote{};
    std::unique_ptr<services::RemoteLine> line{};
};

struct MoneyLab::Parts {
    std::map<std::string, platform::Credential> credentials{};
    std::map<MoneyHop, RealLine> real{};
    std::map<MoneyHop, std::unique_ptr<services::Line>> lines{};
    std::vector<Party> parties{};
};

/// Watched, and without HTTPS at the mercy of the plan.
class MoneyLab::HopLine final : public services::Line {
public:
    HopLine(MoneyLab& lab, MoneyHop hop) : lab_{lab}, hop_{hop} {}

    nlohmann::json call(const nlohmann::json& request) override {
        const auto tell = [&](const nlohmann::json& answer) {
            if (lab_.options_.watch) lab_.options_.watch(hop_, request, answer);
        };
        try {
            auto answer = pass(request);
            tell(answer);
            return answer;
        } catch (const platform::Refusal& refusal) {
            tell({{"error", refusal.code()}});
            throw;
        } catch (const platform::LineLost&) {
            tell(nullptr);
            throw;
        }
    }

private:
    nlohmann::json pass(const nlohmann::json& request) {
        if (lab_.options_.https) return lab_.parts_->real.at(hop_).line->call(request);
        return lab_.plan_.pass(
            {[&lab = lab_, hop = hop_, request] { return lab.deliver(hop, request); },
             [&lab = lab_, hop = hop_] { lab.party(ends(hop).server).stop(); }});
    }

    MoneyLab& lab_;
    MoneyHop hop_;
};

MoneyLab::MoneyLab(MoneyLabOptions options)
    : options_{std::move(options)},
      folder_{options_.https ? new_folder() : new_folder_in_memory()},
      parts_{std::make_unique<Parts>()} {
    for (const auto* name : {"payment", "onecard", "bank", "merchant", "business"}) {
        Party party;
        party.name = name;
        parts_->parties.push_back(std::move(party));
    }
    if (options_.https) {
        std::vector<std::string> names{"terminal-1", "terminal-3", "terminal-4"};
        for (const auto& party : parts_->parties) names.push_back(party.name);
        platform::make_certificates(folder_, names);
        for (const auto& name : names)
            parts_->credentials.emplace(
                name, platform::Credential{folder_ / (name + ".crt"), folder_ / (name + ".key")});
    }
    for (const auto hop : AllHops) parts_->lines[hop] = std::make_unique<HopLine>(*this, hop);
    plan_.revive = [this] { revive(); };
    for (auto& one : parts_->parties) start(one);
}

MoneyLab::~MoneyLab() {
    // Servers wait for connections that are open.
    parts_->real.clear();
    // The business platform asks the others: it goes first.
    for (auto at = parts_->parties.rbegin(); at != parts_->parties.rend(); ++at) at->stop();
    parts_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void MoneyLab::connect_to(const Party& server) {
    for (const auto hop : AllHops) {
        if (ends(hop).server != server.name) continue;
        const auto& own = parts_->credentials.at(ends(hop).client);
        auto& real = parts_->real[hop];
        real.wire = std::make_unique<platform::HttpsWire>("127.0.0.1", server.server->port(), own,
                                                          folder_ / "authority.crt");
        real.remote = std::make_unique<platform::Remote>(
            *real.wire, own, parts_->credentials.at(server.name).certificate());
        real.line = std::make_unique<services::RemoteLine>(*real.remote);
    }
}

void MoneyLab::start(Party& party) {
    const std::string database = options_.database
                                     ? options_.database(party.name)
                                     : "sqlite:" + (folder_ / (party.name + ".db")).string();
    party.office = std::make_unique<MoneyOffice>(
        services::MoneyOfficeOptions{party.name, database, options_.random, options_.clock},
        party.master);
    party.service = service(party);
    if (!options_.https) return;
    const auto& own = parts_->credentials.at(party.name);
    party.gate = std::make_unique<platform::Gate>(own, *party.service);
    party.server = std::make_unique<platform::HttpsServer>(
        *party.gate, own, folder_ / "authority.crt", "127.0.0.1", 0);
    connect_to(party);
}

std::unique_ptr<platform::Service> MoneyLab::service(Party& party) {
    auto& office = *party.office;
    if (party.name == "payment") {
        office.open_account(services::customer_account(Alice), Opening);
        auto made =
            std::make_unique<services::PaymentServer>(office, std::set<std::string>{"business"});
        if (options_.wrong_payment) return options_.wrong_payment(std::move(made));
        return made;
    }
    if (party.name == "business") {
        services::BusinessOptions options;
        options.terminals = {"terminal-1"};
        options.issuers["onecard"] = parts_->lines.at(MoneyHop::BusinessOneCard).get();
        options.payment = parts_->lines.at(MoneyHop::BusinessPayment).get();
        return std::make_unique<services::Business>(office, std::move(options));
    }
    services::PurseServerOptions options;
    if (!office.has_masters()) office.import_masters(worked_masters());
    if (party.name == "onecard") {
        options.peers = {"business"};
        options.cards = options_.new_cards;
    }
    if (party.name == "bank") {
        options.peers = {"terminal-3"};
        options.accounts = true;
        office.open_account(services::customer_account(Alice), Opening);
    }
    if (party.name == "merchant") {
        options.peers = {"terminal-4"};
        options.loads = false;
        options.prices[Ride] = RidePrice;
    }
    auto made = std::make_unique<services::PurseServer>(office, std::move(options));
    made->register_card(WorkedCard, options_.on_card);
    return made;
}

MoneyLab::Party& MoneyLab::party(const std::string& name) {
    for (auto& one : parts_->parties)
        if (one.name == name) return one;
    throw std::invalid_argument{"no party " + name};
}

nlohmann::json MoneyLab::deliver(MoneyHop hop, const nlohmann::json& request) {
    Party& there = party(ends(hop).server);
    if (there.dead()) throw platform::LineLost{there.name + " is dead"};
    try {
        return there.service->handle(ends(hop).client, request);
    } catch (const PartyDied&) {
        there.stop();
        throw platform::LineLost{there.name + " died"};
    }
}

MoneyLab::Place MoneyLab::terminal(MoneyHop hop, hostlink::SmartCard& card, unsigned unit,
                                   base::Bytes purse) {
    const auto at = ends(hop);
    auto number = at.terminal;
    number[1] = static_cast<std::uint8_t>(unit);
    Place made;
    made.pos = std::make_unique<services::Pos>(card, std::move(purse), number);
    services::TerminalOptions options;
    if (hop == MoneyHop::TerminalBusiness) options.issuer = "onecard";
    options.database = "sqlite:" + (folder_ / fmt::format("{}.{}.db", at.client, unit)).string();
    options.random = options_.random;
    options.clock = options_.clock;
    made.terminal = std::make_unique<services::Terminal>(line(hop), *made.pos, options);
    return made;
}

services::Line& MoneyLab::line(MoneyHop hop) { return *parts_->lines.at(hop); }

void MoneyLab::revive() {
    for (auto& one : parts_->parties)
        if (one.dead()) start(one);
}

void MoneyLab::calm() {
    plan_.arrive();
    revive();
    plan_.expect(MoneyFault::None);
}

MoneyOffice& MoneyLab::office(const std::string& name) { return *party(name).office; }

services::Reconciled MoneyLab::reconcile() {
    Party& business = party("business");
    if (business.dead()) return {};
    try {
        return dynamic_cast<services::Business&>(*business.service).reconcile();
    } catch (const PartyDied&) {
        business.stop();
        return {};
    }
}

bool MoneyLab::money_made(services::Fen on_card, services::Fen brought) {
    if (party("payment").dead()) return false;
    return balance("payment", services::customer_account(Alice)) + on_card >
           Opening + options_.on_card + brought;
}

services::Fen MoneyLab::balance(const std::string& name, const std::string& account) {
    return office(name).balance(account);
}

}  // namespace lab
