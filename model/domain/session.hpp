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

namespace domain {

/// A load under way: INSTALL [for load] was accepted, LOAD follows.
struct Load {
    Aid load_file{};
    Slot domain = NoSlot;     ///< who will own it
    Slot requester = NoSlot;  ///< who asked
    base::Bytes hash{};
    bool confirm = false;  ///< a receipt is due
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

/// Parts of a command that come in several APDUs, before secure messaging is looked at.
struct Chain {
    apdu::Command command{};  ///< header of the first, data so far
};

/// Where GET STATUS goes on.
struct Listing {
    std::uint8_t p1 = 0;
    base::Bytes data{};
    std::size_t next = 0;  ///< entry of those that fit
};

/// Kept by who keeps the logical channels: one for each channel of each interface. A copy goes on
/// by itself.
class Session {
public:
    /// SELECT (one that fails too), reset, end of the logical channel: everything is forgotten.
    void close() noexcept { *this = Session{}; }

    /// As of tag D3: 80 and the bits of EXTERNAL AUTHENTICATE; 00 without a channel.
    [[nodiscard]] std::uint8_t level() const noexcept;
    [[nodiscard]] bool authenticated() const noexcept { return open_; }

private:
    friend class Channels;
    friend class Open;
    friend class Management;

    std::variant<std::monostate, Scp02, Scp03> protocol_{};
    Slot domain_ = NoSlot;  ///< whose channel it is
    Slot keys_ = NoSlot;    ///< whose keys opened it: its own or an ancestor's
    std::uint8_t key_version_ = 0;
    bool open_ = false;    ///< EXTERNAL AUTHENTICATE was right
    bool broken_ = false;  ///< a MAC was wrong or missing: refuse until it begins anew
    bool end_after_answer_ = false;

    std::optional<Load> load_{};
    std::optional<Store> store_{};
    std::optional<Slot> personalise_{};
    std::optional<Chain> chain_{};
    std::optional<Listing> listing_{};
};

}  // namespace domain
