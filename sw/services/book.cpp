#include "services/book.hpp"

#include <array>
#include <stdexcept>

#include "services/message.hpp"

namespace services {
namespace {

constexpr std::array<const char*, 6> Names{"reserved", "authorised", "booking",
                                           "booked",   "reversing",  "reversed"};

State state_from(const std::string& name) {
    for (std::size_t i = 0; i < Names.size(); ++i)
        if (name == Names[i]) return static_cast<State>(i);
    throw std::runtime_error{"a state that nobody wrote"};
}

}  // namespace

std::string to_string(State state) { return Names.at(static_cast<std::size_t>(state)); }

bool Transaction::asks_as(const Transaction& other) const {
    return kind == other.kind && issuer == other.issuer && card == other.card &&
           terminal == other.terminal && account == other.account && amount == other.amount;
}

Order Transaction::order() const { return {amount, from_text<6>(terminal)}; }

void Book::add(soci::session& sql, const Transaction& made) const {
    const long long at = clock_();
    const std::string state = to_string(made.state);
    sql << "INSERT INTO transactions VALUES (:id, :kind, :issuer, :card, :terminal, :account, "
           ":amount, :state, :balance, :serial, :moment, :terminal_serial, :proof, :at)",
        soci::use(made.id), soci::use(made.kind), soci::use(made.issuer), soci::use(made.card),
        soci::use(made.terminal), soci::use(made.account), soci::use(made.amount), soci::use(state),
        soci::use(made.balance), soci::use(made.serial), soci::use(made.moment),
        soci::use(made.terminal_serial), soci::use(made.proof), soci::use(at);
}

std::optional<Transaction> Book::find(soci::session& sql, const std::string& id) const {
    Transaction found;
    found.id = id;
    std::string state;
    sql << "SELECT kind, issuer, card, terminal, account, amount, state, balance, serial, moment, "
           "terminal_serial, proof FROM transactions WHERE id = :id",
        soci::into(found.kind), soci::into(found.issuer), soci::into(found.card),
        soci::into(found.terminal), soci::into(found.account), soci::into(found.amount),
        soci::into(state), soci::into(found.balance), soci::into(found.serial),
        soci::into(found.moment), soci::into(found.terminal_serial), soci::into(found.proof),
        soci::use(id);
    if (!sql.got_data()) return {};
    found.state = state_from(state);
    return found;
}

void Book::set_state(soci::session& sql, const std::string& id, State state) const {
    const std::string name = to_string(state);
    sql << "UPDATE transactions SET state = :s WHERE id = :id", soci::use(name), soci::use(id);
}

void Book::set_serial(soci::session& sql, const std::string& id, long long serial) const {
    sql << "UPDATE transactions SET serial = :s WHERE id = :id", soci::use(serial), soci::use(id);
}

void Book::set_proof(soci::session& sql, const std::string& id, const std::string& proof) const {
    sql << "UPDATE transactions SET proof = :p WHERE id = :id", soci::use(proof), soci::use(id);
}

void Book::set_booked(soci::session& sql, const std::string& id, const std::string& proof) const {
    sql << "UPDATE transactions SET proof = :p, state = 'booked' WHERE id = :id", soci::use(proof),
        soci::use(id);
}

std::vector<Transaction> Book::open_of(soci::session& sql, const std::string& card) const {
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT id FROM transactions WHERE card = :c AND state = 'authorised'",
         soci::use(card));
    return all(sql, {rows.begin(), rows.end()});
}

std::vector<Transaction> Book::unfinished(soci::session& sql, platform::Seconds before) const {
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT id FROM transactions WHERE state IN ('reserved', 'authorised', "
                        "'booking', 'reversing') AND at <= :b ORDER BY at, id",
         soci::use(before));
    return all(sql, {rows.begin(), rows.end()});
}

std::vector<Transaction> Book::all(soci::session& sql, const std::vector<std::string>& ids) const {
    std::vector<Transaction> found;
    for (const auto& id : ids) found.push_back(find(sql, id).value());
    return found;
}

std::uint32_t Book::next_serial(soci::session& sql, const std::string& terminal) const {
    long long serial = 0;
    sql << "SELECT serial FROM terminals WHERE terminal = :t", soci::into(serial),
        soci::use(terminal);
    const bool known = sql.got_data();
    serial = (serial + 1) & 0xFFFF'FFFF;
    if (known)
        sql << "UPDATE terminals SET serial = :s WHERE terminal = :t", soci::use(serial),
            soci::use(terminal);
    else
        sql << "INSERT INTO terminals VALUES (:t, :s)", soci::use(terminal), soci::use(serial);
    return static_cast<std::uint32_t>(serial);
}

}  // namespace services
