/// \file book.hpp
/// The transactions that a party knows of, and how far each has come.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/source.hpp"
#include "services/purse_security.hpp"
#include "services/schema.hpp"

namespace services {

/// Reserved: known, nothing has left that could move money. Authorised: what lets the card move it
/// (or, at a terminal, the command) may have left. Booked and Reversed are for ever; Booking and
/// Reversing are decided, but not everybody has heard of it yet.
enum class State : std::uint8_t { Reserved, Authorised, Booking, Booked, Reversing, Reversed };

[[nodiscard]] std::string to_string(State state);

/// Numbers and names as in Offer and Order; bytes in hexadecimal.
struct Transaction {
    std::string id{};
    std::string kind{};  ///< "load", "debit"; "none" of one that was reversed before it was known
    std::string issuer{};
    std::string card{};
    std::string terminal{};
    std::string account{};  ///< that pays for a load, or gets a debit; empty: none
    Fen amount = 0;
    State state = State::Reserved;
    Fen balance = 0;  ///< of the card before it
    long long serial = 0;
    std::string moment{};
    long long terminal_serial = 0;
    std::string proof{};  ///< TAC

    /// Whether both ask for the same.
    [[nodiscard]] bool asks_as(const Transaction& other) const;
    [[nodiscard]] bool over() const { return state == State::Booked || state == State::Reversed; }
    [[nodiscard]] Order order() const;
};

/// All calls are inside a transaction of the database.
class Book {
public:
    explicit Book(platform::Clock clock) : clock_{std::move(clock)} {}

    void add(soci::session& sql, const Transaction& made) const;
    [[nodiscard]] std::optional<Transaction> find(soci::session& sql, const std::string& id) const;
    void set_state(soci::session& sql, const std::string& id, State state) const;
    void set_serial(soci::session& sql, const std::string& id, long long serial) const;
    void set_proof(soci::session& sql, const std::string& id, const std::string& proof) const;
    /// It is booked, by this proof.
    void set_booked(soci::session& sql, const std::string& id, const std::string& proof) const;

    /// Those of a card that are authorised only.
    [[nodiscard]] std::vector<Transaction> open_of(soci::session& sql,
                                                   const std::string& card) const;
    /// All that are not over and were begun at `before` or earlier.
    [[nodiscard]] std::vector<Transaction> unfinished(soci::session& sql,
                                                      platform::Seconds before) const;
    /// The next serial of a terminal's transactions: 1, 2, ...
    [[nodiscard]] std::uint32_t next_serial(soci::session& sql, const std::string& terminal) const;

private:
    [[nodiscard]] std::vector<Transaction> all(soci::session& sql,
                                               const std::vector<std::string>& ids) const;

    platform::Clock clock_;
};

}  // namespace services
