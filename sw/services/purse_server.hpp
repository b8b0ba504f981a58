/// \file purse_server.hpp
/// The one-card, bank or merchant server: issuer of purses, which lets cards add and take money,
/// and books what they did. One transaction of a card at a time; the card is the judge of whether
/// it happened.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "platform/service.hpp"
#include "services/card_factory.hpp"
#include "services/money_office.hpp"

namespace services {

struct PurseServerOptions {
    std::set<std::string> peers{};  ///< who may ask: names in certificates
    bool loads = true;
    bool debits = true;
    /// Customers have accounts here: every order names one, which pays for a load and gets a debit.
    /// Otherwise a load is against money that somebody else has taken (`float`), and debits are
    /// takings.
    bool accounts = false;
    /// A merchant's services; with any, every debit names one and is of its price.
    std::map<std::string, Fen> prices{};
    /// How new cards are made; nothing: none are.
    std::optional<CardPlan> cards{};
};

/// Ledger: what a card holds is on card/NUMBER. A load holds its money on `suspense` from when the
/// card may add it until the card has proved that it did (then it is the card's) or that it did not
/// (then it goes back); a debit is booked by the card's proof alone.
class PurseServer final : public platform::Service {
public:
    static constexpr const char* Float = "float";
    static constexpr const char* Takings = "takings";
    static constexpr const char* Suspense = "suspense";

    /// `office` outlives it and has masters.
    PurseServer(MoneyOffice& office, PurseServerOptions options);

    /// A card as it was personalised: its purse's balance. Once; later it stays as it is.
    void register_card(const std::string& card, Fen balance);
    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;

private:
    [[nodiscard]] nlohmann::json authorise(const nlohmann::json& request, PurseStep step);
    [[nodiscard]] nlohmann::json confirm(const nlohmann::json& request);
    [[nodiscard]] nlohmann::json reverse(const nlohmann::json& request);
    [[nodiscard]] nlohmann::json status(const nlohmann::json& request);
    [[nodiscard]] nlohmann::json open_transactions(const nlohmann::json& request);
    [[nodiscard]] nlohmann::json price(const nlohmann::json& request) const;
    [[nodiscard]] nlohmann::json package(const nlohmann::json& request);

    [[nodiscard]] Transaction order_in(const nlohmann::json& request, PurseStep step) const;
    void begin(soci::session& sql, Transaction& order) const;
    void check_again(const Transaction& known, const Transaction& order) const;
    [[nodiscard]] nlohmann::json instruction(const Transaction& known, const Offer& offer) const;
    [[nodiscard]] std::string right_proof(const Transaction& known) const;
    void judge_statement(const nlohmann::json& request, const Transaction& known) const;
    [[nodiscard]] PurseSecurity security(const std::string& card) const;
    /// Whose money a load is, and who gets a debit's.
    [[nodiscard]] static std::string counterpart(const Transaction& order);

    MoneyOffice& office_;
    PurseServerOptions options_;
    PurseMasters masters_;
};

}  // namespace services
