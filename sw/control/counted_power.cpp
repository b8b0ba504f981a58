#include "control/counted_power.hpp"

#include <stdexcept>

namespace control {

CountedPower::CountedPower(Clock clock) : clock_{std::move(clock)}, seen_{clock_()} {}

void CountedPower::catch_up() {
    const base::Tick now = clock_();
    const base::Tick passed = now - seen_;
    seen_ = now;
    for (std::size_t i = 0; i < on_.size(); ++i)
        if (on_[i]) ticks_[i] += passed;
}

void CountedPower::set(port::Module module, bool on) {
    catch_up();
    on_[static_cast<std::size_t>(module)] = on;
}

bool CountedPower::on(port::Module module) const { return on_[static_cast<std::size_t>(module)]; }

base::Tick CountedPower::ticks(port::Module module) {
    catch_up();
    return ticks_[static_cast<std::size_t>(module)];
}

void CountedPower::spend(base::Tick ticks) {
    spent_ += ticks;
    for (std::size_t i = 0; i < on_.size(); ++i)
        if (on_[i]) ticks_[i] += ticks;
}

void CountedCrypto::require_on() const {
    if (!power_.on(port::Module::Secure)) throw std::logic_error{"the secure-access module is off"};
}

base::Tick CountedCrypto::spent(base::Tick ticks) {
    power_.spend(ticks);
    return ticks;
}

base::Tick CountedCrypto::load_key(base::ByteView key) {
    require_on();
    return spent(engine_.load_key(key));
}

base::Tick CountedCrypto::encrypt(AesBlock& block) {
    require_on();
    return spent(engine_.encrypt(block));
}

base::Tick CountedCrypto::decrypt(AesBlock& block) {
    require_on();
    return spent(engine_.decrypt(block));
}

}  // namespace control
