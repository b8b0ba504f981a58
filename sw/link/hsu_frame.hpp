/// \file hsu_frame.hpp
/// Frames of the PN532's serial host link (HSU), both directions.
///
/// Normal frame: 00 00 FF LEN LCS TFI PD.. DCS 00; extended: 00 00 FF FF FF LENm LENl LCS TFI PD..
/// DCS 00.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace hostlink {

/// What the host said.
struct HostMessage {
    enum class Kind : std::uint8_t { Command, Ack, Nack };

    Kind kind = Kind::Command;
    base::Bytes payload{};  ///< Command: PD0 (the code) and what follows; never empty

    friend bool operator==(const HostMessage&, const HostMessage&) = default;
};

/// Longest PD0..PDn, in both directions: as much as libnfc can hold.
inline constexpr std::size_t MostPayload = 264;

/// Finds the host's frames in a stream of bytes. Lenient: what stands before 00 FF is skipped, and
/// so is a frame with a wrong checksum. Holds at most one frame.
class FrameParser {
public:
    /// The messages that `data` completes, in order.
    [[nodiscard]] std::vector<HostMessage> feed(base::ByteView data);

    /// Whether a frame has begun and is not complete.
    [[nodiscard]] bool is_inside() const noexcept { return buffer_.size() > 2; }

    /// Forgets what has begun.
    void reset() { buffer_.clear(); }

private:
    base::Bytes buffer_{};  ///< from the last start code on, or its possible first byte
};

/// The frame that carries `payload` (PD0..PDn) to the host; extended when it must be.
/// Example: to_frame(Bytes{0x15}) == 00 00 FF 02 FE D5 15 16 00
[[nodiscard]] base::Bytes to_frame(base::ByteView payload);

[[nodiscard]] const base::Bytes& ack_frame();
/// The chip does not know the command, or its parameters are wrong.
[[nodiscard]] const base::Bytes& syntax_error_frame();

}  // namespace hostlink
