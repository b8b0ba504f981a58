/// \file cipher_track.hpp
/// Follows the Crypto1 keystream of a session whose key is among known ones.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/key.hpp"
#include "crypto1/cipher.hpp"
#include "trace/octets.hpp"

namespace trace {

class CipherTrack {
public:
    explicit CipherTrack(std::vector<base::SectorKey> keys) : keys_{std::move(keys)} {}

    /// The plaintext of one authentication.
    struct Plain {
        std::array<std::uint8_t, 4> nt{};
        Octets answer{};      ///< nr and ar
        std::size_t key = 0;  ///< which of the known ones
    };
    /// Finds the key of an authentication from its nonce frame and {nr}{ar}, and follows it from
    /// there. Nothing when no known key fits; then nothing is followed.
    std::optional<Plain> start(const std::array<std::uint8_t, 4>& uid, const Octets& nonce,
                               const Octets& answer, bool nested);
    void stop() noexcept { cipher_.reset(); }
    [[nodiscard]] bool active() const noexcept { return cipher_.has_value(); }

    /// The next frame of the session in clear; parity bits become those of the plaintext.
    /// Needs active().
    [[nodiscard]] Octets decrypt(const Octets& frame);

private:
    std::vector<base::SectorKey> keys_;
    std::optional<crypto1::Cipher> cipher_;
};

}  // namespace trace
