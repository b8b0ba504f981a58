/// \file activation.hpp
/// State machine of a type A card up to ACTIVE (14443-3, 6.4 and 6.5). Twin of rtl/anticol.
#pragma once

#include "anticol/uid.hpp"
#include "base/bytes.hpp"

namespace anticol {

inline constexpr std::uint8_t CodeReqa = 0x26;
inline constexpr std::uint8_t CodeWupa = 0x52;
inline constexpr std::uint8_t SakCascade = 0x04;

/// What the card shows of itself while it is being activated.
struct Identity {
    Uid uid{};
    std::uint16_t atqa = 0x0004;  ///< low byte first on the air
    std::uint8_t sak = 0x08;      ///< of the last cascade level
};

enum class State : std::uint8_t {
    Idle,    ///< waits for REQA or WUPA
    Ready,   ///< being told apart from others
    Active,  ///< selected
    Halt     ///< waits for WUPA only
};

/// Star states are `woken`: what falls back goes to HALT, not to IDLE.
class Activation {
public:
    [[nodiscard]] State state() const noexcept { return state_; }
    /// Cascade level to be selected next, 1 to 3.
    [[nodiscard]] unsigned level() const noexcept { return level_; }

    /// Whether REQA or WUPA `bits` would start an activation now.
    [[nodiscard]] bool wakes(base::BitView bits) const noexcept;

    /// Answers ATQA: IDLE or HALT to READY. `identity` holds until the next time.
    void wake(const Identity& identity, base::Bits& reply);
    /// A frame in READY: true when `reply` is to be sent, else the state has fallen back.
    bool ready_frame(base::BitView bits, base::Bits& reply);

    /// Skips the cascade levels that are left.
    void activate() noexcept { state_ = State::Active; }
    void fall_back() noexcept { state_ = woken_ ? State::Halt : State::Idle; }
    void halt() noexcept { state_ = State::Halt; }
    void reset() noexcept;

private:
    bool anticollision(base::BitView bits, std::uint8_t nvb, base::Bits& reply) const;
    bool select(base::BitView bits, base::Bits& reply);

    Identity identity_{};
    State state_ = State::Idle;
    bool woken_ = false;
    unsigned level_ = 1;
    std::array<std::uint8_t, 5> part_{};
};

}  // namespace anticol
