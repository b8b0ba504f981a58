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
#include "services/business.hpp"
#include "services/payment_server.hpp"
#include "services/purse_server.hpp"
#include "services/terminal.hpp"

namespace lab {

struct MoneyLabOptions {
    bool https = false;
    services::Fen on_card = 1000;
    /// Of the databases by their party's name; empty: SQLite files in the lab's folder.
    std::function<std::string(const std::string& party)> database{};
    platform::Random random = platform::system_random;
    platform::Clock clock = platform::system_clock;
};

/// Remembers what it was told.
class BalanceBeside final : public services::CardManager {
public:
    void follow(const services::CardNumber&, services::Fen balance) override { kept = balance; }
    services::Fen kept = -1;
};

class MoneyLab {
public:
    static constexpr const char* Card = "00003100860000123456";
    static constexpr services::Fen Opening = 10'000;  ///< of each account of Alice
    static constexpr const char* Alice = "alice";
    static constexpr const char* Ride = "ride";
    static constexpr services::Fen RidePrice = 200;

    explicit MoneyLab(MoneyLabOptions options = {});
    ~MoneyLab();
    MoneyLab(const MoneyLab&) = delete;
    MoneyLab& operator=(const MoneyLab&) = delete;

    /// A terminal and its POS; one that is made again has the same journal. Hops: 1 (business
    /// platform), 3 (bank), 4 (merchant).
    struct Place {
        std::unique_ptr<services::Pos> pos{};
        std::unique_ptr<services::Terminal> terminal{};
    };
    [[nodiscard]] Place terminal(MoneyHop hop, hostlink::SmartCard& card,
                                 services::CardManager* manager);
    /// What a terminal would ask a server through.
    [[nodiscard]] services::Line& line(MoneyHop hop);

    /// From now on. Only without HTTPS.
    void disturb(MoneyPlan plan);
    [[nodiscard]] MoneyPlan& plan() noexcept { return plan_; }
    /// All that is dead comes back, all that is late arrives, no fault any more.
    void calm();

    [[nodiscard]] services::MoneyOffice& office(const std::string& party);
    [[nodiscard]] services::Business& business();
    [[nodiscard]] services::Fen balance(const std::string& party, const std::string& account);

    /// Everything that must hold when nothing is under way and no money came or went but at this
    /// issuer ("onecard", "bank", "merchant"): none is lost or made, and all books agree with the
    /// card, which holds `on_card`, and with each other. Empty: it does.
    [[nodiscard]] std::vector<std::string> faults(const std::string& issuer, services::Fen on_card);
    /// More at the payment system and on the card than there was, though nobody brought cash: must
    /// never be, whatever is under way.
    [[nodiscard]] bool money_made(services::Fen on_card);

private:
    [[nodiscard]] std::vector<std::string> onecard_faults(services::Fen on_card);

    struct Party;
    class HopLine;

    void start(Party& party);
    [[nodiscard]] std::unique_ptr<platform::Service> service(Party& party);
    [[nodiscard]] Party& party(const std::string& name);
    [[nodiscard]] nlohmann::json deliver(MoneyHop hop, const nlohmann::json& request);
    void make_wires();

    MoneyLabOptions options_;
    std::filesystem::path folder_;
    MoneyPlan plan_{};
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace lab
