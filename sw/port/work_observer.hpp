/// \file work_observer.hpp
/// Who wants to know what inside a card is at work, and when.
#pragma once

#include <cstdint>

#include "base/tick.hpp"

namespace port {

/// What a card waits for while it works on a command. Crypto: cryptography in software (DES, RSA,
/// hashes); Os: the whole time that the card OS works on a command, the others included.
enum class CardUnit : std::uint8_t { Nvm, Aes, Crypto, Os };

/// Is told of each piece of work when its ticks are known, which may be before it happens (a card
/// OS runs ahead) and is not undone by a power cut.
class WorkObserver {
public:
    virtual ~WorkObserver() = default;
    /// `unit` is busy from tick `begin` up to, not including, `end`.
    virtual void on_work(CardUnit unit, base::Tick begin, base::Tick end) = 0;
};

}  // namespace port
