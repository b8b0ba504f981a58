/// \file session.hpp
/// The secure channel of one logical channel of one interface, and what management commands that
/// belong together leave behind between them.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "apdu/command.hpp"
#include "domain/registry.hpp"
#include "domain/scp02.hpp"
#include "domain/scp03.hpp"
#include "domain/scp10.hpp"
#include "domain/scp10_opening.hpp"

namespace domain {

/// A load under way: INSTALL [for load] was accepted, LOAD follows.
struct Load {
    Aid load_file{};
    Slot domain = NoSlot;  ///< who will own it
    base::Bytes hash{};
    bool delegated = false;  ///< a receipt is due
    bool combined = false;   ///< INSTALL [for install and make selectable] belongs to it
    bool loaded = false;     ///< and is due
    std::uint8_t next_block = 0;
    base::Bytes bytes{};
};

/// STORE DATA under way, or announced by INSTALL [for personalization].
struct Store {
    Slot target = NoSlot;
    std::uint8_t next_block = 0;
    std::uint8_t format = 0;  ///< b7..b4 of P1 of the first block
    base::Bytes bytes{};
};

/// Where GET STATUS goes on.
struct Listing {
    std::uint8_t p1 = 0;
    base::Bytes data{};
    std::size_t next = 0;  ///< entry of those that fit
};

/// What lies behind a Session; for this room only.
struct SessionState {
    std::variant<std::monostate, Scp02, Scp03, Scp10> protocol{};
    std::optional<Scp10Opening> opening{};
    Slot domain = NoSlot;  ///< whose channel it is
    Slot keys = NoSlot;    ///< whose keys opened it: its own or an ancestor's
    std::uint8_t key_version = 0;
    bool open = false;         ///< EXTERNAL AUTHENTICATE was right
    bool broken = false;       ///< a MAC was wrong or missing: refuse until it begins anew
    bool last_answer = false;  ///< the channel ends behind the answer under way

    std::optional<Load> load{};
    std::optional<Store> store{};
    std::optional<Slot> personalise{};
    std::optional<apdu::Command> chain{};  ///< parts so far, header of the first
    std::optional<Listing> listing{};

    /// Bits of EXTERNAL AUTHENTICATE, R-MAC session counted.
    [[nodiscard]] std::uint8_t level() const noexcept;
    /// After a wrong or missing MAC: the channel is gone, and commands that need one fail.
    void break_off() noexcept;
};

/// Kept by who keeps the logical channels: one for each channel of each interface. A copy goes on
/// by itself.
class Session {
public:
    /// SELECT (one that fails too), reset, end of the logical channel: everything is forgotten.
    void close() noexcept { state_ = SessionState{}; }

    /// As of tag D3: 80 and the bits of EXTERNAL AUTHENTICATE; 00 without a channel.
    [[nodiscard]] std::uint8_t level() const noexcept;
    [[nodiscard]] bool authenticated() const noexcept { return state_.open; }

private:
    friend class Open;

    SessionState state_{};
};

}  // namespace domain
