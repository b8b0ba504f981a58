#include "anticol/activation_b.hpp"

#include <algorithm>

namespace anticol {
namespace {

constexpr std::uint8_t CodeRequest = 0x05;  // REQB, WUPB; low nibble of a slot-MARKER
constexpr std::uint8_t CodeAtqb = 0x50;
constexpr std::uint8_t CodeHltb = 0x50;
constexpr std::uint8_t CodeAttrib = 0x1D;
constexpr std::size_t RequestBytes = 3;
constexpr std::size_t HltbBytes = 5;
constexpr std::size_t AttribBytes = 9;  // without INF
constexpr std::uint8_t WakesHalted = 0x08;
constexpr std::uint8_t SlotCode = 0x07;
constexpr unsigned MostSlotCode = 4;
constexpr std::uint8_t ProtocolIsoDep = 0x01;
constexpr std::uint8_t CidReserved = 15;

}  // namespace

bool ActivationB::matches(std::uint8_t afi) const noexcept {
    const auto own = identity_.afi;
    const bool family = afi >> 4 == own >> 4;
    const bool part = (afi & 0x0F) == (own & 0x0F);
    return afi == 0 || (family && (part || (afi & 0x0F) == 0)) || (afi >> 4 == 0 && part);
}

bool ActivationB::names_me(base::ByteView message) const noexcept {
    return std::equal(identity_.pupi.begin(), identity_.pupi.end(), message.begin() + 1);
}

bool ActivationB::message(base::ByteView message, const Draw& draw, base::Bytes& reply) {
    if (message.empty() || state_ == StateB::Active) {
        return false;
    }
    const auto code = message[0];
    if (code == CodeRequest && message.size() == RequestBytes) {
        return request(message[1], message[2], draw, reply);
    }
    if (state_ == StateB::Requested && message.size() == 1 && (code & 0x0F) == CodeRequest &&
        (code >> 4U) + 1U == slot_) {
        declare(reply);
        return true;
    }
    if (state_ == StateB::Declared && code == CodeHltb && message.size() == HltbBytes &&
        names_me(message)) {
        state_ = StateB::Halt;
        reply = {0x00};
        return true;
    }
    return false;
}

bool ActivationB::request(std::uint8_t afi, std::uint8_t parameter, const Draw& draw,
                          base::Bytes& reply) {
    const unsigned slots = parameter & SlotCode;
    if (slots > MostSlotCode || (state_ == StateB::Halt && (parameter & WakesHalted) == 0)) {
        return false;
    }
    if (!matches(afi)) {
        state_ = state_ == StateB::Halt ? StateB::Halt : StateB::Idle;
        return false;
    }
    slot_ = slots == 0 ? 1 : 1 + (draw() & ((1U << slots) - 1));
    if (slot_ != 1) {
        state_ = StateB::Requested;
        return false;
    }
    declare(reply);
    return true;
}

void ActivationB::declare(base::Bytes& reply) {
    state_ = StateB::Declared;
    reply = {CodeAtqb};
    reply.insert(reply.end(), identity_.pupi.begin(), identity_.pupi.end());
    reply.insert(reply.end(), identity_.atqb.begin(), identity_.atqb.end());
}

std::optional<Attrib> ActivationB::attrib(base::ByteView message) const noexcept {
    if (state_ != StateB::Declared || message.size() < AttribBytes || message[0] != CodeAttrib ||
        !names_me(message) || (message[7] & 0x0FU) != ProtocolIsoDep) {
        return std::nullopt;
    }
    const Attrib attrib{static_cast<std::uint8_t>(message[6] >> 4U), message[6] & 0x0FU,
                        static_cast<std::uint8_t>(message[8] & 0x0FU)};
    if (attrib.cid == CidReserved || (attrib.cid != 0 && !identity_.cid)) {
        return std::nullopt;
    }
    return attrib;
}

}  // namespace anticol
