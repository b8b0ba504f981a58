/// \file frame.hpp
/// The frames between a client and the reader (docs/reader-modules.md).
///
///   type (1) | sequence (1) | length of the payload (2, high byte first) | payload
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace control {

enum class FrameType : std::uint8_t {
    Connect = 0x01,
    Login = 0x02,       ///< the platform's nonce, through the client
    LoginProof = 0x03,  ///< the platform's proof
    Disconnect = 0x04,
    Call = 0x10,      ///< a service
    Platform = 0x20,  ///< a protected message of the platform
};

/// An answer has the type of its request with this bit set, and its sequence number.
inline constexpr std::uint8_t AnswerBit = 0x80;
/// The type of a refusal: reason (1), a line for people.
inline constexpr std::uint8_t RefusalType = 0xFF;

struct Frame {
    static constexpr std::size_t HeaderBytes = 4;
    static constexpr std::size_t MostPayload = 4096;

    std::uint8_t type = 0;
    std::uint8_t sequence = 0;
    base::Bytes payload{};

    /// Throws std::invalid_argument for a payload that is too long.
    [[nodiscard]] base::Bytes bytes() const;

    friend bool operator==(const Frame&, const Frame&) = default;
};

/// Cuts a stream into frames.
class FrameReader {
public:
    void feed(base::ByteView bytes);
    /// The next whole frame; nothing: more is needed, or the stream is broken.
    [[nodiscard]] std::optional<Frame> next();
    /// A frame was announced that is too long: nothing after it can be told apart.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

private:
    base::Bytes waiting_{};
    bool broken_ = false;
};

}  // namespace control
