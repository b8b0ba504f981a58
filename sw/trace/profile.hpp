/// \file profile.hpp
/// Where the ticks of a run went: every tick has one phase, and who waited for whom in it.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "port/work_observer.hpp"
#include "trace/recorder.hpp"

namespace trace {

using base::Tick;

/// What a tick was spent on.
enum class Phase : std::uint8_t {
    Off,            ///< no carrier, and nothing at the contacts
    Field,          ///< carrier on, before the first frame
    Anticollision,  ///< frames of ISO/IEC 14443-3: REQA to SAK, REQB, HLTA
    Activation,  ///< frames of 14443-4 that carry no command: RATS, PPS, ATTRIB, DESELECT, R-blocks
    Authentication,  ///< frames of an authentication: AUTH, nonces, passwords
    Command,         ///< all other frames, both ways
    Wtx,             ///< S(WTX) both ways, and the reader's pause between them
    TurnAround,      ///< frame delay of the card; guard time of the reader
    NvmWrite,        ///< the card programs its memory
    Crypto,          ///< the card's AES engine or the reader's, cryptography in software
    CardOs,          ///< what else the card OS takes
    Silence,         ///< the reader waits for an answer that does not come
    Line,            ///< what is no air: contacts, Bluetooth, a card's reset, the reader's display
    Host             ///< the reader's host has not said what comes next
};
inline constexpr std::size_t PhaseCount = 14;
/// Example: "turn-around"
[[nodiscard]] std::string_view to_string(Phase phase) noexcept;
/// In words, for a page.
[[nodiscard]] std::string_view meaning(Phase phase) noexcept;

enum class Party : std::uint8_t { Nobody, Reader, Card, Nvm, Aes, Software, Line, Host };
/// Example: "NVM"
[[nodiscard]] std::string_view to_string(Party party) noexcept;

/// A piece of work inside the card.
struct Work {
    port::CardUnit unit = port::CardUnit::Os;
    Tick begin = 0;
    Tick end = 0;
};

/// What the host asked for: an APDU, or a command of a gate.
struct Call {
    std::string via{};  ///< "air", "gate"; others are lines of their own, a display as well
    std::string command{};
    std::string answer{};
    Tick begin = 0;
    Tick end = 0;
};

/// A step of a flow.
struct Stretch {
    std::string name{};
    Tick begin = 0;
    Tick end = 0;
};

/// A value from tick `tick` on.
struct Change {
    Tick tick = 0;
    unsigned value = 0;
    friend bool operator==(const Change&, const Change&) = default;
};

/// How much a unit of the RTL did: bits that changed, summed up over `period` ticks each.
struct Activity {
    std::string unit{};  ///< Example: "picc.u_top_listen"
    std::uint64_t toggles = 0;
    std::uint64_t bits = 0;  ///< of its signals, those of the units inside it included
    Tick period = 0;
    std::vector<std::uint64_t> over_time{};
};

/// A module of a reader whose clock can stand still.
struct Module {
    std::string name{};  ///< Example: "secure"
    Tick ticks = 0;      ///< in which it had a clock, as the reader counts them
    std::optional<std::uint64_t>
        toggles{};              ///< of its bits, clock included; where they are counted
    std::vector<Stretch> on{};  ///< when, named as the module
};

/// What was seen of one world, in the order in which it was told.
struct Record {
    std::string name{};  ///< where a run has several; may be empty
    Tick begin = 0;
    Tick end = 0;
    std::vector<Event> events{};
    std::vector<Work> works{};
    std::vector<Stretch> reader_works{};  ///< of the reader's own AES engine
    std::vector<Module> modules{};        ///< of the reader, where it has any
    std::vector<Call> calls{};
    std::vector<Stretch> steps{};
    std::vector<Change> level{};       ///< carrier at the card, percent
    std::vector<Change> load{};        ///< 1: the card modulates
    std::vector<Activity> activity{};  ///< level RTL, where it was asked for
};

/// What to call one of a run's records. Example: "stage 2"
[[nodiscard]] std::string stage_name(const std::vector<Record>& records, std::size_t index);

struct Segment {
    Tick begin = 0;
    Tick end = 0;
    Phase phase = Phase::Off;
    Party waits = Party::Nobody;
    Party waits_for = Party::Nobody;

    [[nodiscard]] Tick ticks() const noexcept { return end - begin; }
    friend bool operator==(const Segment&, const Segment&) = default;
};

/// A frame as a person reads it.
struct NamedFrame {
    port::AirFrame frame{};
    std::string name{};  ///< Example: "ANTICOLL"; never data
    Phase phase = Phase::Command;
};

/// What a reader did in a run, to be held against a data sheet: activation, authentication, a READ,
/// a whole transaction.
struct Transaction {
    std::string name{};
    Tick begin = 0;
    Tick end = 0;
};

struct Profile {
    Tick begin = 0;
    Tick end = 0;
    std::vector<Segment> segments{};  ///< without gaps from `begin` to `end`, none empty
    std::vector<NamedFrame> frames{};
    std::vector<Transaction> transactions{};

    [[nodiscard]] Tick total() const noexcept { return end - begin; }
    [[nodiscard]] std::array<Tick, PhaseCount> by_phase() const;
    /// Of the ticks from `from` up to `to` only.
    [[nodiscard]] std::array<Tick, PhaseCount> by_phase(Tick from, Tick to) const;
    using Waiting = std::pair<Party, Party>;  ///< who, for whom
    [[nodiscard]] std::map<Waiting, Tick> by_waiting() const;
};

/// Example: profile_of(record).by_phase()[static_cast<std::size_t>(Phase::NvmWrite)]
[[nodiscard]] Profile profile_of(const Record& record);

}  // namespace trace
