/// \file boot.hpp
/// The boot code of a secure element: it stands before every OS, decides at each reset whether the
/// OS there may run, and takes a new one.
#pragma once

#include "apdu/command.hpp"
#include "loader/channel.hpp"

namespace loader {

/// As GET LOADER STATUS and the historical bytes tell it.
enum class State : std::uint8_t {
    NoOs = 0x00,
    Invalid = 0x01,      ///< an OS is there, but it is not the one that was signed
    Interrupted = 0x02,  ///< part of an OS is there
    Requested = 0x03     ///< the OS asked for the loader
};

/// What the chip is, for ever.
struct Identity {
    std::uint16_t chip_type = 0x1234;
    std::uint8_t revision = 1;  ///< of the hardware
    std::array<std::uint8_t, 8> serial{0x43, 0x41, 0x52, 0x54, 0, 0, 0, 1};
    std::uint32_t image_address = 0x0001'0000;
    bool field_loads = false;  ///< whether an OS may be loaded over the air
};

/// Commands, class 80, and 84 in the secure channel (project profile, docs/choices.md):
///   80 F0 00 00  GET LOADER STATUS: state, loader version (2), chip type (2), hardware revision,
///                serial (8), installed version (4), least security version (4), most bytes of a
///                block (2), next block (2)
///   80 F0 00 01  SHA-256 of the image that was loaded; 6985 unless it is whole
///   80 50, 84 82 INITIALIZE UPDATE, EXTERNAL AUTHENTICATE
///   84 F2 00 00  BEGIN: header, signature. 6A80 malformed, 6982 signature, 6985 not for this chip,
///                63F0 roll-back, 6A84 does not fit. The same package again goes on where it was
///   84 F4 00 00  BLOCK: index (2), cipher, digest of the next. 6985 without BEGIN, 6A86 order,
///                6988 digest, 6581 memory
///   84 F6 00 00  COMMIT: 6984 hash of the image; then a reset starts the OS
///   84 F8 00 00  ABORT: BEGIN is due again; takes a request of the OS back
class Boot {
public:
    static constexpr std::uint16_t Version = 0x0100;

    Boot(Vault& vault, port::CryptoPort& crypto, const Identity& identity);
    /// The same over a copy of the vault; the channel does not come along.
    Boot(const Boot& other, Vault& vault, port::CryptoPort& crypto);

    /// What a reset would find; nothing: the OS there may run.
    [[nodiscard]] std::optional<State> look(store::Work& work);
    /// After a reset: ends what a cut left undone, then looks.
    [[nodiscard]] std::optional<State> start(store::Work& work);

    /// One command. `field`: over the air.
    [[nodiscard]] apdu::Response run(const apdu::Command& command, bool field, store::Work& work);
    /// The channel is over, a load under way has to BEGIN again.
    void end_session() noexcept;
    /// Whether the next reset may start an OS.
    [[nodiscard]] bool reset_due() const noexcept { return reset_due_; }

    /// 'L' 'D' 'R', state, loader version as major and minor, low byte of the chip type.
    [[nodiscard]] base::Bytes historical(State state) const;
    /// Of the package in the vault, if any.
    [[nodiscard]] std::optional<Header> header(Tick now);

private:
    [[nodiscard]] apdu::Response plain(const apdu::Command& command, bool field,
                                       domain::Engine& engine, store::Work& work);
    [[nodiscard]] apdu::Response protected_command(const apdu::Command& command,
                                                   domain::Engine& engine, store::Work& work);
    [[nodiscard]] apdu::Response status(store::Work& work);
    [[nodiscard]] apdu::Response image_hash(domain::Engine& engine, store::Work& work);
    [[nodiscard]] apdu::Response begin(base::ByteView data, domain::Engine& engine,
                                       store::Work& work);
    [[nodiscard]] apdu::StatusWord judge(const Header& header, base::ByteView package,
                                         domain::Engine& engine, store::Work& work);
    [[nodiscard]] apdu::Response block(base::ByteView data, domain::Engine& engine,
                                       store::Work& work);
    [[nodiscard]] apdu::Response commit(domain::Engine& engine, store::Work& work);
    [[nodiscard]] apdu::Response abort(store::Work& work);
    [[nodiscard]] Digest hash_of(const Header& header, domain::Engine& engine, store::Work& work);

    Vault* vault_;
    port::CryptoPort* crypto_;
    Identity identity_;
    Channel channel_{};
    State state_ = State::NoOs;  ///< of the last start
    bool begun_ = false;         ///< BEGIN was accepted in this channel
    bool reset_due_ = false;
};

}  // namespace loader
