/// \file analyser.hpp
/// What each frame of a session means, and its plaintext where a key is known.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/key.hpp"
#include "port/air_frame.hpp"
#include "trace/cipher_track.hpp"
#include "trace/octets.hpp"

namespace trace {

/// A frame as a person reads it.
struct Reading {
    Octets octets{};
    Crc crc = Crc::None;
    std::string annotation{};
    /// A sector trailer in clear: bytes 0 to 5 and 10 to 15 are keys, not to be shown.
    bool keys = false;

    [[nodiscard]] bool is_secret(std::size_t index) const noexcept {
        return keys && (index < 6 || (index >= 10 && index < 16));
    }
};

struct Item {
    port::AirFrame frame{};
    Reading air{};                   ///< as sent
    std::optional<Reading> plain{};  ///< decrypted
    /// A card nonce in clear, at the frame that tells it: nt itself, or {nr}{ar} when nt was
    /// encrypted.
    std::optional<std::array<std::uint8_t, 4>> nonce{};
    std::optional<std::size_t> key{};  ///< at {nr}{ar}: which of the known keys
};

/// Follows a session frame by frame.
class Analyser {
public:
    /// `keys` are tried on every Crypto1 authentication.
    explicit Analyser(std::vector<base::SectorKey> keys = {});

    [[nodiscard]] Item frame(const port::AirFrame& frame);
    void field(bool on);

private:
    enum class Phase : std::uint8_t {
        Clear,
        NonceDue,   ///< an AUTH command was sent
        ReaderDue,  ///< nt was sent
        CardDue,    ///< {nr}{ar} was sent
        Encrypted
    };
    /// What the reader's last frame asks the card for.
    enum class Due : std::uint8_t { Nothing, Atqa, Uid, Sak, Acknowledge, Data };

    Reading of_type_b(const port::AirFrame& frame);
    Reading from_reader(const Octets& octets, std::size_t bits, std::optional<Reading>& plain);
    Reading from_card(const Octets& octets, std::size_t bits, std::optional<Reading>& plain);
    Reading command(const Octets& octets);
    Reading answer(const Octets& octets, std::size_t bits);
    Reading authentication(const Octets& octets, std::optional<Reading>& plain);
    void follow(const Reading& command);
    void reset();

    CipherTrack cipher_;
    Phase phase_ = Phase::Clear;
    Due due_ = Due::Nothing;
    bool trailer_ = false;  ///< the command under way reads or writes a sector trailer
    unsigned split_ = 0;    ///< bit at which the last anticollision frame stopped
    std::size_t second_part_ =
        0;  ///< bytes of the command's second part, CRC included; 0 = none due
    std::array<std::uint8_t, 4> uid_{};
    Octets nonce_{};
    std::optional<std::array<std::uint8_t, 4>> told_nonce_{};  ///< by the frame under way
    std::optional<std::size_t> told_key_{};
};

}  // namespace trace
