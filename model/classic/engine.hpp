/// \file engine.hpp
/// Command engine of MIFARE Classic in ACTIVE (mifare-classic.md, 2 and 3; docs/choices.md).
/// Twin of rtl/classic.
#pragma once

#include <array>
#include <optional>

#include "base/bytes.hpp"
#include "classic/access.hpp"
#include "classic/value.hpp"
#include "crypto1/cipher.hpp"
#include "crypto1/nonce.hpp"
#include "frame/bits.hpp"
#include "frame/outcome.hpp"
#include "port/world.hpp"

namespace classic {

using frame::Order;
using frame::Outcome;

class Engine {
public:
    Engine(const port::CardProfile& profile, port::StorePort& store, crypto1::NonceSource& nonces);

    /// The card is selected; `uid` is what the cipher takes in.
    void select(const std::array<std::uint8_t, 4>& uid) noexcept;
    /// Forgets session and transfer buffer.
    void reset() noexcept;

    /// AUTH was accepted: all frames are the session's.
    [[nodiscard]] bool in_session() const noexcept { return phase_ != Phase::Plain; }

    /// A frame of the air. `now`: tick at which the store is read; `nonce_step`: generator step at
    /// which a nonce would be drawn.
    Outcome frame(base::BitView bits, base::Tick now, std::uint64_t nonce_step);
    /// The order was carried out, or the cell is worn out.
    Outcome programmed(bool ok);

    [[nodiscard]] const base::Bits& reply() const noexcept { return reply_; }
    [[nodiscard]] const Order& order() const noexcept { return order_; }

private:
    enum class Phase : std::uint8_t {
        Plain,  ///< selected, nothing authenticated
        Proof,  ///< nt sent, waits for {nr}{ar}
        Open    ///< authenticated, everything encrypted
    };

    Outcome plain_frame(base::BitView bits);
    Outcome proof_frame(base::BitView bits);
    Outcome open_frame(base::BitView bits);
    Outcome open_command(std::uint8_t code, std::uint8_t parameter);
    Outcome second_part(const frame::Standard& read);

    Outcome authenticate(std::uint8_t code, std::uint8_t block);
    Outcome read_block(std::uint8_t block);
    Outcome write_first(std::uint8_t block);
    Outcome write_second(const port::Block& data);
    Outcome value_first(std::uint8_t code, std::uint8_t block);
    Outcome value_second(std::uint8_t code, const frame::Standard& read);
    Outcome transfer(std::uint8_t block);
    Outcome personalize(std::uint8_t usage);

    [[nodiscard]] frame::Standard decrypt(base::BitView bits);
    void send_byte(std::uint8_t plain);
    void send_nibble(std::uint8_t plain);
    Outcome ack(unsigned fdt_index);
    Outcome nak_operation();     ///< NAK 4, or 0 with a valid transfer buffer
    Outcome nak_transmission();  ///< NAK 5, or 1
    Outcome nak(std::uint8_t code);

    [[nodiscard]] bool in_sector(std::uint8_t block) const noexcept;
    [[nodiscard]] Access access(std::uint8_t block);
    [[nodiscard]] bool data_allowed(std::uint8_t block, Operation operation);

    port::StorePort& store_;
    crypto1::NonceSource& nonces_;
    port::CardKind kind_;
    bool nak_silent_;
    bool seven_bytes_;

    std::array<std::uint8_t, 4> uid_{};
    Phase phase_ = Phase::Plain;
    crypto1::Cipher cipher_{};
    crypto1::Nonce nt_ = 0;
    unsigned sector_ = 0;
    KeySlot key_ = KeySlot::A;

    std::uint8_t pending_ = 0;  ///< code whose second part is awaited; 0: none
    std::uint8_t pending_block_ = 0;
    Value source_{};                   ///< read at the first part
    std::optional<Value> transfer_{};  ///< the transfer buffer, when valid
    bool order_is_transfer_ = false;
    Order order_{};

    base::Tick now_ = 0;
    std::uint64_t nonce_step_ = 0;
    base::Bits reply_{};
};

}  // namespace classic
