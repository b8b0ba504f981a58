/// \file registry.hpp
/// Who is on the card: load files, applications and security domains, their states and who they
/// belong to (GlobalPlatform Card Specification, 5 and 6.4).
#pragma once

#include <cstdint>
#include <vector>

#include "domain/aid.hpp"
#include "domain/ledger.hpp"
#include "domain/privileges.hpp"

namespace domain {

/// Life cycle bytes (GlobalPlatform Card Specification, 11.1.1).
struct State {
    static constexpr std::uint8_t OpReady = 0x01;
    static constexpr std::uint8_t Initialized = 0x07;
    static constexpr std::uint8_t Secured = 0x0F;
    static constexpr std::uint8_t CardLocked = 0x7F;
    static constexpr std::uint8_t Terminated = 0xFF;
    static constexpr std::uint8_t Loaded = 0x01;
    static constexpr std::uint8_t Installed = 0x03;
    static constexpr std::uint8_t Selectable = 0x07;
    static constexpr std::uint8_t Personalized = 0x0F;
    static constexpr std::uint8_t Locked = 0x80;  ///< this bit on top of the state before
};

/// Place of an entry, the same for its whole life; keys and data are kept under it.
using Slot = std::uint8_t;
inline constexpr Slot IssuerSlot = 0;
inline constexpr Slot NoSlot = 0xFF;

struct Entry {
    enum class Kind : std::uint8_t { LoadFile, Application, Domain };

    Slot slot = NoSlot;
    Kind kind = Kind::Application;
    Aid aid{};
    std::uint8_t state = 0;  ///< the issuer domain's is the card's
    Privileges privileges{};
    Slot domain = IssuerSlot;  ///< the security domain it is associated with; a root: itself
    Slot load_file = NoSlot;   ///< where its module comes from
    Aid module{};
    std::vector<Aid> modules{};  ///< load file: what can be made of it
    base::Bytes version{};       ///< load file: CE
    base::Bytes parameters{};    ///< the value of C9 it was installed with
    base::Bytes implicit{};      ///< CF: what it asks to be selected for

    [[nodiscard]] bool locked() const noexcept {
        return kind != Kind::LoadFile && slot != IssuerSlot && (state & State::Locked) != 0;
    }
    /// Whether SELECT may find it, the card's own state apart.
    [[nodiscard]] bool selectable() const noexcept {
        return kind != Kind::LoadFile && !locked() &&
               (slot == IssuerSlot || state >= State::Selectable);
    }

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// Kept in RAM as read from the memory; each change goes to the ledger as well. Entries stay in the
/// order in which they were made. Pointers hold until the next add, erase or reload.
class Registry {
public:
    explicit Registry(Ledger& ledger) : ledger_{ledger} {}

    /// What the memory holds: at power-up, and after changes that were dropped.
    void reload();

    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    [[nodiscard]] const Entry* find(const Aid& aid) const noexcept;
    [[nodiscard]] const Entry* at(Slot slot) const noexcept;
    [[nodiscard]] const Entry& issuer() const;
    /// Whether `ancestor` is `entry`'s domain, or that one's, and so on; a root is no ancestor of
    /// itself.
    [[nodiscard]] bool is_ancestor(Slot ancestor, const Entry& entry) const noexcept;

    /// A place that is free; NoSlot when there is none.
    [[nodiscard]] Slot free_slot() const noexcept;
    /// New, or in place of the one with the same slot.
    void put(const Entry& entry);
    void erase(Slot slot);

private:
    Ledger& ledger_;
    std::vector<Entry> entries_{};
    std::uint32_t next_order_ = 0;
    std::vector<std::uint32_t> orders_{};  ///< beside entries_: when each was made
};

}  // namespace domain
