/// \file channel.hpp
/// The boot loader's secure channel: SCP03 with its own key set, counted and locked in the vault.
#pragma once

#include <optional>

#include "domain/scp03.hpp"
#include "loader/vault.hpp"

namespace loader {

/// One at a time; a new INITIALIZE UPDATE ends the one before.
class Channel {
public:
    static constexpr std::uint8_t KeyVersion = 0x01;
    static constexpr std::uint8_t I = 0x70;  ///< pseudo-random challenge, R-MAC, R-ENC
    static constexpr std::uint8_t MostFailures = 10;

    /// `diversification`: ten bytes that tell hosts whose keys these are.
    /// 6983 after MostFailures wrong tries in a row, for ever.
    [[nodiscard]] apdu::Response initialize_update(const apdu::Command& command,
                                                   base::ByteView diversification, Vault& vault,
                                                   domain::Engine& engine, store::Work& work);
    /// Counts the try in the vault before it looks at it. Needs a level with C-MAC.
    [[nodiscard]] apdu::Response external_authenticate(const apdu::Command& command, Vault& vault,
                                                       domain::Engine& engine, store::Work& work);
    /// The plain command; nothing, and the channel is closed, when its protection is wrong.
    [[nodiscard]] std::optional<apdu::Command> unwrap(const apdu::Command& command,
                                                      domain::Engine& engine);
    void wrap(apdu::Response& response, domain::Engine& engine);

    [[nodiscard]] bool open() const noexcept { return open_; }
    /// The session's keys are wiped.
    void close() noexcept;

private:
    std::optional<domain::Scp03> protocol_{};
    bool open_ = false;
};

}  // namespace loader
