/// \file money_lab.hpp
/// All who handle money around one card, in one process: business platform, one-card, bank and
/// merchant server, payment system, their terminals. Real HTTPS servers on 127.0.0.1, or the same
/// without sockets, where messages get lost and parties die.
///
/// Everything is of the worked example (fact sheet purse.md, section 8): masters, the card's
/// number, 10.00 on the card. Alice has 100.00 at the payment system and at the bank; a ride
/// costs 2.00 at the merchant.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lab/money_faults.hpp"
#include "lab/worked_purse.hpp"
#include "services/business.hpp"
#include "services/payment_server.hpp"
#include "services/purse_server.hpp"
#include "services/terminal.hpp"

namespace lab {

/// Who asks whom; the first named is the client.
enum class MoneyHop : std::uint8_t {
    TerminalBusiness,
    BusinessOneCard,
    BusinessPayment,
    TerminalBank,
    TerminalMerchant,
};

/// Example: "terminal-1 to business"
[[nodiscard]] std::string to_string(MoneyHop hop);

using WrongPart =
    std::function<std::unique_ptr<platform::Service>(std::unique_ptr<platform::Service>)>;

struct MoneyLabOptions {
    bool https = false;
    services::Fen on_card = 1000;                   ///< in the servers' books
    std::optional<services::CardPlan> new_cards{};  ///< that the one-card server makes
    /// Told each request and its answer ({"error"} for a refusal, null when none came); with HTTPS
    /// by several threads.
    std::function<void(MoneyHop, const nlohmann::json& request, const nlohmann::json& answer)>
        watch{};
    /// Of the databases by their party's name; empty: SQLite files in the lab's folder.
    std::function<std::string(const std::string& party)> database{};
    platform::Random random = platform::system_random;
    platform::Clock clock = platform::system_clock;
    /// Puts a wrong part in place of the payment system's service, which it gets; empty: the right
    /// one. For tests that show that a campaign sees it.
    WrongPart wrong_payment{};
};

class MoneyLab {
public:
    static constexpr services::Fen Opening = 10'000;  ///< of each account of Alice
    static constexpr const char* Alice = "alice";
    static constexpr const char* Ride = "ride";
    static constexpr services::Fen RidePrice = 200;

    explicit MoneyLab(MoneyLabOptions options = {});
    ~MoneyLab();
    MoneyLab(const MoneyLab&) = delete;
    MoneyLab& operator=(const MoneyLab&) = delete;

    /// A terminal and its POS: 1 (business platform), 3 (bank) or 4 (merchant). There may be
    /// several `unit`s of each; one that is made again has the same journal. `purse`: the AID.
    struct Place {
        std::unique_ptr<services::Pos> pos{};
        std::unique_ptr<services::Terminal> terminal{};
    };
    [[nodiscard]] Place terminal(MoneyHop hop, hostlink::SmartCard& card, unsigned unit = 0,
                                 base::Bytes purse = services::purse_aid());
    /// What a terminal would ask a server through.
    [[nodiscard]] services::Line& line(MoneyHop hop);

    /// Of all messages between the parties. Only without HTTPS.
    [[nodiscard]] MoneyFaultPlan& plan() noexcept { return plan_; }
    /// All that is dead comes back, all that is late arrives, no fault any more.
    void calm();

    [[nodiscard]] services::MoneyOffice& office(const std::string& party);
    /// The business platform's look at what is not over; nothing when it is dead, or dies of it.
    services::Reconciled reconcile();
    [[nodiscard]] services::Fen balance(const std::string& party, const std::string& account);

    /// Everything that must hold when nothing is under way and no money came or went but at this
    /// issuer ("onecard", "bank", "merchant"): none is lost or made, and all books agree with the
    /// card, which holds `on_card`, and with each other. Empty: it does.
    [[nodiscard]] std::vector<std::string> faults(const std::string& issuer, services::Fen on_card);
    /// More at the payment system and on the card than there was and somebody `brought` in cash:
    /// must never be, whatever is under way.
    [[nodiscard]] bool money_made(services::Fen on_card, services::Fen brought = 0);

private:
    [[nodiscard]] std::vector<std::string> onecard_faults(services::Fen on_card);

    struct Party;
    class HopLine;

    void start(Party& party);
    void revive();
    [[nodiscard]] std::unique_ptr<platform::Service> service(Party& party);
    [[nodiscard]] Party& party(const std::string& name);
    [[nodiscard]] nlohmann::json deliver(MoneyHop hop, const nlohmann::json& request);
    void connect_to(const Party& server);

    MoneyLabOptions options_;
    std::filesystem::path folder_;
    MoneyFaultPlan plan_{};
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace lab
