/// \file money_faults.hpp
/// What goes wrong between the parties of a money laboratory: a message is lost, doubled or late,
/// or one of its two parties dies.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lab {

enum class MoneyFault : std::uint8_t {
    None,
    LoseRequest,
    LoseAnswer,
    Double,          ///< the server gets it twice in a row
    Late,            ///< the client gives up; the server gets it some messages later
    DoubleLate,      ///< the server gets it now, and once more some messages later
    ServerDies,      ///< before it does anything, and stays away for some messages
    ServerDiesDone,  ///< when it has done all, before it answers
    ClientDies,      ///< before it sends
    ClientDiesDone,  ///< when the server has done it, before the client hears of it
};
inline constexpr unsigned MoneyFaults = 10;

[[nodiscard]] std::string to_string(MoneyFault fault);

/// A party is dead from here on: no code of its own runs any more. Not an std::exception, so that
/// nobody's clean-up catches it.
struct PartyDied {};

/// Counts the messages of all hops, and does something to one of them.
class MoneyFaultPlan {
public:
    struct Message {
        std::function<nlohmann::json()> deliver;  ///< throws as services::Line does
        std::function<void()> kill_server;
    };

    /// The `in`th message from now on, from 1; what is late, or dead, comes back `later` messages
    /// after it. What is under way from before still arrives. None: nothing more.
    void expect(MoneyFault fault, unsigned in = 1, unsigned later = 2);

    /// One message.
    nlohmann::json pass(const Message& message);
    /// All that is still under way arrives.
    void arrive();

    /// Whether what was expected has come.
    [[nodiscard]] bool happened() const noexcept { return happened_; }
    /// Called when it is time for the dead to be back.
    std::function<void()> revive{};

private:
    struct Underway {
        unsigned due = 0;
        std::function<nlohmann::json()> deliver{};  ///< none: the dead come back
    };

    nlohmann::json fail(const Message& message);
    void arrive_until(unsigned due);

    MoneyFault fault_ = MoneyFault::None;
    unsigned at_ = 0;
    unsigned later_ = 0;
    unsigned messages_ = 0;
    unsigned depth_ = 0;  ///< of messages that are sent because of others
    bool happened_ = false;
    std::vector<Underway> underway_{};
};

}  // namespace lab
