#include "control/cloud.hpp"

#include <algorithm>
#include <stdexcept>

#include "control/octets.hpp"
#include "control/refusal.hpp"
#include "control/update_package.hpp"

namespace control {

Nonce Cloud::begin() {
    session_.reset();
    asked_ = nonces_();
    return *asked_;
}

std::optional<Proof> Cloud::prove(base::ByteView answer) {
    if (!asked_) return {};
    Meeting meeting;
    meeting.platform = *asked_;
    asked_.reset();
    Taker taker{answer};
    const auto serial = taker.short_bytes();
    const auto nonce = taker.bytes(meeting.reader.size());
    const auto proof = taker.bytes(std::tuple_size_v<Proof>);
    if (!taker.whole() || serial.empty() || serial.size() > UpdateHeader::MostSerial) return {};
    std::copy(nonce.begin(), nonce.end(), meeting.reader.begin());
    serial_.assign(serial.begin(), serial.end());
    const auto own = keys_.find(serial_);
    const AesKey key = own != keys_.end() ? own->second : reader_key(master_, serial_);
    if (!equal(reader_proof(key, meeting, serial_), proof)) return {};
    session_ = Session{session_key(key, meeting), 0};
    return platform_proof(key, meeting, serial_);
}

base::Bytes Cloud::say(base::ByteView body) {
    if (!session_) throw std::logic_error{"no reader is in session"};
    return protect(session_->key, Direction::ToReader, ++session_->counter, body);
}

base::Bytes Cloud::hear(base::ByteView message) {
    if (!session_) throw std::logic_error{"no reader is in session"};
    try {
        return unprotect(session_->key, Direction::ToPlatform, session_->counter, message);
    } catch (const Refusal&) {
        session_.reset();
        throw;
    }
}

}  // namespace control
