#include "ble/frame.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ble {
namespace {

constexpr std::size_t FirstHead = 3;  ///< command, length
constexpr std::uint8_t FirstBit = 0x80;
constexpr std::uint8_t LastSequence = 0x7F;

bool known(std::uint8_t kind) {
    switch (static_cast<Kind>(kind)) {
        case Kind::Ping:
        case Kind::KeepAlive:
        case Kind::Message:
        case Kind::Cancel:
        case Kind::Error:
            return true;
    }
    return false;
}

constexpr std::uint8_t after(std::uint8_t sequence) noexcept {
    return static_cast<std::uint8_t>((sequence + 1) & LastSequence);
}

}  // namespace

std::vector<base::Bytes> fragments(const Frame& frame, std::size_t size) {
    if (size < LeastFragment || size > MostFragment)
        throw std::invalid_argument{"a fragment has 20 to 512 bytes"};
    if (frame.data.size() > MostData)
        throw std::length_error{"a message over Bluetooth has at most 65535 bytes"};
    base::Bytes one{static_cast<std::uint8_t>(frame.kind),
                    static_cast<std::uint8_t>(frame.data.size() >> 8),
                    static_cast<std::uint8_t>(frame.data.size())};
    base::ByteView rest = frame.data;
    std::vector<base::Bytes> all;
    std::uint8_t sequence = 0;
    while (true) {
        const auto part = rest.first(std::min(rest.size(), size - one.size()));
        one.insert(one.end(), part.begin(), part.end());
        all.push_back(std::move(one));
        rest = rest.subspan(part.size());
        if (rest.empty()) return all;
        one = {sequence};
        sequence = after(sequence);
    }
}

Assembled Assembler::fail(Error error) noexcept {
    frame_.reset();
    return {{}, error};
}

Assembled Assembler::take(base::ByteView fragment) {
    if (fragment.empty() || fragment.size() > MostFragment) return fail(Error::InvalidLength);
    if ((fragment[0] & FirstBit) != 0) return first(fragment);
    if (!frame_ || fragment[0] != sequence_) return fail(Error::InvalidSequence);
    sequence_ = after(sequence_);
    // One without data would let a message go on for ever.
    if (fragment.size() == 1) return fail(Error::InvalidLength);
    return more(fragment.subspan(1));
}

Assembled Assembler::first(base::ByteView fragment) {
    if (!known(fragment[0])) return fail(Error::InvalidCommand);
    if (fragment.size() < FirstHead) return fail(Error::InvalidLength);
    size_ = static_cast<std::size_t>(fragment[1] << 8 | fragment[2]);
    if (size_ > limit_) return fail(Error::InvalidLength);
    frame_ = Frame{static_cast<Kind>(fragment[0]), {}};
    sequence_ = 0;
    return more(fragment.subspan(FirstHead));
}

Assembled Assembler::more(base::ByteView data) {
    if (data.size() > size_ - frame_->data.size()) return fail(Error::InvalidLength);
    frame_->data.insert(frame_->data.end(), data.begin(), data.end());
    if (frame_->data.size() < size_) return {};
    return {std::exchange(frame_, std::nullopt), {}};
}

}  // namespace ble
