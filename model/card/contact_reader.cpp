#include "card/contact_reader.hpp"

#include <utility>

#include "card/sc_time.hpp"

namespace card {

ContactReader::ContactReader(const sc_core::sc_module_name& name,
                             const contact::SlotOptions& options)
    : sc_module(name), options_{options} {
    SC_HAS_PROCESS(ContactReader);
    SC_METHOD(work);
    sensitive << request_;
    dont_initialize();
}

void ContactReader::end_of_elaboration() { slot_.emplace(*contacts[0], options_); }

void ContactReader::use(std::function<void(contact::Slot&)> job) {
    // Elaborates, the first time.
    if (!slot_) sc_core::sc_start(sc_core::SC_ZERO_TIME);
    job_ = std::move(job);
    request_.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ContactReader::work() {
    if (const auto job = std::exchange(job_, nullptr)) {
        try {
            job(*slot_);
        } catch (...) {
            failure_ = std::current_exception();
        }
        const auto target = to_sc_time(slot_->now());
        if (target > sc_core::sc_time_stamp()) {
            next_trigger(target - sc_core::sc_time_stamp());
            return;
        }
    }
    sc_core::sc_pause();
}

}  // namespace card
