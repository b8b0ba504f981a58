#include "cardos/card_manager.hpp"

#include "apdu/tlv.hpp"
#include "domain/aid.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;

constexpr std::uint8_t InsGetBalance = 0x5C;
constexpr std::uint8_t InsGetCard = 0xCA;
constexpr std::uint16_t CardNumber = 1;  ///< of the application's data: what it was told
constexpr std::size_t MostBusinessBytes = 64;
constexpr apdu::Tag AidTag = 0x4F;
constexpr apdu::Tag KindTag = 0x80;
constexpr apdu::Tag VersionTag = 0x81;
constexpr apdu::Tag BusinessTag = 0x86;
constexpr apdu::Tag BalanceTag = 0x81;  ///< + 01 deposit, 02 purse

/// The four objects in their order, and nothing else.
bool is_card(base::ByteView objects) {
    const auto all = apdu::read_all(objects);
    return all && all->size() == 4 && (*all)[0].tag == AidTag &&
           domain::Aid::from((*all)[0].value) && (*all)[1].tag == KindTag &&
           (*all)[1].value.size() == 1 && (*all)[2].tag == VersionTag &&
           (*all)[2].value.size() == 4 && (*all)[3].tag == BusinessTag &&
           !(*all)[3].value.empty() && (*all)[3].value.size() <= MostBusinessBytes;
}

apdu::StatusWord keep(Context& context, base::ByteView objects) {
    if (!is_card(objects)) return Sw::WrongData;
    context.data().write(CardNumber, objects);
    return Sw::Ok;
}

std::optional<base::Bytes> balance(Context& context, base::ByteView card, std::uint8_t account) {
    const auto aid = apdu::find(card, AidTag);
    if (!aid || context.cards == nullptr) return std::nullopt;
    return context.cards->published(*aid, account);
}

}  // namespace

apdu::StatusWord CardManager::install(Context& context, base::ByteView parameters) {
    return keep(context, parameters);
}

Response CardManager::personalise(Context& context, const Command& command) {
    return keep(context, command.data);
}

Response CardManager::process(Context& context, const Command& command) {
    if ((command.cla & 0xFC) != 0x80) return Sw::ClaNotSupported;
    const auto card = context.data().read(CardNumber);
    if (!card) return Sw::ConditionsNotSatisfied;
    if (command.ins == InsGetBalance) {
        if (command.p1 != 0 || command.p2 < 1 || command.p2 > 2) return Sw::WrongP1P2;
        const auto value = balance(context, *card, command.p2);
        if (!value) return Sw::ReferencedDataNotFound;
        return {*value, Sw::Ok};
    }
    if (command.ins != InsGetCard) return Sw::InsNotSupported;
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    base::Bytes answer;
    const auto objects = apdu::read_all(*card);
    for (const auto& object : objects.value()) {
        if (object.tag == BusinessTag)
            for (const std::uint8_t account : {std::uint8_t{1}, std::uint8_t{2}})
                if (const auto value = balance(context, *card, account))
                    apdu::append_tlv(answer, BalanceTag + account, *value);
        apdu::append_tlv(answer, object.tag, object.value);
    }
    return {std::move(answer), Sw::Ok};
}

}  // namespace cardos
