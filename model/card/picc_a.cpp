#include "card/picc_a.hpp"

#include <algorithm>

#include "classic/codes.hpp"
#include "frame/bits.hpp"
#include "frame/fdt.hpp"

namespace card {
namespace {

constexpr std::uint8_t SakClassic = 0x08;

}  // namespace

PiccA::PiccA(const port::CardProfile& profile, port::StorePort& store)
    : Picc{profile, store}, engine_{profile, store, nonces_} {
    if (!profile.random_uid) {
        uid_ = anticol::Uid::from(profile.uid);
    }
    if (port::is_type2(profile.kind)) {
        pages_.emplace(profile.kind, store, nonces_);
    }
}

void PiccA::begin() {
    if (profile_.random_uid || usage(ready_) == classic::UsageRandom) {
        draw_id();
    } else {
        random_id_.reset();
    }
}

void PiccA::forget() {
    programs_ = false;
    decoder_.reset();
    activation_.reset();
    engine_.reset();
    if (pages_) pages_->reset();
}

bool PiccA::whole(const PcdFrame& frame) {
    if (decoder_.decision()) {
        return false;
    }
    if (frame.frame.start >= deaf_until_) {
        take(frame.frame.bits, frame.end, false);
    }
    return true;
}

void PiccA::work(Tick until) {
    if (const auto decision = decoder_.decision(); decision && *decision <= until) {
        const auto heard = decoder_.finish();
        if (!heard.lone && heard.start >= deaf_until_) {
            take(heard.bits, heard.end, heard.broken);
        }
    }
    if (programs_ && order_grid_ + rf::ProgrammingStart <= until) {
        program();
    }
}

void PiccA::draw_id() { random_id_ = anticol::random_id(nonces_.draw_random()); }

void PiccA::take(base::BitView bits, rf::FrameEnd end, bool broken) {
    const bool in_session = engine_.in_session();
    react_to(bits, end, broken);
    if (in_session) tell_end_of_session(end.decision());
}

void PiccA::tell_end_of_session(Tick now) {
    // From this read whoever shares the memory knows that no session is open.
    if (!engine_.in_session()) static_cast<void>(store_.read(port::ConfigurationBlock, now));
}

void PiccA::react_to(base::BitView bits, rf::FrameEnd end, bool broken) {
    reply_.bits.clear();
    if (in_protocol()) {
        react(block_->frame(broken ? base::ByteView{} : message(bits), end.grid()), end);
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
        fall_back(frame::Outcome::Then::FallBack);
    }
    if (programs_) {
        deaf_until_ = Never;
    } else if (fdt_index != 0) {
        send(end.grid() + base::BitTicks * fdt_index);
    } else {
        stay_silent(end);
    }
}

unsigned PiccA::answer(base::BitView bits, rf::FrameEnd end) {
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

unsigned PiccA::ready_answer(base::BitView bits, Tick now) {
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

bool PiccA::shortcut(base::BitView bits, Tick now) {
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

bool PiccA::before_rats(base::BitView bits, rf::FrameEnd end) {
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

unsigned PiccA::active_answer(base::BitView bits, rf::FrameEnd end) {
    const Tick nonce_start = end.grid() + base::BitTicks * frame::FdtIndexAuth;
    const auto outcome =
        pages_ ? pages_->frame(bits, end.decision())
               : engine_.frame(bits, end.decision(), (nonce_start - ready_) / base::BitTicks);
    fall_back(outcome.then);
    programs_ = outcome.programs;
    order_grid_ = end.grid();
    if (outcome.fdt_index != 0 && !programs_) {
        reply_.bits = pages_ ? pages_->reply() : engine_.reply();
    }
    return outcome.fdt_index;
}

void PiccA::fall_back(frame::Outcome::Then then) {
    switch (then) {
        case frame::Outcome::Then::Stay:
            return;
        case frame::Outcome::Then::FallBack:
            activation_.fall_back();
            break;
        case frame::Outcome::Then::Halt:
            activation_.halt();
            break;
    }
    engine_.reset();
    if (pages_) pages_->reset();
}

void PiccA::program() {
    programs_ = false;
    const Tick start = order_grid_ + rf::ProgrammingStart;
    const auto& order = pages_ ? pages_->order() : engine_.order();
    const auto programming = store_.program(order.block, order.data, start);
    const auto outcome =
        pages_ ? pages_->programmed(programming.ok) : engine_.programmed(programming.ok);
    fall_back(outcome.then);
    tell_end_of_session(start);
    reply_.bits = pages_ ? pages_->reply() : engine_.reply();
    const auto bits_taken = static_cast<unsigned>((programming.done - start) / base::BitTicks);
    send(order_grid_ + base::BitTicks * (outcome.fdt_index + bits_taken));
}

std::uint8_t PiccA::usage(Tick now) {
    if (profile_.random_uid || profile_.uid.size() != 7 || pages_) {
        return 0;
    }
    const auto kept = store_.read(port::ConfigurationBlock, now)[0];
    return kept == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(kept - 1);
}

anticol::Identity PiccA::identity(Tick now) {
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
