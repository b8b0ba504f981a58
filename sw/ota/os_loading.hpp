/// \file os_loading.hpp
/// The host's end of loading a chip OS: asks a boot loader what it is, and gives it a package.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "link/smart_card.hpp"
#include "ota/os_package.hpp"
#include "reader/secure_channel.hpp"

namespace ota {

enum class LoaderState : std::uint8_t {
    NoOs = 0,
    Invalid = 1,
    Interrupted = 2,
    Requested = 3  ///< by the OS
};
/// Example: "update interrupted"
[[nodiscard]] std::string to_string(LoaderState state);

/// What GET LOADER STATUS answers.
struct LoaderStatus {
    LoaderState state = LoaderState::NoOs;
    std::uint16_t loader_version = 0;
    std::uint16_t chip_type = 0;
    std::uint8_t revision = 0;  ///< of the hardware
    std::array<std::uint8_t, 8> serial{};
    std::uint32_t version = 0;           ///< of the OS there; 0: none
    std::uint32_t security_version = 0;  ///< the least that is accepted
    std::uint16_t most_block_bytes = 0;
    std::uint16_t next_block = 0;

    friend bool operator==(const LoaderStatus&, const LoaderStatus&) = default;
};
/// Nothing when it is not 26 bytes with a state there is.
[[nodiscard]] std::optional<LoaderStatus> parse_loader_status(base::ByteView data);

/// How an attempt to load ended.
struct LoadResult {
    enum class End : std::uint8_t {
        Loaded,   ///< a reset starts the OS
        Refused,  ///< the card said no, `sw`; try no further with this package
        Lost,     ///< the card is gone: power it and load again, it goes on where it was
        NoLoader  ///< the card runs an OS, or is none of ours
    };
    End end = End::Lost;
    apdu::StatusWord sw = 0;  ///< of a refusal
    std::string why{};        ///< in words
    std::size_t sent = 0;     ///< blocks in this attempt
};

/// What a status word of the loader's means. Example: why(0x63F0) == "roll-back: ..."
[[nodiscard]] std::string why(apdu::StatusWord sw);

/// The card is powered by who owns it.
/// Example: OsLoading loading{card, keys, challenge}; loading.load(package, progress);
class OsLoading {
public:
    using Challenge = std::function<base::Bytes()>;  ///< eight random bytes, new each time
    using Progress = std::function<void(std::size_t done, std::size_t blocks)>;

    OsLoading(hostlink::SmartCard& card, reader::ChannelKeys keys, Challenge challenge);

    /// Without the channel. Nothing when the card has no loader in control, or is gone.
    [[nodiscard]] std::optional<LoaderStatus> status();
    /// SHA-256 of the image that was loaded, as the card reckons it; nothing before it is whole.
    [[nodiscard]] std::optional<OsDigest> image_hash();
    /// From BEGIN to COMMIT, or on from where an interrupted one was. `progress` is told after each
    /// block.
    [[nodiscard]] LoadResult load(const OsPackage& package, const Progress& progress = {});
    /// Takes back what the OS asked for: while its image is whole, the next reset starts it. False:
    /// the card refuses or is gone.
    [[nodiscard]] bool give_up();

private:
    [[nodiscard]] std::optional<apdu::Response> send(const apdu::Command& command);
    [[nodiscard]] std::optional<LoadResult> open();
    /// A command in the channel; nothing: done, else how it ended.
    [[nodiscard]] std::optional<LoadResult> run(std::uint8_t ins, base::ByteView data);

    hostlink::SmartCard& card_;
    reader::SecureChannel channel_;
    Challenge challenge_;
};

/// Asks the running OS to give the loader control at the next reset, with the keys of the security
/// domain that its application "os-update" belongs to. The status word of what went wrong; nothing:
/// the card is gone.
[[nodiscard]] std::optional<apdu::StatusWord> enter_loader(hostlink::SmartCard& card,
                                                           const reader::ChannelKeys& keys,
                                                           base::ByteView challenge);

}  // namespace ota
