/// \file scp02.hpp
/// Secure Channel Protocol 02, card side, explicit initiation (GlobalPlatform Card Specification,
/// appendix E): i = 15, and 55 with a pseudo-random card challenge.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "apdu/command.hpp"
#include "domain/engine.hpp"
#include "domain/secure_channel.hpp"

namespace domain {

/// One session, from INITIALIZE UPDATE on.
class Scp02 {
public:
    using Challenge = std::array<std::uint8_t, 6>;

    Scp02(Engine& engine, const StaticKeys& keys, std::uint16_t sequence);

    /// For i = 55. Example: worked session of the sheet: 1E 49 FF D4 D1 E8
    [[nodiscard]] Challenge pseudo_random(Engine& engine, base::ByteView aid) const;
    /// The card cryptogram.
    [[nodiscard]] base::Bytes begin(Engine& engine, base::ByteView host_challenge,
                                    const Challenge& card_challenge);
    /// Judges EXTERNAL AUTHENTICATE; sets the level when it is right.
    [[nodiscard]] Proof prove(Engine& engine, const apdu::Command& command);

    [[nodiscard]] static bool has_level(std::uint8_t level) noexcept;
    [[nodiscard]] std::uint8_t level() const noexcept { return level_; }
    [[nodiscard]] std::uint16_t sequence() const noexcept { return sequence_; }

    /// The plain command, class byte without secure messaging; nothing when MAC or padding is
    /// wrong.
    [[nodiscard]] std::optional<apdu::Command> unwrap(Engine& engine, const apdu::Command& command);
    /// A command that came without secure messaging, as level 00 and 10 have it.
    void note(const apdu::Command& plain);
    void wrap(Engine& engine, apdu::Response& response);

    /// BEGIN and END R-MAC SESSION; `each`: every answer bears its MAC.
    void begin_r_mac(bool each);
    [[nodiscard]] base::Bytes r_mac() const { return r_mac_; }
    void end_r_mac();
    [[nodiscard]] bool r_mac_running() const noexcept { return r_mac_running_; }

    /// A secret of PUT KEY or STORE DATA. Nothing when it is not whole blocks.
    [[nodiscard]] std::optional<Secret> decrypt_secret(Engine& engine, base::ByteView data) const;

private:
    [[nodiscard]] bool check_mac(Engine& engine, const apdu::Command& command, base::ByteView plain,
                                 base::ByteView mac);

    Secret enc_, mac_, r_mac_key_, dek_;
    std::uint16_t sequence_;
    base::Bytes host_cryptogram_{};
    std::uint8_t level_ = Level::None;
    base::Bytes c_mac_{};  ///< the last right one
    base::Bytes r_mac_{};  ///< the last one sent or reckoned
    base::Bytes asked_{};  ///< the plain command, for the R-MAC of its answer
    bool r_mac_running_ = false;
    std::uint8_t level_before_ = Level::None;
};

}  // namespace domain
