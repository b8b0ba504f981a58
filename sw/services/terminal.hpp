/// \file terminal.hpp
/// Terminals 1, 3 and 4: turn what a customer wants into a request, the answer into an instruction
/// for the POS, and the card's certificate into a booking.
///
/// Whatever a terminal does is in its journal before it does it, so that after any failure it
/// knows, or asks the card, what has happened: a transaction is booked or reversed, never both,
/// never neither.
#pragma once

#include <optional>
#include <string>

#include "platform/source.hpp"
#include "services/book.hpp"
#include "services/line.hpp"
#include "services/pos.hpp"

namespace services {

struct TerminalOptions {
    std::string issuer{};    ///< behind a business platform; empty: the server itself is asked
    std::string database{};  ///< of the journal
    unsigned tries = 3;      ///< of a request whose answer does not come
    platform::Random random = platform::system_random;
    platform::Clock clock = platform::system_clock;
};

struct Receipt {
    std::string transaction{};
    Fen balance = 0;     ///< of the card, as it says itself
    bool booked = true;  ///< false: the card has done it, the booking comes with recover()
};

class Terminal {
public:
    /// `server` and `pos` outlive it.
    Terminal(Line& server, Pos& pos, TerminalOptions options);

    // Throw platform::Refusal and CardRefused when nothing has happened and nothing will;
    // platform::LineLost and platform::CardLost when it is not known: recover().

    /// Adds to the card. `account`: who pays; empty: the customer pays here.
    Receipt top_up(Fen amount, const std::string& account = {});
    /// Takes from the card. `account`: who gets it at a bank.
    Receipt debit(Fen amount, const std::string& account = {});
    /// Takes the price of a merchant's service.
    Receipt serve(const std::string& service);

    /// Finishes what is open in the journal, and what the server has open of the card that is
    /// there: booked when the card has a certificate, else reversed. Returns how many are left open
    /// here: their cards are not there, or nobody answers.
    unsigned recover();

private:
    struct Wish {
        PurseStep step = PurseStep::Load;
        Fen amount = 0;
        std::string account{};
        std::string service{};
    };

    Receipt run(const Wish& wish);
    [[nodiscard]] Transaction begin(const Wish& wish, const CardView& card);
    [[nodiscard]] Instruction ask(const Wish& wish, const Transaction& order, const Offer& offer);
    [[nodiscard]] PurseMac apply(const Wish& wish, Transaction& order,
                                 const Instruction& instruction);
    void give_up(const Transaction& order);
    void clear(const CardView& card);
    void resolve(const Transaction& open);
    void confirm(const Transaction& order, const std::string& proof);
    void reverse(const Transaction& order, bool unsent);
    void finish(const Transaction& open, const std::optional<CardView>& card);

    [[nodiscard]] nlohmann::json call(nlohmann::json request);
    [[nodiscard]] nlohmann::json about(const char* job, const Transaction& order) const;
    void note(const std::string& id, State state);

    Line& server_;
    Pos& pos_;
    TerminalOptions options_;
    platform::Database database_;
    Book journal_;
};

}  // namespace services
