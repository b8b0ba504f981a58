/// \file scp10.hpp
/// SCP10 as this project has it (docs/choices.md, SCP10), card side: the channel once its keys are
/// agreed on. Secure messaging of ISO/IEC 7816-4 with a send sequence counter (CWA 14890-1, 9).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "apdu/command.hpp"
#include "domain/engine.hpp"
#include "domain/secure_channel.hpp"

namespace domain {

/// One open session: level 33, or 11 without encryption.
class Scp10 {
public:
    static constexpr std::size_t KeyBytes = 16;
    using Sequence = std::array<std::uint8_t, 8>;
    struct Keys {
        Secret enc{};  ///< none at level 11
        Secret mac{};
        Secret dek{};
    };

    Scp10(Keys keys, const Sequence& sequence) : keys_{std::move(keys)}, sequence_{sequence} {}

    /// SHA-1(seed | number), 16 bytes. Example: number 1 of a seed both agreed on: Kenc
    [[nodiscard]] static Secret derive(Engine& engine, const Secret& seed, std::uint8_t number);
    /// i = 01: both halves of the seed exclusive-ored.
    [[nodiscard]] static Keys agreed(Engine& engine, const Secret& seed);
    /// i = 02: as they came; without `enc` level 11.
    [[nodiscard]] static Keys transported(Engine& engine, const Secret& enc, const Secret& mac);

    [[nodiscard]] std::uint8_t level() const noexcept;
    /// The plain command, class byte without secure messaging; nothing when its objects are not
    /// those of the level, or the MAC is wrong: the session is then of no more use.
    [[nodiscard]] std::optional<apdu::Command> unwrap(Engine& engine, const apdu::Command& command);
    /// Errors too.
    void wrap(Engine& engine, apdu::Response& response);
    /// A secret of PUT KEY or STORE DATA. Nothing when it is not whole blocks.
    [[nodiscard]] std::optional<Secret> decrypt_secret(Engine& engine, base::ByteView data) const;

    /// For tests against a published session.
    [[nodiscard]] const Keys& keys() const noexcept { return keys_; }

private:
    void step() noexcept;
    [[nodiscard]] base::Bytes mac(Engine& engine, base::ByteView header,
                                  base::ByteView objects) const;

    Keys keys_;
    Sequence sequence_;  ///< of the last message, command or answer
};

}  // namespace domain
