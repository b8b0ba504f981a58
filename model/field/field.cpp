#include "field/field.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace field {
namespace {

constexpr Tick Never = std::numeric_limits<Tick>::max();

}  // namespace

Field::Field(const sc_core::sc_module_name& name)
    : sc_module(name), ports_{"slot", port::CardSlots} {
    for (unsigned slot = 0; slot < port::CardSlots; ++slot) {
        slots_[slot] = std::make_unique<card::Card>(("card" + std::to_string(slot)).c_str());
        ports_[slot].bind(slots_[slot]->air);
    }
}

void Field::reset(unsigned pause_ticks) {
    for (const auto slot : occupied_) {
        slots_[slot]->discard();
    }
    occupied_.clear();
    pause_ticks_ = pause_ticks;
    carrier_ = false;
    off_since_.reset();
    cut_.reset();
    observer_ = nullptr;
}

void Field::place(unsigned slot, const port::CardProfile& profile, port::StorePort& store,
                  Tick now) {
    slots_[slot]->place(profile, store, pause_ticks_);
    occupied_.push_back(slot);
    std::sort(occupied_.begin(), occupied_.end());
    if (carrier_) {
        ports_[slot]->field(true, now);
    }
}

void Field::place(unsigned slot, port::ScriptedCard& card) {
    slots_[slot]->place(card);
    occupied_.push_back(slot);
    std::sort(occupied_.begin(), occupied_.end());
}

void Field::remove(unsigned slot, Tick now) {
    advance(now);
    slots_[slot]->remove(now);
    std::erase(occupied_, slot);
}

void Field::advance(Tick until) {
    if (carrier_ && cut_ && *cut_ <= until) {
        collect(*cut_);
        tell_answers(*cut_);
        stop_carrier(*cut_);
    }
    collect(until);
    tell_answers(until);
}

void Field::carrier(bool on, Tick at) {
    if (!on && carrier_) {
        cut_ = std::min(cut_.value_or(at), at);
    }
    advance(at);
    if (on == carrier_) {
        return;
    }
    carrier_ = true;
    if (observer_ != nullptr) {
        observer_->on_field(true, at);
    }
    for (const auto slot : occupied_) {
        ports_[slot]->field(true, at);
    }
}

void Field::stop_carrier(Tick at) {
    carrier_ = false;
    off_since_ = at;
    cut_.reset();
    under_way_.clear();
    if (observer_ != nullptr) {
        observer_->on_field(false, at);
    }
    for (const auto slot : occupied_) {
        ports_[slot]->field(false, at);
    }
}

Reception Field::transmit(Tick start, Tick timeout, std::span<const Tick> pauses) {
    advance(start);
    arrivals_.clear();
    tell_answers(Never);  // answers come before this frame
    frame_.start = start;
    rf::FrameEnd end{};
    if (pauses.empty()) {
        end = rf::frame_end(frame_.bits, start, pause_ticks_);
    } else {
        frame_.bits.clear();
        end = {pauses.back() + pause_ticks_ + 1, false};
    }
    frame_.end = end.end;
    const Tick horizon = end.end + timeout;
    if (carrier_) {
        send(start, end, pauses);
    }
    return receive(horizon);
}

void Field::send(Tick start, rf::FrameEnd end, std::span<const Tick> pauses) {
    const Tick off = cut_.value_or(Never);
    std::vector<Tick> heard_pauses;
    if (end.end > off) {
        // The carrier goes within the frame: cards hear the pauses that ended before.
        heard_pauses = pauses.empty() ? rf::pause_starts(frame_.bits, start)
                                      : std::vector<Tick>(pauses.begin(), pauses.end());
        std::erase_if(heard_pauses, [&](Tick pause) { return pause + pause_ticks_ + 1 > off; });
        pauses = heard_pauses;
        if (pauses.empty()) {
            return;
        }
    } else if (observer_ != nullptr) {
        observer_->on_frame(frame_);
    }
    const card::FrameExchange exchange{frame_, end, pauses};
    for (const auto slot : occupied_) {
        ports_[slot]->exchange(exchange);
    }
}

void Field::collect(Tick until) {
    arrivals_.clear();
    const Tick off = cut_.value_or(Never);
    for (const auto slot : occupied_) {
        const auto* reply = ports_[slot]->answer(std::min(until, off));
        if (reply != nullptr && carrier_ && rf::picc_end(reply->start, reply->bits.size()) <= off) {
            arrivals_.push_back({slot, reply});
        }
    }
    if (arrivals_.size() > 1) {
        std::stable_sort(
            arrivals_.begin(), arrivals_.end(),
            [](const Arrival& a, const Arrival& b) { return a.reply->start < b.reply->start; });
    }
}

void Field::tell_answers(Tick until) {
    if (observer_ == nullptr) {
        return;
    }
    const Tick off = cut_.value_or(Never);
    std::erase_if(under_way_, [&](const port::AirFrame& frame) {
        if (frame.end <= std::min(until, off)) {
            observer_->on_frame(frame);
        }
        return frame.end <= until || frame.end > off;
    });
    for (const auto& arrival : arrivals_) {
        told_.source = port::AirFrame::Source::Picc;
        told_.slot = arrival.slot;
        told_.bits.assign(arrival.reply->bits.begin(), arrival.reply->bits.end());
        told_.start = arrival.reply->start;
        told_.end = rf::picc_end(told_.start, told_.bits.size());
        if (told_.end <= until) {
            observer_->on_frame(told_);
        } else {
            under_way_.push_back(told_);
        }
    }
}

Reception Field::receive(Tick horizon) {
    collect(horizon);
    tell_answers(Never);
    Reception reception;
    // What began while the PCD was still sending is not heard, nor what loses its EOC.
    const Tick off = cut_.value_or(Never);
    std::erase_if(arrivals_, [&](const Arrival& a) {
        const Tick end = rf::picc_end(a.reply->start, a.reply->bits.size());
        return a.reply->start < frame_.end || end + base::BitTicks > off;
    });
    if (!arrivals_.empty()) {
        const auto& first = *arrivals_.front().reply;
        reception.silent = false;
        reception.start = first.start;
        reception.bits = first.bits;
        if (arrivals_.size() > 1) {
            superposition_.clear();
            for (const auto& arrival : arrivals_) {
                superposition_.add(arrival.reply->bits, arrival.reply->start);
            }
            merged_ = superposition_.read();
            reception.bits = merged_.bits;
            reception.collisions = merged_.collisions;
            reception.framing = merged_.framing;
        }
        reception.end = rf::picc_end(reception.start, reception.bits.size());
    }
    if (carrier_ && cut_ && *cut_ <= (reception.silent ? horizon : reception.end)) {
        stop_carrier(*cut_);
        collect(horizon);  // the exchange was silent: what happens up to its end has happened
    }
    return reception;
}

}  // namespace field
