#include "card/picc_b.hpp"

#include <algorithm>

#include "frame/fdt.hpp"
#include "frame/message.hpp"

namespace card {
namespace {

anticol::IdentityB identity_of(const port::CardProfile& profile) {
    anticol::IdentityB identity;
    std::copy_n(profile.uid.begin(), identity.pupi.size(), identity.pupi.begin());
    identity.afi = profile.afi;
    identity.atqb = profile.atqb;
    identity.cid = block::Terms::from_atqb(profile.atqb).cid;
    return identity;
}

}  // namespace

PiccB::PiccB(const port::CardProfile& profile, port::StorePort& store)
    : Picc{profile, store}, activation_{identity_of(profile)} {}

void PiccB::forget() {
    activation_.reset();
    decoder_.reset();
}

bool PiccB::whole(const PcdFrame& frame) {
    if (!decoder_.idle()) {
        return false;
    }
    take(frame.frame.bits, frame.frame.start, frame.end);
    return true;
}

void PiccB::low(const rf::Low& low) {
    if (const auto heard = decoder_.low(low)) {
        take(heard->bits, heard->start, heard->end);
    }
}

void PiccB::take(base::BitView bits, Tick start, rf::FrameEnd end) {
    if (start < deaf_until_) {
        return;
    }
    const auto heard = message(bits);
    if (in_protocol()) {
        react(block_->frame(heard, end.grid()), end);
        return;
    }
    if (choose(heard, end)) {
        return;
    }
    if (!activation_.message(
            heard, [this] { return nonces_.draw_random(); }, answer_)) {
        stay_silent(end);
        return;
    }
    reply_.bits = frame::answer_bits(answer_, profile_.technology, rates_.picc);
    send(end.grid() + base::BitTicks * frame::FdtIndexMin);
}

bool PiccB::choose(base::ByteView message, rf::FrameEnd end) {
    if (!block_) {
        return false;
    }
    const auto attrib = activation_.attrib(message);
    if (!attrib || !block_->terms().allow(block::Rates::from(attrib->rates))) {
        return false;
    }
    activation_.activate();
    react(block_->attrib(attrib->cid, attrib->size_code, block::Rates::from(attrib->rates),
                         end.grid()),
          end);
    return true;
}

}  // namespace card
