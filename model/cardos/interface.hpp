/// \file interface.hpp
/// One interface of the chip as its transport sees it: pieces of commands in, dated answers out.
#pragma once

#include "cardos/os.hpp"
#include "port/apdu_port.hpp"

namespace cardos {

/// The processor, of which there is one for both interfaces.
struct Processor {
    Tick busy_until = 0;
};

class Interface final : public port::ApduPort {
public:
    /// What a command takes at least.
    static constexpr Tick LeastTicks = 256;

    /// `observer`: of what the card OS spends its time on; nullptr: nobody.
    Interface(Os& os, nvm::Memory& memory, Processor& processor, Via via,
              port::WorkObserver* observer)
        : os_{os}, memory_{memory}, processor_{processor}, via_{via}, observer_{observer} {}

    void reset(Tick at) override;
    Taken take(base::ByteView piece, bool more, Tick at) override;

    /// What was collected of a command is gone.
    void clear();

private:
    Os& os_;
    nvm::Memory& memory_;
    Processor& processor_;
    Via via_;
    port::WorkObserver* observer_;
    base::Bytes command_{};
    bool too_long_ = false;
};

}  // namespace cardos
