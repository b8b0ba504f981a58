/// \file activation_b.hpp
/// State machine of a type B card up to ACTIVE (14443-3, 7.4 to 7.12; docs/choices.md, Type B).
/// Twin of rtl/anticol's type B.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/bytes.hpp"

namespace anticol {

/// What the card shows of itself.
struct IdentityB {
    std::array<std::uint8_t, 4> pupi{};
    std::uint8_t afi = 0;
    std::array<std::uint8_t, 7> atqb{};  ///< application data and protocol info
    bool cid = true;                     ///< takes CIDs other than 0
};

/// The last four bytes of an ATTRIB, as far as they count.
struct Attrib {
    std::uint8_t rates = 0;  ///< b4 b3 of the card, b2 b1 of the reader: 00 fc/128 to 11 fc/16
    unsigned size_code = 0;  ///< of the reader's frames
    std::uint8_t cid = 0;
};

enum class StateB : std::uint8_t {
    Idle,       ///< waits for REQB or WUPB
    Requested,  ///< waits for the marker of its slot
    Declared,   ///< has sent ATQB
    Active,     ///< has answered ATTRIB
    Halt        ///< waits for WUPB only
};

/// Messages in, without their CRC; answers out; ATTRIB and what follows is the caller's.
class ActivationB {
public:
    using Draw = std::function<std::uint32_t()>;

    explicit ActivationB(const IdentityB& identity) noexcept : identity_{identity} {}

    [[nodiscard]] StateB state() const noexcept { return state_; }

    /// Any message. True: `reply` is to be sent. `draw` gives a random number when the card has to
    /// choose a slot: once for each REQB or WUPB of several slots that it takes.
    bool message(base::ByteView message, const Draw& draw, base::Bytes& reply);
    /// The ATTRIB with which a reader could choose this card now.
    [[nodiscard]] std::optional<Attrib> attrib(base::ByteView message) const noexcept;

    void activate() noexcept { state_ = StateB::Active; }
    void halt() noexcept { state_ = StateB::Halt; }
    void reset() noexcept { state_ = StateB::Idle; }

private:
    bool request(std::uint8_t afi, std::uint8_t parameter, const Draw& draw, base::Bytes& reply);
    [[nodiscard]] bool matches(std::uint8_t afi) const noexcept;
    [[nodiscard]] bool names_me(base::ByteView message) const noexcept;
    /// The answer to the own slot.
    void declare(base::Bytes& reply);

    IdentityB identity_;
    StateB state_ = StateB::Idle;
    unsigned slot_ = 1;
};

}  // namespace anticol
