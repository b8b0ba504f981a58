/// \file pcd.hpp
/// The reader's digital side as plain C++: requests to bits of the air, bits of the air to answers,
/// Crypto1 in the reader's role. Knows no time. Twin of rtl/top's PCD.
#pragma once

#include <array>

#include "base/bytes.hpp"
#include "crypto1/cipher.hpp"
#include "crypto1/nonce.hpp"
#include "port/reader_port.hpp"

namespace pcd {

inline constexpr std::size_t LongestRequest = 256;  ///< bytes, CRC not included
inline constexpr std::size_t LongestAnswer = 256;   ///< bytes, CRC included

/// Throws std::invalid_argument when the request breaks the rules of ReaderPort (start and time-out
/// are the caller's to judge).
void check(const port::Request& request);

/// Bits heard; `collisions` is empty when none collided.
struct Heard {
    base::BitView bits{};
    base::BitView collisions{};
    bool framing = false;
};

class Pcd {
public:
    [[nodiscard]] bool crypto1_on() const noexcept { return crypto1_; }
    void crypto1_off() noexcept { crypto1_ = false; }

    /// The bits of the air of a checked request, into `bits`.
    void encode(const port::Request& request, base::Bits& bits);
    /// Data, collisions and errors of what was heard, into `answer`; ticks are left alone.
    void decode(const port::Request& request, const Heard& heard, port::Answer& answer);

    /// The three passes. Each step but the last goes on only when the one before returned true.
    void auth_command(const port::AuthRequest& request, base::Bits& bits);
    bool auth_nonce(const port::AuthRequest& request, const Heard& heard);
    void auth_proof(const port::AuthRequest& request, base::Bits& bits);
    bool auth_answer(const Heard& heard);
    /// The card's nonce after auth_nonce().
    [[nodiscard]] std::array<std::uint8_t, 4> nonce() const noexcept {
        return crypto1::nonce_bytes(nt_);
    }

private:
    void send(std::uint8_t plain, bool encrypted, base::Bits& bits);

    crypto1::Cipher cipher_{};
    bool crypto1_ = false;
    bool nested_ = false;
    crypto1::Nonce nt_ = 0;
};

}  // namespace pcd
