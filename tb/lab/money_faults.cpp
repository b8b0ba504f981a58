#include "lab/money_faults.hpp"

#include <array>

#include "platform/refusal.hpp"
#include "platform/wire.hpp"

namespace lab {
namespace {

[[noreturn]] void lose() { throw platform::LineLost{"the line broke"}; }

struct Nested {
    explicit Nested(unsigned& counter) : depth{counter} { ++depth; }
    ~Nested() { --depth; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    unsigned& depth;
};

/// Nobody hears the answer.
void unheard(const std::function<nlohmann::json()>& deliver) {
    try {
        (void)deliver();
    } catch (const platform::Refusal&) {
    } catch (const platform::LineLost&) {
    }
}

}  // namespace

std::string to_string(MoneyFault fault) {
    static constexpr std::array<const char*, MoneyFaults> Names{
        "none",        "request lost",          "answer lost", "doubled",
        "late",        "doubled late",          "server dies", "server dies when done",
        "client dies", "client dies when done",
    };
    return Names.at(static_cast<std::size_t>(fault));
}

nlohmann::json MoneyPlan::pass(const Wire& wire) {
    ++messages_;
    // Not in the middle of another message: who is at work on that one would have to wait for it.
    if (happened_ && depth_ == 0 && messages_ >= at_ + later_) arrive();
    const Nested nested{depth_};
    if (fault_ == MoneyFault::None || messages_ != at_) return wire.deliver();
    happened_ = true;
    return fail(wire);
}

nlohmann::json MoneyPlan::fail(const Wire& wire) {
    switch (fault_) {
        case MoneyFault::LoseRequest:
            lose();
        case MoneyFault::LoseAnswer:
            unheard(wire.deliver);
            lose();
        case MoneyFault::Double: {
            unheard(wire.deliver);
            return wire.deliver();
        }
        case MoneyFault::Late:
            underway_.push_back(wire.deliver);
            lose();
        case MoneyFault::DoubleLate:
            underway_.push_back(wire.deliver);
            return wire.deliver();
        case MoneyFault::ServerDies:
            wire.kill_server();
            lose();
        case MoneyFault::ServerDiesDone:
            unheard(wire.deliver);
            wire.kill_server();
            lose();
        case MoneyFault::ClientDies:
            wire.kill_client();
            throw PartyDied{};
        case MoneyFault::ClientDiesDone:
            unheard(wire.deliver);
            wire.kill_client();
            throw PartyDied{};
        case MoneyFault::None:
            break;
    }
    return wire.deliver();
}

void MoneyPlan::arrive() {
    if (revive) revive();
    for (const auto& deliver : std::exchange(underway_, {})) unheard(deliver);
}

}  // namespace lab
