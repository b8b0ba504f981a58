#include "lab/money_faults.hpp"

#include <array>
#include <limits>

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

void MoneyFaultPlan::expect(MoneyFault fault, unsigned in, unsigned later) {
    fault_ = fault;
    at_ = messages_ + in;
    later_ = later;
    happened_ = false;
}

nlohmann::json MoneyFaultPlan::pass(const Message& message) {
    ++messages_;
    // Not in the middle of another message: who is at work on that one would have to wait for it.
    if (depth_ == 0) arrive_until(messages_);
    const Nested nested{depth_};
    if (fault_ == MoneyFault::None || messages_ != at_) return message.deliver();
    happened_ = true;
    return fail(message);
}

nlohmann::json MoneyFaultPlan::fail(const Message& message) {
    const unsigned due = messages_ + later_;
    switch (fault_) {
        case MoneyFault::LoseRequest:
            lose();
        case MoneyFault::LoseAnswer:
            unheard(message.deliver);
            lose();
        case MoneyFault::Double:
            unheard(message.deliver);
            break;
        case MoneyFault::Late:
            underway_.push_back({due, message.deliver});
            lose();
        case MoneyFault::DoubleLate:
            underway_.push_back({due, message.deliver});
            break;
        case MoneyFault::ServerDies:
            underway_.push_back({due, {}});
            message.kill_server();
            lose();
        case MoneyFault::ServerDiesDone:
            underway_.push_back({due, {}});
            unheard(message.deliver);
            message.kill_server();
            lose();
        case MoneyFault::ClientDies:
            underway_.push_back({due, {}});
            throw PartyDied{};
        case MoneyFault::ClientDiesDone:
            underway_.push_back({due, {}});
            unheard(message.deliver);
            throw PartyDied{};
        case MoneyFault::None:
            break;
    }
    return message.deliver();
}

void MoneyFaultPlan::arrive_until(unsigned due) {
    std::vector<Underway> now;
    std::erase_if(underway_, [&](const Underway& one) {
        if (one.due <= due) now.push_back(one);
        return one.due <= due;
    });
    const Nested nested{depth_};
    for (const auto& one : now) {
        if (one.deliver)
            unheard(one.deliver);
        else if (revive)
            revive();
    }
}

void MoneyFaultPlan::arrive() { arrive_until(std::numeric_limits<unsigned>::max()); }

}  // namespace lab
