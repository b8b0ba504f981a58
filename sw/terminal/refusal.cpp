#include "terminal/refusal.hpp"

#include <fmt/format.h>

namespace terminal {

Refusal explain(apdu::StatusWord sw) {
    using apdu::Sw;
    if ((sw & 0xFFF0U) == Sw::TriesLeft) {
        const unsigned left = sw & 0x0FU;
        return {sw,
                left == 0 ? std::string{"Wrong PIN, no tries left"}
                          : fmt::format("Wrong PIN, {} {} left", left, left == 1 ? "try" : "tries"),
                left == 0 ? "The PIN is blocked until the unblocking code sets a new one."
                          : "After the last one the PIN is blocked. Viewing stays possible.",
                left};
    }
    switch (sw) {
        case Sw::SecurityNotSatisfied:
            return {sw, "The PIN comes first", "Unlock the card, then change it.", {}};
        case Sw::MethodBlocked:
            return {sw, "The PIN is blocked",
                    "Too many wrong tries. The unblocking code sets a new PIN.", 0};
        case Sw::ReferenceDataUnusable:
            return {sw,
                    "This card has no PIN",
                    "Its issuer has not set one, so nobody can change sectors through contacts.",
                    {}};
        case Sw::ConditionsNotSatisfied:
            return {sw, "Not now", "The card is not in a state that allows this.", {}};
        case Sw::FileNotFound:
            return {sw,
                    "The card has no such file or application",
                    "Its issuer has not installed sector access for this.",
                    {}};
        case Sw::ReferencedDataNotFound:
            return {sw,
                    "The card does not open this sector",
                    "Its issuer has given the card no keys for it.",
                    {}};
        case 0x63D4:
            return {sw, "No such sector or block", "The card ends before it.", {}};
        case 0x63E9:
            return {sw,
                    "The card's keys do not fit this sector",
                    "A gate has changed the sector's keys; the issuer must give the card the new "
                    "ones.",
                    {}};
        case 0x63F3:
            return {sw,
                    "A gate is using the sectors",
                    "Take the card off the gate, then try again. Nothing was changed.",
                    {}};
        case 0x63F5:
            return {sw,
                    "A gate has changed the sector meanwhile",
                    "Look at it again, then decide. Nothing was changed.",
                    {}};
        case Sw::MemoryFailure:
            return {sw,
                    "The card's memory failed",
                    "Nothing was changed. The card may be worn out.",
                    {}};
        case Sw::WrongData:
            return {sw, "The card does not take these data", "Nothing was changed.", {}};
        case Sw::WrongLength:
            return {sw, "Wrong length", "A PIN has 1 to 12 digits, a block 16 bytes.", {}};
        case Sw::InsNotSupported:
        case Sw::ClaNotSupported:
            return {sw, "This card cannot do that", "Its software does not know the command.", {}};
        default:
            return {
                sw, fmt::format("The card refused with {:04X}", sw), "Nothing was changed.", {}};
    }
}

Refusal explain_unblocking(apdu::StatusWord sw) {
    if (sw == apdu::Sw::MethodBlocked || sw == apdu::Sw::TriesLeft)
        return {sw,
                "The unblocking code is used up",
                "Too many wrong ones. Only the card's issuer can help.",
                {}};
    if ((sw & 0xFFF0U) == apdu::Sw::TriesLeft)
        return {sw,
                fmt::format("Wrong unblocking code, {} left", sw & 0x0FU),
                "After the last try it opens nothing any more.",
                {}};
    if (sw == apdu::Sw::ReferenceDataUnusable)
        return {sw, "This card has no unblocking code", "Only the card's issuer can help.", {}};
    return explain(sw);
}

Refusal card_gone() {
    return {
        {}, "The card does not answer", "It was taken out, or it is mute. Put it in again.", {}};
}

}  // namespace terminal
