#include "field/field.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "rf/miller.hpp"
#include "rf/nrz.hpp"

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

void Field::reset(const port::AirProfile& air) {
    for (const auto slot : occupied_) {
        slots_[slot]->discard();
    }
    occupied_.clear();
    air_ = air;
    carrier_ = false;
    off_since_.reset();
    cut_.reset();
    observer_ = nullptr;
}

void Field::place(unsigned slot, const port::CardProfile& profile, port::StorePort& store,
                  Tick now) {
    slots_[slot]->place(profile, store);
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

Reception Field::transmit(const port::Request& request, std::span<const rf::Low> raw) {
    advance(request.start);
    arrivals_.clear();
    tell_answers(Never);  // answers come before this frame
    frame_.start = request.start;
    frame_.technology = request.technology;
    frame_.rate = request.tx_rate;
    card::PcdFrame sent{frame_, {}, pause_ticks(request.tx_rate), request.framing, raw};
    if (!raw.empty()) {
        frame_.bits.clear();
        sent.end = {rf::end_after(raw.back()), false};
    } else if (request.technology == port::Technology::B) {
        sent.end = rf::nrz_end(frame_.bits, request.start, request.tx_rate, request.framing);
    } else {
        sent.end = rf::frame_end(frame_.bits, request.start, sent.pause_ticks, request.tx_rate);
    }
    frame_.end = sent.end.end;
    if (carrier_) {
        send(sent);
    }
    return receive(request);
}

unsigned Field::pause_ticks(port::BitRate rate) const noexcept {
    return rate == port::BitRate::Fc128 ? air_.pause_ticks
                                        : air_.fast_pause_ticks[static_cast<unsigned>(rate) - 1];
}

void Field::send(card::PcdFrame frame) {
    const Tick off = cut_.value_or(Never);
    std::vector<rf::Low> heard;
    if (frame.end.end > off) {
        // The carrier goes within the frame: cards hear the lows that ended before.
        heard = frame.lows();
        std::erase_if(heard, [&](const rf::Low& low) { return rf::end_after(low) > off; });
        frame.raw = heard;
        if (heard.empty()) {
            return;
        }
    } else {
        if (observer_ != nullptr) {
            observer_->on_frame(frame_);
        }
        if (frame_.technology == port::Technology::A && frame.end.undone_by(off)) {
            frame.raw = heard = frame.lows();
        }
    }
    for (const auto slot : occupied_) {
        ports_[slot]->exchange(frame);
    }
}

void Field::collect(Tick until) {
    arrivals_.clear();
    const Tick off = cut_.value_or(Never);
    for (const auto slot : occupied_) {
        const auto* reply = ports_[slot]->answer(std::min(until, off));
        if (reply != nullptr && carrier_ && reply->end() <= off) {
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
        told_.end = arrival.reply->end();
        told_.technology = arrival.reply->technology;
        told_.rate = arrival.reply->rate;
        if (told_.end <= until) {
            observer_->on_frame(told_);
        } else {
            under_way_.push_back(told_);
        }
    }
}

Reception Field::receive(const port::Request& request) {
    const Tick horizon = frame_.end + request.timeout;
    collect(horizon);
    tell_answers(Never);
    Reception reception;
    // What began while the PCD was still sending is not heard, nor what loses its EOC.
    const Tick off = cut_.value_or(Never);
    std::erase_if(arrivals_, [&](const Arrival& a) {
        return a.reply->start < frame_.end || a.reply->end() + port::bit_ticks(a.reply->rate) > off;
    });
    if (!arrivals_.empty()) {
        merge(request, reception);
    }
    if (carrier_ && cut_ && *cut_ <= (reception.silent ? horizon : reception.end)) {
        stop_carrier(*cut_);
        collect(horizon);  // the exchange was silent: what happens up to its end has happened
    }
    return reception;
}

void Field::merge(const port::Request& request, Reception& reception) {
    const auto& first = *arrivals_.front().reply;
    reception.silent = false;
    reception.start = first.start;
    reception.end = first.end();
    if (first.technology != request.technology || first.rate != request.rx_rate) {
        reception.framing = true;
        return;
    }
    reception.bits = first.bits;
    if (arrivals_.size() == 1) {
        return;
    }
    if (first.is_ook()) {
        superposition_.clear();
        for (const auto& arrival : arrivals_) {
            if (arrival.reply->is_ook()) {
                superposition_.add(arrival.reply->bits, arrival.reply->start);
            }
        }
        merged_ = superposition_.read();
        reception.bits = merged_.bits;
        reception.collisions = merged_.collisions;
        reception.framing = merged_.framing;
        reception.end = reception.start + base::BitTicks * (1 + merged_.bits.size());
    }
    // Subcarriers of other phases: nobody can say what comes of them.
    reception.framing =
        reception.framing ||
        std::any_of(arrivals_.begin() + 1, arrivals_.end(), [&](const Arrival& a) {
            return a.reply->start < first.end() && !(first.is_ook() && a.reply->is_ook());
        });
}

}  // namespace field
