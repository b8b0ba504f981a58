/// \file card.hpp
/// A card behind its contacts: power, reset, answer to reset, PPS, and the protocol agreed on.
#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "contact/atr.hpp"
#include "contact/pins.hpp"
#include "contact/pps.hpp"
#include "contact/speaker.hpp"
#include "contact/t0_card.hpp"
#include "contact/t1_card.hpp"
#include "port/apdu_port.hpp"

namespace contact {

/// T=0 and T=1, IFSC 254, BWI 4, CWI 5, TA1 95: 3B D4 95 00 80 31 FE 45 43 53 4D 31 27.
[[nodiscard]] Atr default_atr();

struct Profile {
    Atr atr = default_atr();
    /// Asked at each reset for the answer to it, which may change with what the card has become;
    /// empty: always `atr`.
    std::function<Atr()> atr_now{};
    Clock clock{3'571'200};
    T0Card::Outgoing outgoing = is_outgoing;
    /// The supply came or went at a tick; may be empty.
    std::function<void(bool on, base::Tick at)> power{};
};

class Card : public Pins {
public:
    /// std::invalid_argument when `profile.atr` has no valid form or names neither T=0 nor T=1; so
    /// does a reset for what `atr_now` says.
    Card(Profile profile, port::ApduPort& os);
    Card(const Card&) = delete;
    Card& operator=(const Card&) = delete;

    void drive(Pin pin, bool high, Cycle at) override;
    std::optional<ErrorSignal> hear(const Character& character) override;
    const Character* speak(Cycle until) override;
    void refuse(const ErrorSignal& signal) override;

private:
    /// What a card waits for when no protocol runs.
    enum class State : std::uint8_t {
        Mute,         ///< no power, in reset, or given up: the next reset
        Negotiating,  ///< PPS, or the first character of a command
        Running       ///< whatever the protocol says
    };

    void set_answer(const Atr& atr);
    void supply(bool on, Cycle at);
    void reset(bool high, Cycle at);
    void negotiate(std::uint8_t byte, Cycle start);
    void answer_pps(Cycle start);
    void begin(std::uint8_t protocol, Rate rate);
    void pass(Decoded character, Cycle start);
    void advance(Cycle until);

    Profile profile_;
    base::Bytes atr_;
    Parameters parameters_;
    port::ApduPort* os_;
    Speaker speaker_{};

    State state_ = State::Mute;
    bool supplied_ = false;
    bool clocked_ = false;
    std::optional<Cycle> reset_since_{};
    Rate rate_{};
    base::Bytes pps_{};            ///< of the request under way
    std::optional<Pps> agreed_{};  ///< in force once the response is out
    std::variant<std::monostate, T0Card, T1Card> protocol_{};
    std::optional<Cycle> heard_{};  ///< start of the last character
};

}  // namespace contact
