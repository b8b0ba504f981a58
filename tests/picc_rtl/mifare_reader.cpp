#include "mifare_reader.hpp"

#include <gtest/gtest.h>

namespace picc_rtl {
namespace {

bool fa(bool a, bool b, bool c, bool d) { return ((a || b) ^ (a && d)) ^ (c && ((a ^ b) || d)); }
bool fb(bool a, bool b, bool c, bool d) { return ((a && b) || c) ^ ((a ^ b) && (c || d)); }
bool fc(bool a, bool b, bool c, bool d, bool e) {
    return (a || ((b || e) && (d ^ e))) ^ ((a ^ (b && d)) && ((c ^ d) || (b && e)));
}

}  // namespace

void Crypto1::load(const Bytes& key) {
    x_ = 0;
    for (std::size_t n = 0; n < 6; ++n) x_ |= static_cast<std::uint64_t>(key.at(n)) << (8 * n);
}

bool Crypto1::key_bit() const {
    const auto x = [this](unsigned n) { return ((x_ >> n) & 1) != 0; };
    return fc(fa(x(9), x(11), x(13), x(15)), fb(x(17), x(19), x(21), x(23)),
              fb(x(25), x(27), x(29), x(31)), fa(x(33), x(35), x(37), x(39)),
              fb(x(41), x(43), x(45), x(47)));
}

void Crypto1::step(bool feed) {
    bool bit = feed;
    for (const unsigned tap :
         {0U, 5U, 9U, 10U, 12U, 14U, 15U, 17U, 19U, 24U, 25U, 27U, 29U, 35U, 39U, 41U, 42U, 43U}) {
        bit ^= ((x_ >> tap) & 1) != 0;
    }
    x_ = (x_ >> 1) | (static_cast<std::uint64_t>(bit) << 47);
}

std::uint8_t Crypto1::byte(std::uint8_t feed, bool decrypt) {
    unsigned stream = 0;
    for (unsigned n = 0; n < 8; ++n) {
        const bool key = key_bit();
        stream |= static_cast<unsigned>(key) << n;
        step((((feed >> n) & 1) != 0) ^ (decrypt && key));
    }
    return static_cast<std::uint8_t>(stream);
}

Bytes Crypto1::state() const {
    Bytes bytes;
    for (unsigned n = 0; n < 6; ++n) bytes.push_back(static_cast<std::uint8_t>(x_ >> (8 * n)));
    return bytes;
}

Bytes successor(const Bytes& nonce, unsigned steps) {
    std::uint32_t word = 0;
    for (std::size_t n = 0; n < 4; ++n) word |= static_cast<std::uint32_t>(nonce.at(n)) << (8 * n);
    for (unsigned n = 0; n < steps; ++n) {
        const std::uint32_t bit = (word >> 16) ^ (word >> 18) ^ (word >> 19) ^ (word >> 21);
        word = (word >> 1) | (bit << 31);
    }
    Bytes result;
    for (unsigned n = 0; n < 4; ++n) result.push_back(static_cast<std::uint8_t>(word >> (8 * n)));
    return result;
}

bool MifareReader::activate(const Bytes& uid, bool wake_all) {
    open = false;
    if (bench_.exchange(short_frame(wake_all ? 0x52 : 0x26)).silent()) return false;
    for (std::uint8_t level = 0; level < 3; ++level) {
        const auto sel = static_cast<std::uint8_t>(0x93 + 2 * level);
        const Answer part = bench_.exchange(standard_frame({sel, 0x20}));
        const Bytes own = part.bytes();
        if (own.size() != 5) return false;
        Bytes select{sel, 0x70};
        select.insert(select.end(), own.begin(), own.end());
        const Bytes sak = bench_.exchange(standard_frame(with_crc(select))).bytes();
        if (sak.size() != 3) return false;
        cipher_uid.assign(own.begin(), own.begin() + 4);
        if ((sak[0] & 4) == 0)
            return uid.empty() || std::equal(cipher_uid.begin(), cipher_uid.end(), uid.end() - 4);
    }
    return false;
}

bool MifareReader::request_nonce(std::uint8_t code, std::uint8_t block, const Bytes& key) {
    const bool nested = open;
    const Bytes command = with_crc({code, block});
    const Answer answer =
        bench_.exchange(nested ? encrypt(command) : standard_frame(command), {}, 6000);
    if (answer.bits.size() != 36) return false;
    EXPECT_EQ(answer.index(), 35);
    cipher.load(key);
    nonce_ = answer.bytes();
    for (std::size_t n = 0; n < 4; ++n) {
        const std::uint8_t own = cipher_uid[n];
        std::uint8_t air = nonce_[n];
        // A nested nonce is fed as it is before encryption.
        unsigned plain = 0;
        for (unsigned bit = 0; bit < 8; ++bit) {
            const bool value = (((air >> bit) & 1) != 0) ^ (nested && cipher.key_bit());
            plain |= static_cast<unsigned>(value) << bit;
            cipher.step(value ^ (((own >> bit) & 1) != 0));
        }
        nonce_[n] = static_cast<std::uint8_t>(plain);
        const bool odd = (__builtin_popcount(plain) & 1) == 0;
        if (!judges_nonce_parity) continue;
        EXPECT_EQ(answer.parity()[n], odd ^ (nested && cipher.key_bit())) << "parity of nt";
    }
    return true;
}

Bits MifareReader::proof(const Bytes& nr, std::optional<Bytes> ar) {
    Bits bits;
    const Bytes right = successor(nonce_, 64);
    const Bytes sent = ar.value_or(right);
    for (std::size_t n = 0; n < 8; ++n) {
        const std::uint8_t plain = n < 4 ? nr.at(n) : sent.at(n - 4);
        const auto stream = cipher.byte(n < 4 ? plain : std::uint8_t{0});
        for (unsigned bit = 0; bit < 8; ++bit) bits.push_back((((plain ^ stream) >> bit) & 1) != 0);
        bits.push_back(((__builtin_popcount(plain) & 1) == 0) ^ cipher.key_bit());
    }
    return bits;
}

bool MifareReader::authenticate(std::uint8_t code, std::uint8_t block, const Bytes& key) {
    const bool asked = request_nonce(code, block, key);
    open = false;
    if (!asked) return false;
    const Answer answer = bench_.exchange(proof(hex("11223344")));
    open = true;
    const Reply reply = decrypt(answer);
    open = !reply.silent && reply.parity_ok && reply.data == successor(nonce_, 96);
    if (open) {
        EXPECT_EQ(answer.index(), 9);
    }
    return open;
}

Bits MifareReader::encrypt(const Bytes& bytes, std::optional<std::size_t> flip_parity) {
    Bits bits;
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        const std::uint8_t stream = cipher.byte();
        for (unsigned bit = 0; bit < 8; ++bit)
            bits.push_back((((bytes[n] ^ stream) >> bit) & 1) != 0);
        const bool right = ((__builtin_popcount(bytes[n]) & 1) == 0) ^ cipher.key_bit();
        bits.push_back(right ^ (flip_parity == n));
    }
    return bits;
}

Reply MifareReader::decrypt(const Answer& answer) {
    Reply reply;
    reply.air = answer;
    reply.silent = answer.silent();
    if (reply.silent) return reply;
    if (answer.bits.size() == 4) {
        unsigned nibble = 0;
        for (unsigned n = 0; n < 4; ++n) {
            const bool key = open && cipher.key_bit();
            nibble |= static_cast<unsigned>(answer.bits[n] ^ key) << n;
            if (open) cipher.step(false);
        }
        reply.nibble = nibble;
        return reply;
    }
    const Bytes air = answer.bytes();
    const std::vector<bool> parity = answer.parity();
    for (std::size_t n = 0; n < air.size(); ++n) {
        const auto plain = static_cast<std::uint8_t>(air[n] ^ (open ? cipher.byte() : 0));
        reply.data.push_back(plain);
        const bool right = ((__builtin_popcount(plain) & 1) == 0) ^ (open && cipher.key_bit());
        if (parity[n] != right) reply.parity_ok = false;
    }
    return reply;
}

Reply MifareReader::send_raw(const Bytes& bytes, std::optional<std::size_t> flip_parity,
                             Tick wait) {
    const Bits frame = open ? encrypt(bytes, flip_parity) : standard_frame(bytes, flip_parity);
    return decrypt(bench_.exchange(frame, {}, wait));
}

Reply MifareReader::send(const Bytes& bytes, Tick wait) {
    return send_raw(with_crc(bytes), {}, wait);
}

}  // namespace picc_rtl
