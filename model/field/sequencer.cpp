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
    // Observers and scripted cards run on the thread's stack.
    constexpr int StackBytes = 1 << 20;
    SC_HAS_PROCESS(Sequencer);
    SC_THREAD(work);
    set_stack_size(StackBytes);
}

void Sequencer::start() {
    done_ = false;
    request_.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start();
    assert(done_);
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

void Sequencer::work() {
    for (;;) {
        wait(request_);
        try {
            last_ = std::max(last_, base_ + call_(job_));
        } catch (...) {
            failure_ = std::current_exception();
        }
        const auto target = to_sc_time(last_);
        if (target > sc_core::sc_time_stamp()) {
            wait(target - sc_core::sc_time_stamp());
        }
        done_ = true;
        sc_core::sc_pause();
    }
}

}  // namespace field
