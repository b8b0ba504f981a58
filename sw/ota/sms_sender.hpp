/// \file sms_sender.hpp
/// The business platform's end of short messages: sends a script to the secure channel module until
/// it has the proof of receipt (systems.md B5).
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "ota/download.hpp"
#include "ota/secured_packet.hpp"
#include "ota/short_message.hpp"

namespace ota {

/// TAR of the secure channel module.
inline constexpr Tar ModuleTar{0xBF, 0xFF, 0x01};

/// Gives out counters for secured packets, each larger than all before; they survive the platform,
/// which must not begin anew.
using PacketCounter = std::function<std::uint64_t()>;

/// One command at a time is under way. Whoever owns it carries TPDUs.
class SmsSender {
public:
    SmsSender(PacketKeys keys, PacketCounter counter)
        : keys_{std::move(keys)}, counter_{std::move(counter)} {}

    /// Begins with another command: its messages, SMS-DELIVER, in order.
    [[nodiscard]] std::vector<base::Bytes> send(const apdu::Command& command);
    /// The same packet again, with the same counter: it cannot run twice.
    [[nodiscard]] std::vector<base::Bytes> repeat() const;

    /// What a card sent. Nothing: it is not about the command under way, or not to be believed.
    struct Outcome {
        /// Nothing: the command has run before, or never will, and its answer is lost.
        std::optional<apdu::Response> answer{};
    };
    [[nodiscard]] std::optional<Outcome> take(base::ByteView submit);

private:
    PacketKeys keys_;
    PacketCounter counter_;
    CommandPacket packet_{};
    std::uint16_t reference_ = 0;
    bool under_way_ = false;
};

/// Drives a download over short messages.
class SmsDownload {
public:
    /// Silences in a row after which the element counts as unreachable.
    static constexpr unsigned MostRepeats = 24;

    SmsDownload(std::shared_ptr<Download> download, PacketKeys keys, PacketCounter counter)
        : download_{std::move(download)}, sender_{std::move(keys), std::move(counter)} {}

    /// The messages that begin the next command; empty: the card is installed.
    [[nodiscard]] std::vector<base::Bytes> begin();
    /// A message from the card; what goes out because of it. Throws platform::Refusal.
    [[nodiscard]] std::vector<base::Bytes> take(base::ByteView submit);
    /// Nothing came for too long. Throws platform::Refusal when it was once too often.
    [[nodiscard]] std::vector<base::Bytes> silence();
    [[nodiscard]] bool done() const noexcept { return !download_->next(); }

private:
    std::shared_ptr<Download> download_;
    SmsSender sender_;
    unsigned repeats_ = 0;
};

}  // namespace ota
