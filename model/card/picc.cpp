#include "card/picc.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <stdexcept>

#include "classic/codes.hpp"
#include "frame/bits.hpp"
#include "frame/crc_a.hpp"
#include "frame/fdt.hpp"

namespace card {
namespace {

constexpr Tick Never = std::numeric_limits<Tick>::max();
constexpr std::uint8_t SakIsoDep = 0x20;
constexpr std::uint8_t SakClassic = 0x08;

bool speaks_iso_dep(const port::CardProfile& profile, port::StorePort& store) {
    return (profile.sak & SakIsoDep) != 0 && store.air() != nullptr;
}

}  // namespace

Picc::Picc(const port::CardProfile& profile, port::StorePort& store, unsigned pause_ticks)
    : profile_{profile},
      store_{store},
      nonces_{profile.nonce_unpredictable, profile.prng_seed, profile.nonce_seed},
      engine_{profile, store, nonces_},
      decoder_{pause_ticks},
      pause_ticks_{pause_ticks} {
    if (!profile.random_uid) {
        uid_ = anticol::Uid::from(profile.uid);
    }
    if (speaks_iso_dep(profile, store)) {
        block_.emplace(profile.ats, *store.air());
    }
}

void Picc::check(const port::CardProfile& profile, port::StorePort& store) {
    const auto size = profile.uid.size();
    if (!profile.random_uid && size != 4 && size != 7 && size != 10) {
        throw std::invalid_argument("a UID has 4, 7 or 10 bytes");
    }
    if (profile.prng_seed == 0 || profile.nonce_seed == 0) {
        throw std::invalid_argument("a nonce seed of 0");
    }
    if (speaks_iso_dep(profile, store)) {
        static_cast<void>(block::Ats::from(profile.ats));
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
        fading_since_ = at;
    }
}

void Picc::lose_power(Tick at) {
    store_.power_lost(at);
    fading_since_.reset();
    powered_ = false;
    programs_ = false;
    replies_ = false;
    deaf_until_ = 0;
    decoder_.reset();
    activation_.reset();
    engine_.reset();
    if (block_) {
        block_->reset();
    }
}

void Picc::remove(Tick at) {
    settle(at);
    if (powered_) {
        lose_power(at);
    }
    carrier_ = false;
}

void Picc::frame(base::BitView bits, Tick start, rf::FrameEnd end) {
    settle(start);
    if (!powered_ || decoder_.decision()) {
        pauses(rf::pause_starts(bits, start));
        return;
    }
    if (start >= deaf_until_) {
        hear(bits, end, false);
    }
}

void Picc::pauses(std::span<const Tick> starts) {
    for (const auto start : starts) {
        settle(start);
        if (!carrier_) {
            continue;
        }
        if (!powered_) {
            // The field was not unmodulated: counting starts again with the end of the pause.
            ready_ = start + pause_ticks_ + rf::PowerUpTicks;
            continue;
        }
        decoder_.pause(start);
    }
}

const Reply* Picc::advance(Tick until) {
    settle(until);
    if (!replies_ || reply_.start > until) {
        return nullptr;
    }
    replies_ = false;
    return &reply_;
}

void Picc::settle(Tick until) {
    if (!fading_since_) {
        work(until);
        return;
    }
    // The logic runs on until the detector gives up; what it orders by then is still begun.
    work(std::min(until, *fading_since_ + rf::FieldLossTicks + 1));
    if (const Tick lost = *fading_since_ + rf::NvmLossTicks; lost <= until) {
        lose_power(lost);
    }
}

void Picc::work(Tick until) {
    if (carrier_ && !powered_ && ready_ <= until) {
        power_up();
    }
    if (const auto decision = decoder_.decision(); decision && *decision <= until) {
        const auto heard = decoder_.finish();
        if (!heard.lone && heard.start >= deaf_until_) {
            hear(heard.bits, heard.end, heard.broken);
        }
    }
    if (programs_ && order_grid_ + rf::ProgrammingStart <= until) {
        program();
    }
    if (block_ && block_->due() <= until) {
        if (const auto start = block_->work()) {
            reply_.bits = block_->reply();
            send(*start);
        }
    }
}

void Picc::power_up() {
    powered_ = true;
    deaf_until_ = 0;
    store_.power_up(ready_);
    if (profile_.random_uid || usage(ready_) == classic::UsageRandom) {
        draw_id();
    } else {
        random_id_.reset();
    }
}

void Picc::draw_id() { random_id_ = anticol::random_id(nonces_.draw_random()); }

void Picc::hear(base::BitView bits, rf::FrameEnd end, bool broken) {
    const bool in_session = engine_.in_session();
    react_to(bits, end, broken);
    if (in_session) tell_end_of_session(end.decision());
}

void Picc::tell_end_of_session(Tick now) {
    // From this read whoever shares the memory knows that no session is open.
    if (!engine_.in_session()) static_cast<void>(store_.read(port::ConfigurationBlock, now));
}

void Picc::react_to(base::BitView bits, rf::FrameEnd end, bool broken) {
    reply_.bits.clear();
    if (block_ && block_->active()) {
        react(block_->frame(broken ? base::BitView{} : bits, end.grid()), end);
        return;
    }
    if (block_ && activation_.state() == anticol::State::Active && !engine_.in_session() &&
        before_rats(broken ? base::BitView{} : bits, end)) {
        return;
    }
    unsigned fdt_index = 0;
    if (!broken) {
        fdt_index = answer(bits, end);
    } else if (activation_.state() == anticol::State::Ready ||
               activation_.state() == anticol::State::Active) {
        fall_back(classic::Outcome::Then::FallBack);
    }
    if (programs_) {
        deaf_until_ = Never;
    } else if (fdt_index != 0) {
        send(end.grid() + base::BitTicks * fdt_index);
    } else {
        deaf_until_ = end.decision() + rf::DeafAfterSilence;
    }
}

unsigned Picc::answer(base::BitView bits, rf::FrameEnd end) {
    switch (activation_.state()) {
        case anticol::State::Idle:
        case anticol::State::Halt:
            if (!activation_.wakes(bits)) {
                return 0;
            }
            activation_.wake(identity(end.decision()), reply_.bits);
            return frame::FdtIndexMin;
        case anticol::State::Ready:
            return ready_answer(bits, end.decision());
        case anticol::State::Active:
            return active_answer(bits, end);
    }
    return 0;
}

unsigned Picc::ready_answer(base::BitView bits, Tick now) {
    if (shortcut_allowed_ && activation_.level() == 2 && shortcut(bits, now)) {
        return frame::FdtIndexRead;
    }
    if (!activation_.ready_frame(bits, reply_.bits)) {
        return 0;
    }
    if (activation_.state() == anticol::State::Active) {
        engine_.select(uid_.cipher_bytes());
    }
    return frame::FdtIndexMin;
}

bool Picc::shortcut(base::BitView bits, Tick now) {
    const auto read = frame::read_standard(bits);
    if (!read.crc_ok || !read.parity_ok || read.size != 4 || read.data[0] != classic::CodeRead ||
        read.data[1] != 0) {
        return false;
    }
    const auto block = store_.read(0, now);
    reply_.bits = frame::standard_bits_with_crc(block);
    activation_.activate();
    const auto first = uid_.part(1);
    engine_.select({first[0], first[1], first[2], first[3]});
    return true;
}

bool Picc::before_rats(base::BitView bits, rf::FrameEnd end) {
    const auto read = frame::read_standard(bits);
    if (read.crc_ok && read.parity_ok) {
        const auto size = std::min(read.size, read.data.size());
        if (block::Protocol::is_rats({read.data.data(), read.size == size ? size : 0})) {
            react(block_->rats(read.data[1], end.grid()), end);
            return true;
        }
        if ((profile_.sak & SakClassic) != 0) {
            return false;
        }
        if (read.size == 4 && read.data[0] == classic::CodeHlta && read.data[1] == 0) {
            activation_.halt();
        }
    }
    if (profile_.strict && activation_.state() == anticol::State::Active) {
        activation_.fall_back();
    }
    react({}, end);
    return true;
}

void Picc::react(const block::Reaction& reaction, rf::FrameEnd end) {
    if (reaction.halts) {
        activation_.halt();
    }
    if (reaction.waits) {
        deaf_until_ = Never;
    } else if (reaction.start != 0) {
        reply_.bits = block_->reply();
        send(reaction.start);
    } else {
        deaf_until_ = end.decision() + rf::DeafAfterSilence;
    }
}

unsigned Picc::active_answer(base::BitView bits, rf::FrameEnd end) {
    const Tick nonce_start = end.grid() + base::BitTicks * frame::FdtIndexAuth;
    const auto outcome =
        engine_.frame(bits, end.decision(), (nonce_start - ready_) / base::BitTicks);
    fall_back(outcome.then);
    programs_ = outcome.programs;
    order_grid_ = end.grid();
    if (outcome.fdt_index != 0 && !programs_) {
        reply_.bits.assign(engine_.reply().begin(), engine_.reply().end());
    }
    return outcome.fdt_index;
}

void Picc::fall_back(classic::Outcome::Then then) {
    switch (then) {
        case classic::Outcome::Then::Stay:
            return;
        case classic::Outcome::Then::FallBack:
            activation_.fall_back();
            break;
        case classic::Outcome::Then::Halt:
            activation_.halt();
            break;
    }
    engine_.reset();
}

void Picc::program() {
    programs_ = false;
    const Tick start = order_grid_ + rf::ProgrammingStart;
    const auto& order = engine_.order();
    const auto programming = store_.program(order.block, order.data, start);
    const auto outcome = engine_.programmed(programming.ok);
    fall_back(outcome.then);
    tell_end_of_session(start);
    reply_.bits.assign(engine_.reply().begin(), engine_.reply().end());
    const auto bits_taken = static_cast<unsigned>((programming.done - start) / base::BitTicks);
    send(order_grid_ + base::BitTicks * (outcome.fdt_index + bits_taken));
}

void Picc::send(Tick start) {
    reply_.start = start;
    replies_ = true;
    deaf_until_ = rf::picc_end(reply_.start, reply_.bits.size());
}

std::uint8_t Picc::usage(Tick now) {
    if (profile_.random_uid || profile_.uid.size() != 7) {
        return 0;
    }
    const auto kept = store_.read(port::ConfigurationBlock, now)[0];
    return kept == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(kept - 1);
}

anticol::Identity Picc::identity(Tick now) {
    constexpr std::uint16_t AtqaUidSize = 0x00C0;
    std::uint16_t atqa = profile_.atqa;
    shortcut_allowed_ = false;
    if (profile_.random_uid) {
        uid_ = *random_id_;
        return {uid_, atqa, profile_.sak};
    }
    uid_ = anticol::Uid::from(profile_.uid);
    switch (usage(now)) {
        case classic::UsageShortcut:
            shortcut_allowed_ = true;
            break;
        case classic::UsageRandom:
            if (!random_id_) {
                draw_id();
            }
            uid_ = *random_id_;
            atqa = static_cast<std::uint16_t>(atqa & ~AtqaUidSize);
            break;
        case classic::UsageNuid:
            uid_ = anticol::nuid(uid_);
            atqa = static_cast<std::uint16_t>(atqa & ~AtqaUidSize);
            break;
        default:
            break;
    }
    return {uid_, atqa, profile_.sak};
}

}  // namespace card
