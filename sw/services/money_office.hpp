/// \file money_office.hpp
/// What all parties that handle money have: a database with accounts, transactions and keys.
#pragma once

#include <string>

#include "platform/key_store.hpp"
#include "services/book.hpp"
#include "services/ledger.hpp"

namespace services {

struct MoneyOfficeOptions {
    std::string name{};      ///< as in its certificate
    std::string database{};  ///< platform::Database's connection
    platform::Random random = platform::system_random;
    platform::Clock clock = platform::system_clock;
};

class MoneyOffice {
public:
    /// `master`: keys at rest are wrapped under it.
    MoneyOffice(MoneyOfficeOptions options, const reader::ScpKey& master);

    /// A purse issuer's masters, as its key ceremony gave them. Throws platform::Refusal when it
    /// has some already.
    void import_masters(const PurseMasters& masters);
    [[nodiscard]] bool has_masters();
    /// Throws platform::Refusal when there are none.
    [[nodiscard]] PurseMasters masters();

    /// A customer's account, once. Example: open_account("account/alice", 10'000)
    void open_account(const std::string& account, Fen opening = 0);
    /// Throws platform::Refusal.
    [[nodiscard]] Fen balance(const std::string& account);

    [[nodiscard]] const MoneyOfficeOptions& options() const noexcept { return options_; }

private:
    MoneyOfficeOptions options_;

public:
    platform::Database database;
    platform::KeyStore keys;
    Ledger ledger;
    Book book;
};

/// The account of what a card holds. Example: "card/00003100860000123456"
[[nodiscard]] std::string card_account(const std::string& card);
[[nodiscard]] std::string customer_account(const std::string& name);

}  // namespace services
