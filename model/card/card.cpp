#include "card/card.hpp"

#include <utility>

namespace card {

Card::Card(const sc_core::sc_module_name& name) : sc_module(name) {
    air.bind(*this);
    bus_.socket.bind(memory_.socket);
}

void Card::place(const port::CardProfile& profile, port::StorePort& store) {
    memory_.attach(&store);
    bus_.wire_power(&store);
    picc_ = Picc::make(profile, bus_);
}

void Card::place(port::ScriptedCard& card) noexcept {
    scripted_ = &card;
    scripted_replies_ = false;
}

void Card::remove(Tick at) {
    if (picc_) {
        picc_->remove(at);
    }
    discard();
}

void Card::discard() noexcept {
    picc_.reset();
    memory_.attach(nullptr);
    bus_.wire_power(nullptr);
    scripted_ = nullptr;
}

void Card::field(bool on, Tick at) {
    if (picc_) {
        on ? picc_->field_on(at) : picc_->field_off(at);
    }
    scripted_replies_ = false;
}

void Card::exchange(const PcdFrame& frame) {
    if (scripted_ != nullptr) {
        if (auto reply = scripted_->answer(frame.frame)) {
            scripted_reply_ = {std::move(reply->bits), reply->start, reply->technology, reply->rate,
                               reply->tr1};
            scripted_replies_ = true;
        }
    } else {
        picc_->hear(frame);
    }
}

const rf::PiccFrame* Card::answer(Tick until) {
    if (picc_) {
        return picc_->advance(until);
    }
    if (!scripted_replies_ || scripted_reply_.start > until) {
        return nullptr;
    }
    scripted_replies_ = false;
    return &scripted_reply_;
}

}  // namespace card
