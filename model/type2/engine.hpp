/// \file engine.hpp
/// Commands of type 2 memory in ACTIVE (docs/choices.md, Type 2 memory). Twin of rtl/type2.
#pragma once

#include <array>

#include "aes/software_engine.hpp"
#include "base/bytes.hpp"
#include "crypto1/nonce.hpp"
#include "frame/bits.hpp"
#include "frame/outcome.hpp"
#include "type2/memory.hpp"

namespace type2 {

using frame::Order;
using frame::Outcome;

inline constexpr std::size_t RandomBytes = 16;

class Engine {
public:
    /// `nonces`: where RndB comes from.
    Engine(port::CardKind kind, port::StorePort& store, crypto1::NonceSource& nonces);

    /// Forgets the authentication and what half a command has begun.
    void reset() noexcept;

    /// A frame of the air. `now`: tick at which the store is read.
    Outcome frame(base::BitView bits, base::Tick now);
    /// The order was carried out, or the cell is worn out.
    Outcome programmed(bool ok);

    [[nodiscard]] const base::Bits& reply() const noexcept { return reply_; }
    [[nodiscard]] const Order& order() const noexcept { return order_; }

private:
    using Random = std::array<std::uint8_t, RandomBytes>;

    /// What the frame to come has to be.
    enum class Phase : std::uint8_t { Command, WriteData, Proof };
    /// What follows when the order was carried out.
    enum class After : std::uint8_t { Ack, Pack, Refuse };

    Outcome command(base::ByteView data);
    Outcome read(unsigned page);
    Outcome fast_read(unsigned first, unsigned last);
    Outcome write(unsigned page, base::ByteView data);
    Outcome compatibility_write(unsigned page);
    Outcome version();
    Outcome check_password(base::ByteView password);
    Outcome count_tries(std::uint8_t tries, After after);
    Outcome challenge();
    Outcome proof(base::ByteView data);

    Outcome send(base::ByteView data, unsigned fdt_index);
    Outcome send_nibble(std::uint8_t code, Outcome::Then then);
    Outcome nak(std::uint8_t code);

    port::CardKind kind_;
    port::StorePort& store_;
    crypto1::NonceSource& nonces_;
    Memory memory_;
    aes::SoftwareEngine aes_{};

    Phase phase_ = Phase::Command;
    bool authenticated_ = false;
    unsigned page_ = 0;   ///< of the write whose data are awaited
    Random challenge_{};  ///< RndB
    After after_ = After::Ack;
    Order order_{};
    base::Tick now_ = 0;
    base::Bits reply_{};
};

}  // namespace type2
