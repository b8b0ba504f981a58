/// \file status.hpp
/// How something the reader asked of a card ended.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace contact {

enum class Status : std::uint8_t {
    Ok,
    NotPowered,      ///< the card is not activated
    Mute,            ///< no answer to reset
    BadAtr,          ///< an answer to reset that breaks the rules, or breaks off
    Unsupported,     ///< no protocol both know
    PpsFailed,       ///< PPS answered wrongly or not at all
    TimeOut,         ///< T=0: no character within the waiting time
    Refused,         ///< a character was repeated in vain
    ProtocolError,   ///< T=0: a procedure byte that means nothing
    Aborted,         ///< T=1: the card ended the chain
    Resynchronised,  ///< T=1: blocks were lost, the protocol starts anew; the command may have run
    Lost,            ///< T=1: not even that helped
    CardReset,       ///< the card had to be reset; it is ready again
    BadCommand       ///< no APDU
};

struct Result {
    Status status = Status::Ok;
    base::Bytes response{};  ///< data and status word; empty unless Ok
};

}  // namespace contact
