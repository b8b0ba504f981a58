/// \file stage.hpp
/// One chip with both of its interfaces on a level: contacts (T=1), the air (ISO-DEP), and a gate
/// that uses the same air as a MIFARE Classic reader.
///
/// Example:
///     flows::Stage stage{{.level = flows::Level::Rtl}, {}};
///     const auto answer = stage.exchange(flows::Via::Contacts, {0x00, 0xA4, 0x04, 0x00, aid,
///     256}); stage.gate().open(4, key);
#pragma once

#include <memory>
#include <stdexcept>

#include "apdu/command.hpp"
#include "cardos/make_chip.hpp"
#include "flows/gate.hpp"
#include "flows/interfaces.hpp"
#include "flows/log.hpp"
#include "flows/stage_watch.hpp"
#include "flows/world.hpp"
#include "reader/policy.hpp"

namespace flows {

/// A chip with ISO-DEP and MIFARE Classic on the air: UID 9C 59 9B 32, SAK 28, ATS 0A 78 77 91 02
/// 80 73 C8 21 10.
[[nodiscard]] port::CardProfile dual_profile();
/// The same chip as a card of type B: PUPI 9C 59 9B 32, AFI 00, all rates; no gate hears it.
[[nodiscard]] port::CardProfile type_b_profile();

/// What may be other than it is, to see what it costs.
struct Knobs {
    double aes_clock = 1;       ///< of the AES engine, as a multiple of the carrier
    Tick write_ticks = 27'136;  ///< of one programming of the memory: multiple of 128, 128..131072
    Tick host_latency = 0;      ///< ticks that the reader's host takes before each command

    friend bool operator==(const Knobs&, const Knobs&) = default;
};

struct StageOptions {
    Level level = Level::Tlm;
    port::CardProfile profile = dual_profile();
    port::AirProfile air{};
    reader::Policy policy{};
    std::string fst{};  ///< waveform of the RTL level; empty: none
    Knobs knobs{};      ///< clock and memory count for a chip made here
    /// Sees the stage come and go and all that happens on it; outlives it. Not with level both.
    StageWatch* watch = nullptr;
};

/// The card gave no answer at all: it was torn out, lost power or broke the protocol.
class CardLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One thread. Interfaces take turns, and time goes on for both: what is done over one is later
/// than what was done over the other. Power of an interface stays until its power_off(). On both
/// levels the contacts of the RTL's chip and of the model's get the same, and must answer the same,
/// at the same ticks.
class Stage {
public:
    /// A fresh chip, with the AES engine of the level unless `chip` has one.
    Stage(const StageOptions& options, cardos::ChipOptions chip);
    /// `chip` outlives it.
    Stage(const StageOptions& options, port::ChipPort& chip);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// The card at an interface, Contacts or Air; what goes through is logged.
    [[nodiscard]] hostlink::SmartCard& card(Via via);
    /// One command over Contacts or Air; the card is powered first when it is not. Throws CardLost.
    apdu::Response exchange(Via via, const apdu::Command& command);
    /// Throws std::logic_error when the card is of type B, which no gate hears.
    [[nodiscard]] Gate& gate();

    /// The present of both interfaces, and how to let it pass.
    [[nodiscard]] Tick now() const;
    void wait_until(Tick at);

    /// The power of an interface, Contacts or Air, goes away at tick `at`, whatever is under way:
    /// what would be answered later is lost. It is back with power_on() or the next exchange().
    void cut(Via via, Tick at);

    [[nodiscard]] Log& log() noexcept { return log_; }
    /// Throws std::bad_cast when the card is no cardos::Chip.
    [[nodiscard]] cardos::Chip& chip();
    [[nodiscard]] Level level() const noexcept { return level_; }
    [[nodiscard]] port::World& world() noexcept { return *world_; }

    /// At the end. Throws std::runtime_error when the levels differ or an assertion of the RTL has
    /// failed.
    void finish();

private:
    struct Made;
    Stage(const StageOptions& options, Made made);

    [[nodiscard]] Interface& interface(Via via);

    Level level_;
    port::Technology technology_;
    StageWatch* watch_;
    std::unique_ptr<cardos::Chip> owned_;
    std::unique_ptr<port::ChipPort> watched_;
    port::ChipPort* chip_;
    const port::CryptoPort* engine_;  ///< of a chip made here
    Log log_{};
    std::unique_ptr<port::World> world_;  ///< goes before the chip it uses
    reader::Reader reader_;
    AirInterface air_;
    ContactInterface contacts_;
    Gate gate_;
};

}  // namespace flows
