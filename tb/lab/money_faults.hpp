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

/// Who asks whom; the first named is the client.
enum class MoneyHop : std::uint8_t {
    TerminalBusiness,
    BusinessOneCard,
    BusinessPayment,
    TerminalBank,
    TerminalMerchant,
};

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

/// One fault at one message of a run.
class MoneyPlan {
public:
    struct Wire {
        std::function<nlohmann::json()> deliver;  ///< throws as services::Line does
        std::function<void()> kill_server;
        std::function<void()> kill_client;
    };

    MoneyPlan() = default;
    /// At message `at`, from 1 on; what is late, or dead, comes back `later` messages after it.
    MoneyPlan(MoneyFault fault, unsigned at, unsigned later = 2)
        : fault_{fault}, at_{at}, later_{later} {}

    /// One message.
    nlohmann::json pass(const Wire& wire);
    /// What is still on its way arrives.
    void arrive();

    [[nodiscard]] unsigned messages() const noexcept { return messages_; }
    [[nodiscard]] bool happened() const noexcept { return happened_; }
    /// Called when the time of the dead has come to be back.
    std::function<void()> revive{};

private:
    nlohmann::json fail(const Wire& wire);

    MoneyFault fault_ = MoneyFault::None;
    unsigned at_ = 0;
    unsigned later_ = 0;
    unsigned messages_ = 0;
    unsigned depth_ = 0;  ///< of messages that are sent because of others
    bool happened_ = false;
    std::vector<std::function<nlohmann::json()>> underway_{};
};

}  // namespace lab
