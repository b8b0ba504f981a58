/// \file pn532.hpp
/// A PN532: the host's commands in, its answers out, a reader below it. No host link, no clock, no
/// thread.
///
/// Example: Pn532{reader}.execute(Bytes{0x02}) == to_frame(Bytes{0x03, 0x32, 0x01, 0x06, 0x07})
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "link/ciu_registers.hpp"
#include "reader/iso_dep.hpp"
#include "reader/reader.hpp"

namespace hostlink {

/// What a running command asks of whoever runs it. Neither has an influence on simulated time.
struct Hooks {
    /// Whether the host gave the command up.
    std::function<bool()> cancelled = [] { return false; };
    /// Called between two polls of the field, which on a real chip would take this long.
    std::function<void(std::chrono::milliseconds)> pause = [](std::chrono::milliseconds) {};
};

class Pn532 {
public:
    explicit Pn532(reader::Reader& reader, Hooks hooks = {});

    /// Other hooks from the next command on.
    void use(Hooks hooks) { hooks_ = std::move(hooks); }

    /// Runs `command` (PD0..PDn, at least one byte). The frame for the host; nothing when the host
    /// gave the command up.
    [[nodiscard]] std::optional<base::Bytes> execute(base::ByteView command);

private:
    /// What follows the response code; nothing for a syntax error.
    using Reply = std::optional<base::Bytes>;

    struct Target {
        reader::Card card{};
        base::Bytes attrib_answer{};              ///< type B
        std::optional<reader::IsoDep> channel{};  ///< of a card that speaks ISO-DEP
        bool active = false;                      ///< selected last, and not deselected since
    };

    Reply dispatch(std::uint8_t code, base::ByteView data);

    // The chip itself (pn532_chip.cpp)
    Reply diagnose(base::ByteView data);
    Reply general_status();
    Reply read_registers(base::ByteView data);
    Reply write_registers(base::ByteView data);
    Reply rf_configuration(base::ByteView data);
    Reply power_down();
    Reply wait_for_initiator();
    void send_timed();
    void field(bool on);

    // Finding and leaving targets (pn532_target.cpp)
    Reply list_passive_target(base::ByteView data);
    Reply auto_poll(base::ByteView data);
    Reply deselect(base::ByteView data, bool forget);
    Reply select(base::ByteView data);
    Reply parameter_selection(base::ByteView data);
    /// A target of which nothing is known but, perhaps, its UID.
    std::optional<Target> find(base::ByteView uid, unsigned tries);
    std::optional<Target> find_b(std::uint8_t afi, unsigned tries);
    std::optional<Target> find_again(const reader::Card& card);
    /// Tries until `look` finds a card that can be opened.
    std::optional<Target> look_for(unsigned tries, const std::function<reader::Selected()>& look);
    bool open(Target& target);
    std::uint8_t make_active(unsigned index);
    void leave(Target& target);
    void forget_targets();
    static base::Bytes describe(unsigned number, const Target& target);

    // Exchanges with a target (pn532_exchange.cpp)
    Reply data_exchange(base::ByteView data);
    Reply communicate_thru(base::ByteView data);
    base::Bytes classic_exchange(base::ByteView data);
    base::Bytes channel_exchange(reader::IsoDep& channel, base::ByteView data, bool more);
    base::Bytes next_piece();
    base::Bytes authenticate(base::ByteView data);

    reader::Reader& reader_;
    Hooks hooks_;
    CiuRegisters ciu_{};
    std::array<std::optional<Target>, 2> targets_{};
    std::uint8_t parameters_ = 0x14;       ///< SetParameters
    std::uint8_t passive_retries_ = 0xFF;  ///< FF: for ever
    base::Tick timeout_;                   ///< of exchanges with a target
    std::uint8_t last_error_ = 0;
    base::Bytes outgoing_{};  ///< pieces of an APDU that the host has not finished
    base::Bytes incoming_{};  ///< what the host has not fetched yet
};

/// The status byte for `status`.
[[nodiscard]] std::uint8_t status_byte(reader::Status status) noexcept;

}  // namespace hostlink
