#include "field/sequencer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace field {

sc_core::sc_time to_sc_time(Tick ticks) {
    // 1/13.56 MHz = 25 000 000 / 339 ps; split so that no product overflows.
    constexpr Tick Numerator = 25'000'000;
    constexpr Tick Denominator = 339;
    return sc_core::sc_time::from_value(ticks / Denominator * Numerator +
                                        ticks % Denominator * Numerator / Denominator);
}

Sequencer::Sequencer(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(Sequencer);
    SC_METHOD(work);
    sensitive << request_;
    dont_initialize();
}

void Sequencer::start() {
    request_.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start();
    assert(call_ == nullptr);
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

void Sequencer::work() {
    if (job_ != nullptr) {
        try {
            last_ = std::max(last_, base_ + call_(job_));
        } catch (...) {
            failure_ = std::current_exception();
        }
        job_ = nullptr;
        const auto target = to_sc_time(last_);
        if (target > sc_core::sc_time_stamp()) {
            next_trigger(target - sc_core::sc_time_stamp());
            return;
        }
    }
    call_ = nullptr;
    sc_core::sc_pause();
}

}  // namespace field
