/// \file payment_server.hpp
/// The payment system: customers' accounts, from which a business platform takes money for
/// something that it gives back when nothing came of it. Everything once, whatever comes twice,
/// late or in another order.
#pragma once

#include <set>

#include "platform/service.hpp"
#include "services/money_office.hpp"

namespace services {

/// Ledger: a debit moves money from account/NAME to `suspense`, `settle` from there to `merchant`,
/// `refund` back.
class PaymentServer final : public platform::Service {
public:
    static constexpr const char* Suspense = "suspense";
    static constexpr const char* Merchant = "merchant";

    /// `peers`: names of the platforms that may ask.
    PaymentServer(MoneyOffice& office, std::set<std::string> peers);

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;

private:
    [[nodiscard]] nlohmann::json debit(const nlohmann::json& request);
    [[nodiscard]] nlohmann::json finish(const nlohmann::json& request, State state);
    [[nodiscard]] nlohmann::json status(const nlohmann::json& request);

    MoneyOffice& office_;
    std::set<std::string> peers_;
};

}  // namespace services
