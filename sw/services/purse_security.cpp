#include "services/purse_security.hpp"

#include <algorithm>
#include <ctime>
#include <initializer_list>

namespace services {
namespace {

constexpr std::size_t DesBytes = 8;
constexpr std::uint16_t LoadTail = 0x8000;

base::Bytes joined(std::initializer_list<base::ByteView> parts) {
    base::Bytes all;
    for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// High byte first.
template <std::size_t Bytes>
std::array<std::uint8_t, Bytes> number(std::uint64_t value) {
    std::array<std::uint8_t, Bytes> bytes{};
    for (std::size_t i = 0; i < Bytes; ++i)
        bytes[i] = static_cast<std::uint8_t>(value >> (8 * (Bytes - 1 - i)));
    return bytes;
}

std::array<std::uint8_t, 4> money(Fen amount) {
    return number<4>(static_cast<std::uint64_t>(amount));
}

std::array<std::uint8_t, 1> type_of(PurseStep step) { return {static_cast<std::uint8_t>(step)}; }

/// Single DES under eight bytes is triple DES under these bytes twice.
reader::ScpKey twice(base::ByteView half) {
    base::Bytes both = joined({half, half});
    const reader::ScpKey key{both};
    base::wipe(both);
    return key;
}

PurseMac mac(const reader::ScpKey& single, base::ByteView data) {
    const auto last = reader::des3_mac(single, data);
    PurseMac made{};
    std::copy_n(last.begin(), made.size(), made.begin());
    return made;
}

std::uint8_t bcd(int value) { return static_cast<std::uint8_t>(value / 10 * 16 + value % 10); }

/// As the TAC has it: one half of the card's key on the other.
reader::ScpKey folded(const reader::ScpKey& key) {
    base::Bytes half(DesBytes);
    for (std::size_t i = 0; i < DesBytes; ++i)
        half[i] = static_cast<std::uint8_t>(key.expose()[i] ^ key.expose()[i + DesBytes]);
    const auto made = twice(half);
    base::wipe(half);
    return made;
}

}  // namespace

Moment moment_of(platform::Seconds at) {
    const std::time_t seconds = at;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    const int year = parts.tm_year + 1900;
    return {bcd(year / 100),    bcd(year % 100),   bcd(parts.tm_mon + 1), bcd(parts.tm_mday),
            bcd(parts.tm_hour), bcd(parts.tm_min), bcd(parts.tm_sec)};
}

reader::ScpKey diversify_purse_key(const reader::ScpKey& master, const CardNumber& number) {
    base::Bytes blocks(number.end() - DesBytes, number.end());
    for (std::size_t i = 0; i < DesBytes; ++i)
        blocks.push_back(static_cast<std::uint8_t>(~blocks[i]));
    base::Bytes made = reader::des3_ecb(master, blocks);
    const reader::ScpKey key{made};
    base::wipe(made);
    return key;
}

PurseSecurity::PurseSecurity(const PurseMasters& masters, const CardNumber& card)
    : load_{diversify_purse_key(masters.load, card)},
      purchase_{diversify_purse_key(masters.purchase, card)},
      tac_{folded(diversify_purse_key(masters.tac, card))} {}

reader::ScpKey PurseSecurity::session_key(const reader::ScpKey& key, const Offer& offer,
                                          std::uint16_t tail) {
    base::Bytes half =
        reader::des3_ecb(key, joined({offer.random, number<2>(offer.serial), number<2>(tail)}));
    const auto made = twice(half);
    base::wipe(half);
    return made;
}

PurseMac PurseSecurity::load_mac1(const Offer& offer, const Order& order) const {
    return mac(session_key(load_, offer, LoadTail),
               joined({money(offer.balance), money(order.amount), type_of(PurseStep::Load),
                       order.terminal}));
}

PurseMac PurseSecurity::load_mac2(const Offer& offer, const Order& order,
                                  const Moment& moment) const {
    return mac(session_key(load_, offer, LoadTail),
               joined({money(order.amount), type_of(PurseStep::Load), order.terminal, moment}));
}

PurseMac PurseSecurity::load_tac(Fen new_balance, std::uint16_t serial, const Order& order,
                                 const Moment& moment) const {
    return mac(tac_, joined({money(new_balance), number<2>(serial), money(order.amount),
                             type_of(PurseStep::Load), order.terminal, moment}));
}

PurseMac PurseSecurity::purchase_mac1(const Offer& offer, const Order& order, const Moment& moment,
                                      std::uint32_t terminal_serial) const {
    const auto session = session_key(purchase_, offer, static_cast<std::uint16_t>(terminal_serial));
    return mac(session,
               joined({money(order.amount), type_of(PurseStep::Purchase), order.terminal, moment}));
}

PurseMac PurseSecurity::purchase_mac2(const Offer& offer, const Order& order,
                                      std::uint32_t terminal_serial) const {
    return mac(session_key(purchase_, offer, static_cast<std::uint16_t>(terminal_serial)),
               money(order.amount));
}

PurseMac PurseSecurity::purchase_tac(const Order& order, const Moment& moment,
                                     std::uint32_t terminal_serial) const {
    return mac(tac_, joined({money(order.amount), type_of(PurseStep::Purchase), order.terminal,
                             number<4>(terminal_serial), moment}));
}

}  // namespace services
