#include "services/money_office.hpp"

#include "platform/refusal.hpp"

namespace services {
namespace {

constexpr const char* LoadKey = "load";
constexpr const char* PurchaseKey = "purchase";
constexpr const char* TacKey = "tac";

}  // namespace

MoneyOffice::MoneyOffice(MoneyOfficeOptions options, const reader::ScpKey& master)
    : options_{std::move(options)},
      database{options_.database, money_schema()},
      keys{master, options_.random, options_.clock},
      ledger{options_.clock},
      book{options_.clock} {}

void MoneyOffice::import_masters(const PurseMasters& masters) {
    database.transaction([&](soci::session& sql) {
        keys.keep(sql, LoadKey, reader::KeyType::Des, masters.load);
        keys.keep(sql, PurchaseKey, reader::KeyType::Des, masters.purchase);
        keys.keep(sql, TacKey, reader::KeyType::Des, masters.tac);
    });
}

bool MoneyOffice::has_masters() {
    return database.transaction([&](soci::session& sql) { return keys.has(sql, LoadKey); });
}

PurseMasters MoneyOffice::masters() {
    return database.transaction([&](soci::session& sql) {
        return PurseMasters{keys.named(sql, LoadKey), keys.named(sql, PurchaseKey),
                            keys.named(sql, TacKey)};
    });
}

void MoneyOffice::open_account(const std::string& account, Fen opening) {
    database.transaction([&](soci::session& sql) { ledger.open(sql, account, opening); });
}

Fen MoneyOffice::balance(const std::string& account) {
    const auto found =
        database.transaction([&](soci::session& sql) { return ledger.balance(sql, account); });
    if (!found) throw platform::Refusal{"account", "there is no such account"};
    return *found;
}

std::string card_account(const std::string& card) { return "card/" + card; }
std::string customer_account(const std::string& name) { return "account/" + name; }

}  // namespace services
