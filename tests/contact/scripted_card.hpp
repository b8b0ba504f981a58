/// \file scripted_card.hpp
/// Rows about the reader: a card that says what a test wrote down.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "contact/application.hpp"
#include "contact/pins.hpp"
#include "contact/slot.hpp"

namespace contact_test {

using contact::Character;
using contact::Cycle;
using contact::Pin;
using contact::Rate;
using contact::Slot;
using contact::Status;

/// Bytes of the card, `delay` cycles after the last start edge (0: 22 etu), 12 etu apart.
struct Say {
    std::string hex;
    Cycle delay = 0;
    bool damaged = false;  ///< the last byte has wrong parity
};

/// After `hear` further bytes of the reader the card says things.
struct Step {
    std::size_t hear = 0;
    std::vector<Say> says{};
    Rate rate{};  ///< of what is heard and said in this step
};

class ScriptedCard final : public contact::Pins {
public:
    explicit ScriptedCard(std::string_view atr, std::vector<Step> steps = {})
        : atr_{bytes(atr)}, steps_{steps.begin(), steps.end()} {}

    contact::Convention convention = contact::Convention::Direct;

    struct Level {
        Pin pin{};
        bool high = false;
        Cycle at = 0;
    };
    std::vector<Level> pins{};  ///< all that was driven
    std::vector<contact::ErrorSignal> refusals{};
    std::vector<Cycle> edges{};  ///< start edges of what was heard
    unsigned resets = 0;

    /// All bytes heard since the ATR, `|` after each step.
    [[nodiscard]] std::string heard() const { return heard_; }

    void drive(Pin pin, bool high, Cycle at) override {
        pins.push_back({pin, high, at});
        if (pin != Pin::Rst || !high) return;
        ++resets;
        queue_.clear();
        rate_ = {};
        last_edge_ = at;
        say({text(atr_), 1000});
    }
    std::optional<contact::ErrorSignal> hear(const Character& character) override {
        if (!steps_.empty()) rate_ = steps_.front().rate;
        edges.push_back(character.start);
        last_edge_ = character.start;
        const auto decoded = contact::decode(character, convention, rate_);
        if (!heard_.empty() && heard_.back() != '|') heard_ += ' ';
        heard_ += text(std::array{decoded.byte});
        ++count_;
        if (!steps_.empty() && count_ == steps_.front().hear) {
            const Step step = steps_.front();
            steps_.pop_front();
            count_ = 0;
            heard_ += '|';
            for (const auto& what : step.says) say(what);
        }
        return std::nullopt;
    }
    const Character* speak(Cycle until) override {
        if (queue_.empty() || queue_.front().start > until) return nullptr;
        spoken_ = queue_.front();
        queue_.pop_front();
        return &spoken_;
    }
    void refuse(const contact::ErrorSignal& signal) override { refusals.push_back(signal); }

private:
    void say(const Say& what) {
        Cycle start = last_edge_ + (what.delay == 0 ? rate_.etus(22) : what.delay);
        for (const auto byte : bytes(what.hex)) {
            queue_.push_back(contact::encode(byte, convention, rate_, start));
            last_edge_ = start;
            start += rate_.etus(12);
        }
        if (what.damaged) queue_.back().levels ^= 1U;
    }

    Bytes atr_;
    std::deque<Step> steps_;
    Rate rate_{};
    std::size_t count_ = 0;
    Cycle last_edge_ = 0;
    std::deque<Character> queue_{};
    Character spoken_{};
    std::string heard_{};
};

/// What the last four changes of the pins were. Example: "RST L, CLK L, I/O L, VCC off"
[[nodiscard]] inline std::string last_pins(const ScriptedCard& card) {
    std::string result;
    const std::size_t first = card.pins.size() < 4 ? 0 : card.pins.size() - 4;
    for (std::size_t i = first; i < card.pins.size(); ++i) {
        if (!result.empty()) result += ", ";
        const auto& [pin, high, at] = card.pins[i];
        switch (pin) {
            case Pin::Vcc:
                result += high ? "VCC on" : "VCC off";
                break;
            case Pin::Clk:
                result += high ? "CLK on" : "CLK L";
                break;
            case Pin::Rst:
                result += high ? "RST H" : "RST L";
                break;
            case Pin::Io:
                result += high ? "I/O Z" : "I/O L";
                break;
        }
    }
    return result;
}

inline constexpr std::string_view Deactivated = "RST L, CLK L, I/O L, VCC off";

/// Cards the sheet has worked out.
inline constexpr std::string_view BothAtr = "3B D4 95 00 80 31 FE 45 43 53 4D 31 27";
inline constexpr std::string_view BlockAtr = "3B 94 95 81 31 FE 45 53 49 4D 31 6C";

}  // namespace contact_test
