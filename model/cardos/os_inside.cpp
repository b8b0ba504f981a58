// os_inside.cpp - the line inside of a secure element: from its secure channel module to the card
// OS, which plays each of the virtual cards.

#include "cardos/os.hpp"

namespace cardos {
namespace {

// T=1, four historical bytes: "CVC" and the number of the card (ISO/IEC 7816-3, 8.2).
base::Bytes answer_to_reset(std::uint8_t card) {
    base::Bytes atr{0x3B, 0x84, 0x80, 0x01, 'C', 'V', 'C', card};
    std::uint8_t check = 0;
    for (std::size_t i = 1; i < atr.size(); ++i) check ^= atr[i];
    atr.push_back(check);
    return atr;
}

}  // namespace

bool Os::knows(base::ByteView aid) const {
    const auto name = domain::Aid::from(aid);
    return name && open_.registry().find(*name) != nullptr;
}

std::optional<base::Bytes> Os::published(base::ByteView aid, std::uint8_t number) const {
    const auto name = domain::Aid::from(aid);
    const domain::Entry* entry = name ? open_.registry().find(*name) : nullptr;
    if (entry == nullptr) return std::nullopt;
    return AppData{objects_, entry->slot}.published(number);
}

base::Bytes Os::reset(std::uint8_t card) {
    Channel& channel = channels_[static_cast<std::size_t>(Via::Inside)][0];
    channel.close();
    const domain::Entry& issuer = open_.issuer();
    channel.select(issuer.slot, issuer.aid);
    domain::Open::trust(channel.session);
    return answer_to_reset(card);
}

apdu::Response Os::exchange(const apdu::Command& command, store::Work& work) {
    // The other command's transactions are its own.
    const bool kept = objects_.commit(work);
    const base::Bytes answer = kept ? run(Via::Inside, command.bytes(), work) : base::Bytes{};
    objects_.begin();
    return apdu::parse_response(answer).value_or(apdu::Response{apdu::Sw::MemoryFailure});
}

}  // namespace cardos
