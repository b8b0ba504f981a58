/// \file mailbox_driver.hpp
/// The software behind a card's mailbox: takes the pieces of commands to an ApduPort and its
/// answers back.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.hpp"
#include "base/tick.hpp"
#include "port/apdu_port.hpp"

namespace driver {

/// The ATS, or the ATQB, as the block engine needs it (ISO/IEC 14443-4, 5.2; 14443-3, 7.9).
struct AtsLimits {
    unsigned fsci = 2;
    unsigned fwi = 4;
    bool cid = true;
    bool nad = false;
    std::uint8_t rates = 0;  ///< TA(1)

    /// Errors: std::invalid_argument when `ats` is not 1 to 20 bytes, not as long as it says, has
    /// T0 b8 set, lacks an interface byte it announces, or has FWI 15. Example: from({6, 0x75,
    /// 0x77, 0x81, 2, 0x80}) is FSCI 5, FWI 8, CID, no NAD
    static AtsLimits from(base::ByteView ats);
    /// From application data and protocol info of an ATQB, 7 bytes, else std::invalid_argument, as
    /// with FWI 15.
    static AtsLimits from_atqb(base::ByteView atqb);
};

/// How the driver reaches the mailbox, and its time: a simulation, or a board behind SPI. Accesses
/// happen one after the other in the order of the calls; whoever is told something may be told
/// before the call returns.
class MailboxBus {
public:
    virtual ~MailboxBus() = default;

    virtual void write(std::uint8_t address, std::uint8_t value) = 0;
    virtual void read(std::uint8_t address, std::function<void(std::uint8_t)> done) = 0;
    /// Calls `action` at tick `at`, or at once when that has passed.
    virtual void at(base::Tick at, std::function<void()> action) = 0;
};

/// One mailbox. Ticks are those of docs/choices.md, ISO-DEP at the card.
class MailboxDriver {
public:
    MailboxDriver(MailboxBus& bus, port::ApduPort& os) : bus_{bus}, os_{os} {}

    /// What the card is; before the field is there. Errors: as AtsLimits::from.
    /// `strict`: before RATS a frame that is neither RATS nor HLTA ends the selection.
    void configure(base::ByteView ats, bool strict = false);
    /// The same for a card of type B. Errors: as AtsLimits::from_atqb.
    void configure_type_b(base::ByteView atqb);
    /// The mailbox asked for attention at tick `told`.
    void interrupt(base::Tick told);
    /// Forgets what is under way: the card has lost power.
    void power_lost() { ++session_; }

private:
    void set(const AtsLimits& limits, bool strict);
    void handle(std::uint8_t events, base::Tick told);
    void take_piece(base::ByteView block, base::Tick told);
    void send_piece(bool with_cid, base::Tick start);
    void later(base::Tick at, std::function<void()> action);

    MailboxBus& bus_;
    port::ApduPort& os_;
    unsigned session_ = 0;       ///< what was begun in another one is void
    unsigned reader_limit_ = 0;  ///< FSD
    base::Bytes answer_{};       ///< what is left of it
    bool in_chain_ = false;      ///< of the command: other pieces follow
    bool has_nad_ = false;       ///< of the command, and so of the first block of the answer
    std::uint8_t nad_ = 0;
};

}  // namespace driver
