#include "pcd/pcd.hpp"

#include <stdexcept>

#include "frame/bits.hpp"
#include "frame/crc_b.hpp"
#include "rf/timing.hpp"

namespace pcd {
namespace {

constexpr std::size_t NonceBits = 4 * 9;

void check_framing(const port::FramingB& framing) {
    if (framing.sof_low < 10 || framing.sof_low > 11 || framing.sof_high < 2 ||
        framing.sof_high > 3 || framing.egt > rf::EgtMax) {
        throw std::invalid_argument("a framing that type B does not know");
    }
}

bool is_type_b(const port::Request& request) noexcept {
    return request.technology == port::Technology::B;
}

/// Parity bits are made and judged.
bool has_parity(const port::Request& request) noexcept {
    return !is_type_b(request) && request.parity == port::Parity::Automatic;
}

}  // namespace

void check(const port::Request& request) {
    if (request.data.empty()) {
        throw std::invalid_argument("a request without data");
    }
    if (request.data.size() > LongestRequest) {
        throw std::invalid_argument("a request of more than 256 bytes");
    }
    if (request.last_bits > 7 || request.rx_align > 7) {
        throw std::invalid_argument("last_bits and rx_align are 0 to 7");
    }
    if (is_type_b(request)) {
        check_framing(request.framing);
    }
    const bool tx_whole = is_type_b(request) || request.tx_rate != port::BitRate::Fc128;
    const bool rx_whole = !is_type_b(request) && request.rx_rate != port::BitRate::Fc128;
    if ((tx_whole && request.last_bits != 0) || (rx_whole && request.rx_align != 0)) {
        throw std::invalid_argument("type B and rates above fc/128 have whole bytes only");
    }
    if (request.tx_crc && request.last_bits != 0) {
        throw std::invalid_argument("a CRC follows whole bytes only");
    }
}

void Pcd::send(std::uint8_t plain, bool encrypted, base::Bits& bits) {
    if (encrypted) {
        frame::append_byte(bits, static_cast<std::uint8_t>(plain ^ cipher_.byte()));
        bits.push_back(frame::odd_parity(plain) ^ cipher_.peek());
    } else {
        frame::append_byte_with_parity(bits, plain);
    }
}

void Pcd::encode(const port::Request& request, base::Bits& bits) {
    bits.clear();
    const bool automatic = has_parity(request);
    const auto whole = [&](std::uint8_t byte) {
        if (automatic) {
            send(byte, crypto1_, bits);
        } else {
            frame::append_byte(bits, byte);
        }
    };
    const std::size_t whole_bytes = request.data.size() - (request.last_bits != 0 ? 1 : 0);
    for (std::size_t i = 0; i < whole_bytes; ++i) {
        whole(request.data[i]);
    }
    for (unsigned i = 0; i < request.last_bits; ++i) {
        const std::uint8_t key = automatic && crypto1_ ? cipher_.bit() : std::uint8_t{0};
        bits.push_back(((request.data.back() >> i) & 1U) ^ key);
    }
    if (request.tx_crc) {
        const auto crc =
            is_type_b(request) ? frame::crc_b(request.data) : frame::crc_a(request.data);
        whole(static_cast<std::uint8_t>(crc & 0xFF));
        whole(static_cast<std::uint8_t>(crc >> 8));
    }
}

void Pcd::decode(const port::Request& request, const Heard& heard, port::Answer& answer) {
    const bool automatic = has_parity(request);
    const bool encrypted = automatic && crypto1_;
    // Above fc/128 the parity bit that ends the frame is inverted.
    const std::uint8_t at_end = request.rx_rate != port::BitRate::Fc128 ? 1 : 0;
    const auto& bits = heard.bits;
    const auto collided = [&](std::size_t i) {
        return !heard.collisions.empty() && heard.collisions[i] != 0;
    };
    answer.silent = false;
    answer.errors.framing = heard.framing;
    answer.data.reserve(bits.size() / 8 + 1);
    answer.collisions.reserve(bits.size() / 8 + 1);

    std::uint16_t crc = is_type_b(request) ? frame::CrcBPreset : frame::CrcAPreset;
    std::size_t bytes = 0;
    const unsigned align = is_type_b(request) ? 0 : request.rx_align;
    unsigned filled = align;
    std::uint8_t byte = 0;
    std::uint8_t mask = 0;
    bool first = align != 0;
    const auto store = [&] {
        if (bytes < LongestAnswer) {
            answer.data.push_back(byte);
            answer.collisions.push_back(mask);
        } else {
            answer.errors.overflow = true;
        }
        crc = frame::crc_next(crc, byte);
        ++bytes;
        byte = 0;
        mask = 0;
        filled = 0;
    };

    std::size_t i = 0;
    while (i < bits.size()) {
        const std::uint8_t key = encrypted ? cipher_.bit() : std::uint8_t{0};
        const auto bit = static_cast<unsigned>(bits[i] ^ key);
        if (collided(i)) {
            answer.errors.collision = true;
            byte = static_cast<std::uint8_t>(byte | 1U << filled);
            mask = static_cast<std::uint8_t>(mask | 1U << filled);
        } else {
            byte = static_cast<std::uint8_t>(byte | bit << filled);
        }
        ++i;
        if (++filled < 8) {
            continue;
        }
        if (automatic) {
            const bool missing = i == bits.size();
            if (!missing && collided(i)) {
                answer.errors.collision = true;
            }
            if (!first && !answer.errors.collision) {
                const auto expected = static_cast<std::uint8_t>(
                    frame::odd_parity(byte) ^ (encrypted ? cipher_.peek() : 0) ^
                    (i + 1 == bits.size() ? at_end : 0));
                answer.errors.parity = answer.errors.parity || missing || bits[i] != expected;
            }
            ++i;
        }
        first = false;
        store();
    }
    const bool part = filled != 0 && !(bits.empty());
    if (part) {
        answer.last_bits = filled;
        store();
    }
    if (answer.errors.overflow) {
        answer.last_bits = 0;
        return;
    }
    if (!request.rx_crc || answer.errors.collision) {
        return;
    }
    const std::uint16_t right = is_type_b(request) ? frame::CrcBResidue : 0;
    answer.errors.crc = part || bytes < 3 || crc != right;
    if (!answer.errors.crc) {
        answer.data.resize(bytes - 2);
        answer.collisions.resize(bytes - 2);
    }
}

void Pcd::auth_command(const port::AuthRequest& request, base::Bits& bits) {
    bits.clear();
    nested_ = crypto1_;
    const std::array<std::uint8_t, 2> command{request.command, request.block};
    const auto crc = frame::crc_a(command);
    send(command[0], nested_, bits);
    send(command[1], nested_, bits);
    send(static_cast<std::uint8_t>(crc & 0xFF), nested_, bits);
    send(static_cast<std::uint8_t>(crc >> 8), nested_, bits);
    crypto1_ = false;
}

bool Pcd::auth_nonce(const port::AuthRequest& request, const Heard& heard) {
    if (heard.bits.size() != NonceBits || heard.framing || !heard.collisions.empty()) {
        return false;
    }
    cipher_.load(request.key);
    std::array<std::uint8_t, 4> nt{};
    for (unsigned i = 0; i < nt.size(); ++i) {
        const auto sent = frame::byte_at(heard.bits, 9 * i);
        const auto uid = request.uid[i];
        std::uint8_t parity_key = 0;
        if (nested_) {
            nt[i] = static_cast<std::uint8_t>(
                sent ^ cipher_.byte_encrypted(static_cast<std::uint8_t>(sent ^ uid)));
            parity_key = cipher_.peek();
        } else {
            nt[i] = sent;
            cipher_.byte(static_cast<std::uint8_t>(sent ^ uid));
        }
        if ((heard.bits[9 * i + 8] ^ parity_key) != frame::odd_parity(nt[i])) {
            return false;
        }
    }
    nt_ = crypto1::nonce_from(nt);
    return true;
}

void Pcd::auth_proof(const port::AuthRequest& request, base::Bits& bits) {
    bits.clear();
    for (const auto byte : request.nr) {
        frame::append_byte(bits, static_cast<std::uint8_t>(byte ^ cipher_.byte(byte)));
        bits.push_back(frame::odd_parity(byte) ^ cipher_.peek());
    }
    for (const auto byte : crypto1::nonce_bytes(crypto1::successor(nt_, 64))) {
        send(byte, true, bits);
    }
}

bool Pcd::auth_answer(const Heard& heard) {
    if (heard.bits.size() != NonceBits || heard.framing || !heard.collisions.empty()) {
        return false;
    }
    const auto at = crypto1::nonce_bytes(crypto1::successor(nt_, 96));
    bool right = true;
    for (unsigned i = 0; i < at.size(); ++i) {
        const auto plain = frame::byte_at(heard.bits, 9 * i) ^ cipher_.byte();
        right = right && plain == at[i] &&
                (heard.bits[9 * i + 8] ^ cipher_.peek()) == frame::odd_parity(at[i]);
    }
    crypto1_ = right;
    return right;
}

}  // namespace pcd
