/// \file business.hpp
/// The business platform's way of money: routes orders of terminals to the issuers' servers, and
/// has a payment system pay for loads that a customer's account pays for.
///
/// Such a load is paid before its issuer is asked; what the card then did not do is refunded, once.
/// Whatever fails, the issuer's record says how a transaction ended, and reconcile() makes the
/// payment system's say the same.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <set>

#include "platform/service.hpp"
#include "services/line.hpp"
#include "services/money_office.hpp"

namespace services {

struct BusinessOptions {
    std::set<std::string> terminals{};  ///< names in their certificates
    std::map<std::string, Line*> issuers{};
    Line* payment = nullptr;  ///< nullptr: no third party pays
};

/// What came of a look at all transactions that were not over.
struct Reconciled {
    unsigned booked = 0;
    unsigned reversed = 0;
    unsigned open = 0;  ///< their cards have to be seen, or somebody could not be reached
};

/// Requests are those of the issuers' servers with "issuer", and of a load optionally with
/// "account": who pays. Several threads may be in it; one transaction is in the hands of one.
class Business final : public platform::Service {
public:
    /// `office` and lines outlive it.
    Business(MoneyOffice& office, BusinessOptions options);

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;

    /// Carries on with what was begun `age` seconds ago or earlier and is not over.
    Reconciled reconcile(platform::Seconds age = 0);

private:
    [[nodiscard]] nlohmann::json order(const nlohmann::json& request);
    [[nodiscard]] nlohmann::json confirm(const nlohmann::json& request);
    [[nodiscard]] nlohmann::json reverse(const nlohmann::json& request);

    [[nodiscard]] Line& issuer(const std::string& name) const;
    [[nodiscard]] Transaction begin(const nlohmann::json& request);
    void carry_on(Transaction known);
    void pay(const Transaction& known);
    /// Nothing of a reserved one has left: it must not happen any more.
    void undo(Transaction known);
    /// The issuer has decided.
    void settle(const Transaction& known);
    void refund(const Transaction& known);
    void set_state(const std::string& id, State state);
    [[nodiscard]] std::optional<Transaction> find(const std::string& id);
    [[nodiscard]] std::mutex& mutex_of(const std::string& id);

    MoneyOffice& office_;
    BusinessOptions options_;
    std::array<std::mutex, 64> mutexes_{};
};

}  // namespace services
