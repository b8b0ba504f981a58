/// \file apdu_port.hpp
/// What stands behind one interface of a card and answers its APDUs: the card OS, or a test.
#pragma once

#include "base/bytes.hpp"
#include "base/tick.hpp"

namespace port {

/// One interface, air or contacts. Ticks never go back.
///
/// The card OS runs ahead of time: a command is worked off at once, and the answer bears the tick at
/// which it is ready. What it wrote to the memory is dated in the same way, so that a power cut at
/// any tick undoes what came later (StorePort::power_lost).
class ApduPort {
public:
    virtual ~ApduPort() = default;

    /// A new session begins: RATS was answered, or the contacts were reset.
    virtual void reset(base::Tick at) = 0;

    struct Taken {
        base::Tick ready = 0;     ///< `at` or later: the piece is taken, or the answer complete
        base::Bytes response{};   ///< data and status; empty unless the piece was the last
    };
    /// A piece of a command has arrived at tick `at`; `more`: others follow. The last one, or the only
    /// one, runs the command. A command of no bytes is answered by no bytes.
    virtual Taken take(base::ByteView piece, bool more, base::Tick at) = 0;
};

}  // namespace port
