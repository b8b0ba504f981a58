#include "anticol/activation.hpp"

#include <algorithm>

#include "frame/bits.hpp"
#include "frame/crc_a.hpp"

namespace anticol {
namespace {

constexpr std::size_t ShortFrameBits = 7;
constexpr std::size_t SelectBits = 9 * 9;
constexpr std::size_t HeaderBits = 2 * 9;  // SEL and NVB
constexpr std::uint8_t NvbSelect = 0x70;

std::uint8_t short_code(base::BitView bits) noexcept {
    std::uint8_t code = 0;
    for (unsigned i = 0; i < ShortFrameBits; ++i) {
        code = static_cast<std::uint8_t>(code | bits[i] << i);
    }
    return code;
}

bool parity_right(base::BitView bits, std::size_t first) noexcept {
    return bits[first + 8] == frame::odd_parity(frame::byte_at(bits, first));
}

}  // namespace

bool Activation::wakes(base::BitView bits) const noexcept {
    if (bits.size() != ShortFrameBits) {
        return false;
    }
    const auto code = short_code(bits);
    return (code == CodeWupa && (state_ == State::Idle || state_ == State::Halt)) ||
           (code == CodeReqa && state_ == State::Idle);
}

void Activation::wake(const Identity& identity, base::Bits& reply) {
    identity_ = identity;
    woken_ = state_ == State::Halt;
    state_ = State::Ready;
    level_ = 1;
    part_ = identity_.uid.part(level_);
    reply.clear();
    frame::append_byte_with_parity(reply, static_cast<std::uint8_t>(identity_.atqa & 0xFF));
    frame::append_byte_with_parity(reply, static_cast<std::uint8_t>(identity_.atqa >> 8));
}

bool Activation::ready_frame(base::BitView bits, base::Bits& reply) {
    bool answered = false;
    if (bits.size() >= HeaderBits && parity_right(bits, 0) && parity_right(bits, 9) &&
        frame::byte_at(bits, 0) == 0x93 + 2 * (level_ - 1)) {
        const auto nvb = frame::byte_at(bits, 9);
        answered = nvb == NvbSelect ? select(bits, reply) : anticollision(bits, nvb, reply);
    }
    if (!answered) {
        fall_back();
    }
    return answered;
}

bool Activation::anticollision(base::BitView bits, std::uint8_t nvb, base::Bits& reply) const {
    const unsigned bytes = nvb >> 4;
    const unsigned extra = nvb & 0x0F;
    if (bytes < 2 || bytes > 6 || extra > 7 || bits.size() != 9 * bytes + extra) {
        return false;
    }
    const unsigned known = bytes - 2;
    for (unsigned i = 0; i < known; ++i) {
        const std::size_t first = HeaderBits + 9 * i;
        if (!parity_right(bits, first) || frame::byte_at(bits, first) != part_[i]) {
            return false;
        }
    }
    for (unsigned i = 0; i < extra; ++i) {
        if (bits[HeaderBits + 9 * known + i] != ((part_[known] >> i) & 1)) {
            return false;
        }
    }
    // The split byte keeps the parity of the whole byte; the PCD does not judge it.
    reply.clear();
    frame::append_bits(reply, static_cast<std::uint8_t>(part_[known] >> extra), 8 - extra);
    reply.push_back(frame::odd_parity(part_[known]));
    for (unsigned i = known + 1; i < part_.size(); ++i) {
        frame::append_byte_with_parity(reply, part_[i]);
    }
    return true;
}

bool Activation::select(base::BitView bits, base::Bits& reply) {
    if (bits.size() != SelectBits) {
        return false;
    }
    const auto read = frame::read_standard(bits);
    if (!read.parity_ok || !read.crc_ok ||
        !std::equal(part_.begin(), part_.end(), read.data.begin() + 2)) {
        return false;
    }
    std::uint8_t sak = SakCascade;
    if (level_ == identity_.uid.levels()) {
        sak = identity_.sak;
        state_ = State::Active;
    } else {
        part_ = identity_.uid.part(++level_);
    }
    const std::array<std::uint8_t, 1> data{sak};
    const auto crc = frame::crc_a(data);
    reply.clear();
    frame::append_byte_with_parity(reply, sak);
    frame::append_byte_with_parity(reply, static_cast<std::uint8_t>(crc & 0xFF));
    frame::append_byte_with_parity(reply, static_cast<std::uint8_t>(crc >> 8));
    return true;
}

void Activation::reset() noexcept {
    state_ = State::Idle;
    woken_ = false;
    level_ = 1;
}

}  // namespace anticol
