/// \file scp03.hpp
/// Secure Channel Protocol 03, card side (GlobalPlatform Card Specification, Amendment D), with
/// AES-128, -192 and -256. Mode S16 stands on no source that could be checked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "apdu/command.hpp"
#include "domain/engine.hpp"
#include "domain/secure_channel.hpp"

namespace domain {

/// One session, from INITIALIZE UPDATE on. `i` as in the card's recognition data: 10 pseudo-random
/// challenge, 20 R-MAC, 40 R-ENC with it, 01 mode S16.
class Scp03 {
public:
    static constexpr std::uint8_t S16 = 0x01;
    static constexpr std::uint8_t PseudoRandom = 0x10;
    static constexpr std::uint8_t RMac = 0x20;
    static constexpr std::uint8_t REncryption = 0x40;

    Scp03(const StaticKeys& keys, std::uint8_t i) : static_{keys}, i_{i} {}

    /// Bytes of challenges, cryptograms and MACs: 8, or 16 in mode S16.
    [[nodiscard]] static std::size_t size(std::uint8_t i) noexcept { return (i & S16) ? 16 : 8; }
    /// Example: worked session of the sheet: BB BF 3E 6A 8D 4E B6 22
    [[nodiscard]] base::Bytes pseudo_random(Engine& engine, std::uint32_t counter,
                                            base::ByteView aid) const;
    /// The card cryptogram.
    [[nodiscard]] base::Bytes begin(Engine& engine, base::ByteView host_challenge,
                                    base::ByteView card_challenge);
    [[nodiscard]] Proof prove(Engine& engine, const apdu::Command& command);

    [[nodiscard]] static bool has_level(std::uint8_t i, std::uint8_t level) noexcept;
    [[nodiscard]] std::uint8_t level() const noexcept { return level_; }
    [[nodiscard]] std::uint8_t i() const noexcept { return i_; }

    [[nodiscard]] std::optional<apdu::Command> unwrap(Engine& engine, const apdu::Command& command);
    void wrap(Engine& engine, apdu::Response& response);

    /// BEGIN and END R-MAC SESSION: `bits` (10 or 30) on top of the level, and back.
    void begin_r_mac(std::uint8_t bits);
    void end_r_mac();
    [[nodiscard]] bool r_mac_running() const noexcept { return level_before_.has_value(); }

    [[nodiscard]] std::optional<Secret> decrypt_secret(Engine& engine, base::ByteView data) const;

    /// The session keys, for tests against published ones.
    struct SessionKeys {
        Secret enc{};
        Secret mac{};
        Secret r_mac{};
    };
    [[nodiscard]] const SessionKeys& session_keys() const noexcept { return session_; }

private:
    [[nodiscard]] base::Bytes derive(Engine& engine, const Secret& key, std::uint8_t constant,
                                     std::size_t bytes, base::ByteView context) const;
    [[nodiscard]] bool check_mac(Engine& engine, const apdu::Command& command, base::ByteView data,
                                 base::ByteView mac);
    [[nodiscard]] Engine::AesBlock icv(Engine& engine, bool response) const;

    StaticKeys static_;
    std::uint8_t i_;
    SessionKeys session_{};
    base::Bytes host_cryptogram_{};
    std::uint8_t level_ = Level::None;
    std::optional<std::uint8_t> level_before_{};
    Engine::AesBlock chain_{};
    std::uint32_t counter_ = 0;
};

}  // namespace domain
