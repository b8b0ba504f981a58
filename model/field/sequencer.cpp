#include "field/sequencer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "card/sc_time.hpp"

namespace field {

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
        const auto target = card::to_sc_time(last_);
        if (target > sc_core::sc_time_stamp()) {
            next_trigger(target - sc_core::sc_time_stamp());
            return;
        }
    }
    call_ = nullptr;
    sc_core::sc_pause();
}

}  // namespace field
