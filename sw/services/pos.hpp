/// \file pos.hpp
/// A point of sale: finds a card with an e-purse, reads it, and applies an issuer's instruction to
/// its balance.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "apdu/command.hpp"
#include "link/smart_card.hpp"
#include "services/purse_security.hpp"

namespace services {

/// The card answered with another status than 9000.
class CardRefused : public std::runtime_error {
public:
    CardRefused(const std::string& command, apdu::StatusWord word);
    [[nodiscard]] apdu::StatusWord sw() const noexcept { return sw_; }

private:
    apdu::StatusWord sw_;
};

/// Status words of purses (purse.md, section 3).
inline constexpr apdu::StatusWord AmountDoesNotFit = 0x9401;
inline constexpr apdu::StatusWord NoProof = 0x9406;

struct CardView {
    CardNumber number{};
    Fen balance = 0;
};

/// What lets the card go on: MAC2 of a load, MAC1 of a purchase.
struct Instruction {
    Moment moment{};
    std::uint32_t terminal_serial = 0;  ///< of a purchase
    PurseMac mac{};
};

class Pos {
public:
    /// `aid`: of the purse application. `card` outlives it.
    Pos(hostlink::SmartCard& card, base::Bytes aid, TerminalNumber terminal);

    // All throw platform::CardLost when there is no answer; the card then has to be found again.
    // All but find() throw CardRefused.

    /// Powers the card and looks for its purse; nothing: there is no card, or it has none.
    [[nodiscard]] std::optional<CardView> find();
    [[nodiscard]] Fen balance();
    /// The first step: a load or a purchase. Ends what was begun before.
    [[nodiscard]] Offer initialize(PurseStep step, Fen amount);
    /// The second step; the card's certificate (TAC).
    [[nodiscard]] PurseMac apply(PurseStep step, const Instruction& instruction);
    /// Whether the transaction that began at this serial has happened: its certificate; nothing: it
    /// has not. Ends what was begun before.
    [[nodiscard]] std::optional<PurseMac> proof(PurseStep step, std::uint16_t serial);

    [[nodiscard]] const TerminalNumber& terminal() const noexcept { return terminal_; }

private:
    [[nodiscard]] apdu::Response send(const apdu::Command& command);
    [[nodiscard]] base::Bytes need(const char* name, const apdu::Command& command,
                                   std::size_t size);

    hostlink::SmartCard& card_;
    base::Bytes aid_;
    TerminalNumber terminal_;
};

/// The AID of the purse that a chip has from the factory (docs/card-os.md).
[[nodiscard]] base::Bytes purse_aid();

}  // namespace services
