#include "control/frame.hpp"

#include <stdexcept>

#include "control/octets.hpp"

namespace control {

base::Bytes Frame::bytes() const {
    if (payload.size() > MostPayload) throw std::invalid_argument{"a frame that is too long"};
    base::Bytes out;
    put(out, type, 1);
    put(out, sequence, 1);
    put(out, payload.size(), 2);
    put(out, payload);
    return out;
}

void FrameReader::feed(base::ByteView bytes) {
    if (!broken_) put(waiting_, bytes);
}

std::optional<Frame> FrameReader::next() {
    if (broken_ || waiting_.size() < Frame::HeaderBytes) return {};
    Taker taker{waiting_};
    Frame frame;
    frame.type = static_cast<std::uint8_t>(taker.number(1));
    frame.sequence = static_cast<std::uint8_t>(taker.number(1));
    const auto length = taker.number(2);
    if (length > Frame::MostPayload) {
        broken_ = true;
        waiting_.clear();
        return {};
    }
    const auto payload = taker.bytes(length);
    if (taker.missed()) return {};
    frame.payload.assign(payload.begin(), payload.end());
    waiting_.erase(waiting_.begin(),
                   waiting_.begin() + static_cast<std::ptrdiff_t>(Frame::HeaderBytes + length));
    return frame;
}

}  // namespace control
