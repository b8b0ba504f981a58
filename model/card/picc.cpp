#include "card/picc.hpp"

#include <algorithm>
#include <stdexcept>

#include "card/picc_a.hpp"
#include "card/picc_b.hpp"
#include "frame/message.hpp"

namespace card {
namespace {

using port::Technology;

constexpr std::uint8_t SakIsoDep = 0x20;

bool speaks_iso_dep(const port::CardProfile& profile, port::StorePort& store) {
    return store.air() != nullptr &&
           (profile.technology == Technology::B || (profile.sak & SakIsoDep) != 0);
}

}  // namespace

std::unique_ptr<Picc> Picc::make(const port::CardProfile& profile, port::StorePort& store) {
    if (profile.technology == Technology::B) {
        return std::make_unique<PiccB>(profile, store);
    }
    return std::make_unique<PiccA>(profile, store);
}

void Picc::check(const port::CardProfile& profile, port::StorePort& store) {
    const auto size = profile.uid.size();
    if (profile.prng_seed == 0 || profile.nonce_seed == 0) {
        throw std::invalid_argument("a nonce seed of 0");
    }
    if (profile.technology == Technology::B) {
        if (profile.random_uid || size != 4) {
            throw std::invalid_argument("a PUPI has 4 bytes, and none is random");
        }
        static_cast<void>(block::Terms::from_atqb(profile.atqb));
        return;
    }
    if (!profile.random_uid && size != 4 && size != 7 && size != 10) {
        throw std::invalid_argument("a UID has 4, 7 or 10 bytes");
    }
    constexpr std::uint8_t SakOfOthers = 0x28;
    if (port::is_type2(profile.kind) && (profile.sak & SakOfOthers) != 0) {
        throw std::invalid_argument("type 2 memory has SAK bits 4 and 6 clear");
    }
    if (speaks_iso_dep(profile, store)) {
        static_cast<void>(block::Ats::from(profile.ats));
    }
}

Picc::Picc(const port::CardProfile& profile, port::StorePort& store)
    : profile_{profile},
      store_{store},
      nonces_{profile.nonce_unpredictable, profile.prng_seed, profile.nonce_seed} {
    reply_.technology = profile.technology;
    if (!speaks_iso_dep(profile, store)) {
        return;
    }
    if (profile.technology == Technology::B) {
        block_.emplace(block::Terms::from_atqb(profile.atqb), *store.air());
    } else {
        block_.emplace(profile.ats, *store.air());
    }
}

void Picc::field_on(Tick at) {
    if (carrier_) {
        return;
    }
    settle(at);
    carrier_ = true;
    powered_ = false;
    ready_ = at + rf::PowerUpTicks;
}

void Picc::field_off(Tick at) {
    if (!carrier_) {
        return;
    }
    settle(at);
    carrier_ = false;
    if (powered_) {
        carrier_off(at);
        fading_since_ = at;
    }
}

void Picc::lose_power(Tick at) {
    store_.power_lost(at);
    fading_since_.reset();
    powered_ = false;
    replies_ = false;
    deaf_until_ = 0;
    if (block_) {
        block_->reset();
    }
    rates_ = {};
    forget();
    listen_at(rates_.pcd);
}

void Picc::remove(Tick at) {
    settle(at);
    if (powered_) {
        lose_power(at);
    }
    carrier_ = false;
}

void Picc::hear(const PcdFrame& frame) {
    settle(frame.frame.start);
    const bool own = frame.frame.technology == profile_.technology;
    if (powered_ &&
        (!own || (frame.raw.empty() && frame.frame.rate == rates_.pcd && whole(frame)))) {
        return;
    }
    for (const auto& one : frame.lows()) {
        settle(one.on);
        if (!carrier_) {
            continue;
        }
        if (powered_) {
            if (own) {
                low(one);
            }
        } else if (frame.frame.technology == Technology::A) {
            // The field was not unmodulated: counting starts again with the end of the pause.
            ready_ = one.off + rf::PowerUpTicks;
        }
    }
}

const rf::PiccFrame* Picc::advance(Tick until) {
    settle(until);
    if (!replies_ || reply_.start > until) {
        return nullptr;
    }
    replies_ = false;
    return &reply_;
}

void Picc::settle(Tick until) {
    if (!fading_since_) {
        work_all(until);
        return;
    }
    // The logic runs on until the detector gives up; what it orders by then is still begun.
    work_all(std::min(until, *fading_since_ + rf::FieldLossTicks));
    if (const Tick lost = *fading_since_ + rf::NvmLossTicks; lost <= until) {
        lose_power(lost);
    }
}

void Picc::work_all(Tick until) {
    if (carrier_ && !powered_ && ready_ <= until) {
        powered_ = true;
        deaf_until_ = 0;
        store_.power_up(ready_);
        begin();
    }
    work(until);
    if (block_ && block_->due() <= until) {
        if (const auto start = block_->work()) {
            send_block(*start);
        }
    }
}

base::ByteView Picc::message(base::BitView bits) {
    if (!frame::read_message(bits, profile_.technology, received_)) {
        received_.clear();
    }
    return received_;
}

void Picc::react(const block::Reaction& reaction, rf::FrameEnd end) {
    if (reaction.halts) {
        halt();
    }
    if (reaction.waits) {
        deaf_until_ = Never;
    } else if (reaction.start != 0) {
        send_block(reaction.start);
    } else {
        stay_silent(end);
    }
}

void Picc::stay_silent(rf::FrameEnd end) noexcept {
    deaf_until_ = end.decision() + rf::DeafAfterSilence;
}

void Picc::send(Tick start) {
    reply_.start = start;
    reply_.rate = rates_.picc;
    replies_ = true;
    deaf_until_ = reply_.end();
}

void Picc::send_block(Tick start) {
    reply_.bits = frame::answer_bits(block_->reply(), profile_.technology, rates_.picc);
    send(start);
    // Other rates hold from the end of this answer on, and until then the card is deaf.
    if (rates_ != block_->rates()) {
        rates_ = block_->rates();
        listen_at(rates_.pcd);
    }
}

}  // namespace card
