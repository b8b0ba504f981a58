#include "reader/reader.hpp"

#include <algorithm>

#include "base/tick.hpp"

namespace reader {
namespace {

constexpr Tick PcdGuard = 1172;  // frame delay PICC to PCD (ISO/IEC 14443-3, 6.2.1.2)
constexpr std::uint8_t SakPart4 = 0x20;
constexpr std::size_t AtqbProtocolType = 10;  // low nibble
constexpr std::uint8_t ProtocolPart4 = 0x01;

// The two streams must differ though they come from one seed.
constexpr std::uint32_t PhaseStream = 0x9E3779B9;

}  // namespace

std::array<std::uint8_t, 4> Card::auth_uid() const {
    std::array<std::uint8_t, 4> last{};
    if (uid.size() >= last.size()) std::copy(uid.end() - 4, uid.end(), last.begin());
    return last;
}

bool Card::has_part4() const noexcept {
    if (technology == port::Technology::A) return (sak & SakPart4) != 0;
    return atqb.size() > AtqbProtocolType && (atqb[AtqbProtocolType] & ProtocolPart4) != 0;
}

Reader::Reader(port::ReaderPort& port, const Policy& policy)
    : port_{port}, policy_{policy}, nonces_{policy.seed}, phases_{policy.seed ^ PhaseStream} {
    policy_.gap = std::max(policy_.gap, PcdGuard);
    last_end_ = port_.now();
}

void Reader::field_on() {
    if (field_) return;
    const Tick at = std::max(port_.now(), last_end_ + policy_.field_off);
    port_.field(true, at);
    field_ = true;
    const std::uint64_t drawn = phases_();
    phase_ = base::BitTicks * ((drawn * std::max(policy_.phases, 1U)) >> 32U);
    ready_ = at + policy_.power_up + phase_;
    last_end_ = at;
    next_request_ = 0;
}

void Reader::field_off() {
    if (!field_) return;
    const Tick at = std::max(port_.now(), last_end_ + policy_.gap);
    port_.field(false, at);
    field_ = false;
    last_end_ = at;
}

Tick Reader::next_start() const { return std::max({port_.now(), ready_, last_end_ + policy_.gap}); }

port::Answer Reader::transceive(port::Request request) {
    field_on();
    request.start = next_start();
    const bool is_request = request.technology == port::Technology::A && request.data.size() == 1 &&
                            request.last_bits == 7;
    if (is_request) {
        request.start = std::max(request.start, next_request_);
        next_request_ = request.start + policy_.request_guard;
    }
    last_start_ = request.start;
    port::Answer answer = port_.exchange(request);
    last_end_ = answer.rx_end;
    return answer;
}

void Reader::idle(Tick ticks) {
    last_end_ = std::max(port_.now(), last_end_ + ticks);
    port_.wait_until(last_end_);
}

Status Reader::authenticate(KeyKind kind, std::uint8_t block, const base::SectorKey& key,
                            const std::array<std::uint8_t, 4>& uid) {
    field_on();
    const auto drawn = static_cast<std::uint32_t>(nonces_());
    port::AuthRequest request;
    request.command = static_cast<std::uint8_t>(kind);
    request.block = block;
    request.key = key;
    request.uid = uid;
    for (std::size_t i = 0; i < request.nr.size(); ++i) {
        request.nr[i] = static_cast<std::uint8_t>(drawn >> (8 * i));
    }
    request.start = next_start();
    request.timeout = policy_.auth_timeout;
    const port::AuthAnswer answer = port_.authenticate(request);
    last_end_ = answer.end;
    return answer.status == port::AuthStatus::Ok ? Status::Ok : Status::AuthFailed;
}

void Reader::drop_session() {
    if (port_.crypto1_on()) port_.crypto1_off();
}

}  // namespace reader
