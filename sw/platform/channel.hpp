/// \file channel.hpp
/// Secure channels as errands use them, whatever their protocol: how one is opened is a strategy.
///
/// A protocol is added by an Opener: SCP02 and SCP03 share open_scp(); one that needs other keys
/// than a KeySet (SCP10, scp10.hpp) brings them in its closure.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apdu/command.hpp"
#include "platform/key_set.hpp"
#include "platform/source.hpp"
#include "reader/secure_channel.hpp"

namespace platform {

/// One APDU to be taken to the card, and what it is.
struct Step {
    std::string name{};    ///< example: "PUT KEY"
    std::string domain{};  ///< AID of the domain it is for, hexadecimal
    base::Bytes apdu{};
    /// Check values of the keys that it brings to the card; empty: none.
    std::string checks{};
};

/// An open one. Ends with the object.
class Channel {
public:
    virtual ~Channel() = default;
    /// The APDUs that a command becomes; all but the last are answered with 9000 alone.
    [[nodiscard]] virtual std::vector<base::Bytes> wrap(const apdu::Command& command) = 0;
    /// The answer to the last of them; nothing when it is not to be believed.
    [[nodiscard]] virtual std::optional<apdu::Response> unwrap(base::ByteView answer) = 0;
    /// PUT KEY of a whole set; `replaced`: version it takes the place of, 0 adds it.
    [[nodiscard]] virtual apdu::Command put_key(std::uint8_t replaced, const KeySet& set) const = 0;
    /// A secret under the channel's DEK, for STORE DATA; zeros fill its last block.
    [[nodiscard]] virtual base::Bytes encrypt(base::ByteView secret) const = 0;
};

/// On its way, with the domain that was just selected.
class Opening {
public:
    virtual ~Opening() = default;
    /// Nothing: it is decided. The same step until its answer is taken.
    [[nodiscard]] virtual std::optional<Step> next() = 0;
    virtual void take(base::ByteView answer) = 0;
    /// Index of the candidate that the card has, or their number when the channel is open with
    /// other keys; nothing: not open.
    [[nodiscard]] virtual std::optional<std::size_t> opened_with() const = 0;
    /// When it did not open: why nothing is known of the card's keys; empty: it has none of the
    /// candidates.
    [[nodiscard]] virtual std::string trouble() const = 0;
    /// The open channel; call it once.
    [[nodiscard]] virtual std::unique_ptr<Channel> channel() = 0;
};

struct OpeningRequest {
    std::string card{};    ///< diversification data that the card must tell, hexadecimal
    std::string domain{};  ///< AID of the selected domain
    std::vector<KeySet> candidates{};
    std::uint8_t level = 0x33;  ///< reader::SecurityLevel; SCP02 takes C-MAC, encryption, R-MAC
    Random random{};
};

/// A channel that is open already.
[[nodiscard]] std::unique_ptr<Channel> over(reader::SecureChannel channel);

using Opener = std::function<std::unique_ptr<Opening>(OpeningRequest)>;

/// SCP02 and SCP03, as the card offers. One INITIALIZE UPDATE for each key version among the
/// candidates, until the card's cryptogram fits one of them: nothing is tried against the card.
[[nodiscard]] std::unique_ptr<Opening> open_scp(OpeningRequest request);

}  // namespace platform
