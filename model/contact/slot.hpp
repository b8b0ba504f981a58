/// \file slot.hpp
/// A contact reader with one card in it: activation, answer to reset, protocol, APDUs,
/// deactivation.
///
/// Example:
///     contact::Card card{{}, os};
///     contact::Slot slot{card, {}};
///     const auto atr = slot.power_on(0);
///     const auto response = slot.transmit(apdu);
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/tick.hpp"
#include "contact/atr.hpp"
#include "contact/line.hpp"
#include "contact/reader_io.hpp"
#include "contact/status.hpp"
#include "contact/t0_reader.hpp"
#include "contact/t1_reader.hpp"

namespace contact {

struct SlotOptions {
    Clock clock{3'571'200};
    std::optional<std::uint8_t> protocol{};  ///< nothing: the first the card offers
    std::optional<std::uint8_t> pps1{};      ///< F and D to ask for; nothing: what TA1 says
    bool pps = true;                         ///< false: no PPS unless the protocol needs one
    std::uint8_t ifsd = LongestIfs;
};

class Slot {
public:
    Slot(Pins& card, const SlotOptions& options) noexcept;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    /// Activates the card, not before `at`, and agrees on a protocol. The answer to reset; empty
    /// when it failed: then the card is deactivated and status() says why.
    base::Bytes power_on(base::Tick at);
    /// Resets the card without taking its power away. As power_on.
    base::Bytes warm_reset();
    /// Deactivates in the order of the standard.
    void power_off();

    /// One APDU. The response, empty when it failed: status() says why. After CardReset and
    /// Resynchronised the card is ready for the next one, after others it is deactivated.
    base::Bytes transmit(base::ByteView apdu);

    [[nodiscard]] Status status() const noexcept { return status_; }
    [[nodiscard]] bool powered() const noexcept { return powered_; }
    /// The protocol in use; nothing unless powered.
    [[nodiscard]] std::optional<std::uint8_t> protocol() const noexcept;
    /// The etu in use.
    [[nodiscard]] Rate rate() const noexcept { return io_.settings().rate; }

    /// The present, and how to let it pass.
    [[nodiscard]] base::Tick now() const noexcept { return options_.clock.tick(line_.now()); }
    void wait_until(base::Tick at) noexcept { line_.wait_until(options_.clock.cycle(at)); }
    [[nodiscard]] Line& line() noexcept { return line_; }

private:
    base::Bytes answer_to_reset();
    Status read_atr(base::Bytes& atr);
    Status agree(const Parameters& card);
    Status select(const Parameters& card, std::uint8_t protocol);
    void start(const Parameters& card, std::uint8_t protocol, Rate rate);
    void fail(Status status);

    SlotOptions options_;
    Line line_;
    ReaderIo io_;
    Status status_ = Status::NotPowered;
    bool powered_ = false;
    Cycle atr_begin_ = 0;  ///< start edge of T0
    std::variant<std::monostate, T0Reader, T1Reader> protocol_{};
};

}  // namespace contact
