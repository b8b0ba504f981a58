/// \file chip_port.hpp
/// A chip with both interfaces: StorePort is its air, the rest its contacts.
#pragma once

#include "port/store_port.hpp"

namespace port {

class ChipPort : public StorePort {
public:
    virtual void contacts_on(base::Tick at) = 0;
    virtual void contacts_off(base::Tick at) = 0;
    [[nodiscard]] virtual ApduPort& contacts() noexcept = 0;

    /// The historical bytes of a boot loader that would answer a reset now in place of a card OS;
    /// empty: a card OS would.
    [[nodiscard]] virtual base::Bytes loader_bytes() { return {}; }
};

}  // namespace port
