#include "verilated/card_host.hpp"

#include <algorithm>
#include <utility>

namespace tb {

CardHost::CardHost(FieldSim& sim, unsigned slot, port::ApduPort& os, const port::CardProfile& card,
                   Plan plan)
    : sim_{sim}, slot_{slot}, plan_{std::move(plan)}, driver_{*this, os}, card_{card} {
    if (card_.technology == port::Technology::B)
        static_cast<void>(driver::AtsLimits::from_atqb(card_.atqb));
    else
        static_cast<void>(driver::AtsLimits::from(card_.ats));
}

void CardHost::begin() {
    if (card_.technology == port::Technology::B)
        driver_.configure_type_b(card_.atqb);
    else
        driver_.configure(card_.ats, card_.strict);
}

void CardHost::power_lost() {
    driver_.power_lost();
    // The access that is under way tells nobody what it read.
    queue_.resize(busy_ ? 1 : 0);
    if (busy_) queue_.front().done = {};
}

void CardHost::write(std::uint8_t address, std::uint8_t value) {
    queue_.push_back({{true, address, value}, {}});
    if (!busy_) start();
}

void CardHost::read(std::uint8_t address, std::function<void(std::uint8_t)> done) {
    queue_.push_back({{false, address, 0}, std::move(done)});
    if (!busy_) start();
}

void CardHost::at(base::Tick tick, std::function<void()> action) {
    plan(tick, [this, action = std::move(action)] {
        if (sim_.now() <= limit_) action();
    });
}

void CardHost::plan(base::Tick tick, std::function<void()> action) {
    plan_(std::max(tick, sim_.now()), [self = weak_from_this(), action = std::move(action)] {
        if (const auto alive = self.lock()) action();
    });
}

void CardHost::start() {
    constexpr base::Tick AccessTicks = 3;
    busy_ = true;
    sim_.start_host_access(slot_, queue_.front().what);
    plan(sim_.now() + AccessTicks, [this] { finish(); });
}

void CardHost::finish() {
    // A card whose clock is not the reader's may take longer.
    if (!sim_.host_access_over(slot_)) {
        plan(sim_.now() + 1, [this] { finish(); });
        return;
    }
    const auto done = std::move(queue_.front().done);
    queue_.pop_front();
    busy_ = false;
    if (done) done(sim_.host_data(slot_));
    if (!busy_ && !queue_.empty()) start();
}

}  // namespace tb
