/// \file session.hpp
/// A user at the terminal with one card: view, unlock, change, undo (system A).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "terminal/card.hpp"
#include "terminal/link.hpp"
#include "terminal/preview.hpp"
#include "terminal/refusal.hpp"
#include "terminal/sector_view.hpp"

namespace terminal {

struct PinState {
    bool verified = false;
    bool there = true;
    unsigned tries = 0;  ///< left; 0: blocked. While verified: as of the last count
};

struct Done {};

/// What edits would do, and to which sector.
struct PlannedChange {
    SectorView sector{};
    Preview preview{};
};

/// One owner, one thread.
class Session {
public:
    /// Both outlive it.
    Session(Card& card, Log& log) : card_{card}, link_{card, log} {}

    [[nodiscard]] Identity identity() const { return card_.identity(); }
    [[nodiscard]] base::Tick now() const { return card_.now(); }

    [[nodiscard]] Result<PinState> pin_state();
    /// 1 to 12 bytes of text.
    [[nodiscard]] Result<Done> unlock(std::string_view pin);
    /// Sets a new PIN with the unblocking code.
    [[nodiscard]] Result<Done> unblock(std::string_view code, std::string_view new_pin);
    /// The card forgets that the PIN was verified.
    void lock();

    /// A1. What is shown is remembered: modify() changes only what was seen.
    [[nodiscard]] Result<SectorView> view(unsigned sector);
    /// What the edits would do to the sector as it is now.
    [[nodiscard]] Result<PlannedChange> preview(unsigned sector, const Edits& edits);
    /// A3 and A4: backup, buffer file, modify, and the sector read back.
    [[nodiscard]] Result<SectorView> modify(unsigned sector, const Edits& edits);
    /// The sector becomes what the card's backup says.
    [[nodiscard]] Result<SectorView> undo(unsigned sector);

    /// The sector as a gate reads it over the air; it leaves the field again.
    [[nodiscard]] GateReading gate(unsigned sector);

    /// Of the e-purse, in its smallest unit; nothing: the card has none.
    [[nodiscard]] std::optional<std::uint32_t> purse_balance();

private:
    [[nodiscard]] std::optional<Refusal> ensure_open();
    [[nodiscard]] std::optional<Refusal> check(const std::optional<apdu::Response>& answer);
    [[nodiscard]] Result<base::Bytes> read(unsigned sector);
    [[nodiscard]] Result<SectorView> described(unsigned sector, const base::Bytes& content);
    [[nodiscard]] std::optional<std::uint16_t> application_of(unsigned sector);
    [[nodiscard]] base::Bytes ndef_behind(unsigned sector);
    [[nodiscard]] std::optional<Refusal> write(unsigned sector, const Preview& planned,
                                               const Edits& edits);

    Card& card_;
    Link link_;
    bool open_ = false;
    unsigned tries_ = 0;
    std::map<unsigned, SectorView> seen_{};
};

}  // namespace terminal
