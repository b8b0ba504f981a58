/// \file purse_security.hpp
/// What a server reckons of a card's e-purse: keys of the card from masters, the MACs of both
/// steps, transaction certificates (TAC). Fact sheet purse.md, sections 2, 5 and 7.
///
/// Amounts are in fen, hundredths of a yuan; the card counts them in four bytes.
#pragma once

#include <array>
#include <string>

#include "platform/source.hpp"
#include "reader/scp_crypto.hpp"

namespace services {

using Fen = long long;
inline constexpr Fen MostFen = 0xFFFF'FFFF;

using PurseMac = std::array<std::uint8_t, 4>;
/// As in file 0015 of the card: ten bytes, BCD.
using CardNumber = std::array<std::uint8_t, 10>;
/// Of the place where the card is.
using TerminalNumber = std::array<std::uint8_t, 6>;
/// YYYYMMDDhhmmss in BCD, UTC.
using Moment = std::array<std::uint8_t, 7>;

/// Example: moment_of(1705314600) is 2024 01 15 10 30 00
[[nodiscard]] Moment moment_of(platform::Seconds at);

enum class PurseStep : std::uint8_t { Load = 0x02, Purchase = 0x06 };  ///< the transaction type

/// What the card said to INITIALIZE; `mac` of a load only.
struct Offer {
    Fen balance = 0;
    std::uint16_t serial = 0;  ///< online of a load, offline of a purchase; before it
    std::uint8_t version = 0;
    std::uint8_t algorithm = 0;  ///< 00: triple DES
    std::array<std::uint8_t, 4> random{};
    PurseMac mac{};
};

/// What was asked of the card.
struct Order {
    Fen amount = 0;
    TerminalNumber terminal{};
};

/// Masters of one purse issuer.
struct PurseMasters {
    reader::ScpKey load{};
    reader::ScpKey purchase{};
    reader::ScpKey tac{};
};

/// A key of sixteen bytes for the holder of `number`: of its last eight bytes, and of their
/// complement (PBOC; the same as EMV option A without parity).
[[nodiscard]] reader::ScpKey diversify_purse_key(const reader::ScpKey& master,
                                                 const CardNumber& number);

/// One card's keys, as its issuer has them while it reckons.
class PurseSecurity {
public:
    PurseSecurity(const PurseMasters& masters, const CardNumber& card);

    /// Of a load, by which the card shows that the offer is its own.
    [[nodiscard]] PurseMac load_mac1(const Offer& offer, const Order& order) const;
    /// Of a load, by which the issuer lets the card add the amount.
    [[nodiscard]] PurseMac load_mac2(const Offer& offer, const Order& order,
                                     const Moment& moment) const;
    [[nodiscard]] PurseMac load_tac(Fen new_balance, std::uint16_t serial, const Order& order,
                                    const Moment& moment) const;
    /// Of a purchase, by which a PSAM lets the card take the amount.
    [[nodiscard]] PurseMac purchase_mac1(const Offer& offer, const Order& order,
                                         const Moment& moment, std::uint32_t terminal_serial) const;
    /// Of a purchase, by which the card shows that it did.
    [[nodiscard]] PurseMac purchase_mac2(const Offer& offer, const Order& order,
                                         std::uint32_t terminal_serial) const;
    [[nodiscard]] PurseMac purchase_tac(const Order& order, const Moment& moment,
                                        std::uint32_t terminal_serial) const;

private:
    [[nodiscard]] static reader::ScpKey session_key(const reader::ScpKey& key, const Offer& offer,
                                                    std::uint16_t tail);

    reader::ScpKey load_;
    reader::ScpKey purchase_;
    reader::ScpKey tac_;
};

}  // namespace services
