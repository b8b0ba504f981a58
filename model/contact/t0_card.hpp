/// \file t0_card.hpp
/// T=0 at the card: headers, procedure bytes, and whole APDUs behind them
/// (ISO/IEC 7816-3:2006, 10 and 12.2).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "contact/atr.hpp"
#include "contact/speaker.hpp"
#include "port/apdu_port.hpp"

namespace contact {

using Header = std::array<std::uint8_t, 5>;  ///< CLA INS P1 P2 P3

/// Whether the data of a command go from card to reader. T=0 has no other way to know
/// (docs/choices.md, Contacts).
[[nodiscard]] bool is_outgoing(const Header& header);

class T0Card {
public:
    using Outgoing = std::function<bool(const Header&)>;

    /// `speaker` runs at `rate` already.
    T0Card(const Parameters& parameters, Rate rate, Clock clock, Outgoing outgoing,
           port::ApduPort& os, Speaker& speaker);

    /// A character with right parity.
    void hear(std::uint8_t byte, Cycle start);

private:
    /// An answer that waits to be fetched.
    struct Pending {
        base::Bytes data{};
        std::array<std::uint8_t, 2> status{};
        std::optional<Header>
            repeat{};  ///< 6Cxx was said: this header fetches it; else GET RESPONSE
    };

    [[nodiscard]] bool outgoing(const Header& header) const;
    void command();
    void envelope();
    void run(base::ByteView apdu, bool to_reader);
    void fetch(Cycle ready);
    void say_status(std::uint8_t sw1, std::uint8_t sw2, Cycle ready);

    Rate rate_;
    Clock clock_;
    Cycle null_interval_;
    Cycle work_wait_;
    Outgoing outgoing_;
    port::ApduPort* os_;
    Speaker* speaker_;

    base::Bytes heard_{};  ///< of the command under way
    Cycle last_ = 0;
    base::Bytes envelope_{};
    bool too_long_ = false;  ///< envelope_ would be longer than any APDU
    std::optional<Pending> pending_{};
};

}  // namespace contact
