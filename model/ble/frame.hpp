/// \file frame.hpp
/// Messages in fragments, as FIDO's GATT service carries them (CTAP 2, "Bluetooth Smart"): made,
/// and put together again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"

namespace ble {

/// First byte of a first fragment.
enum class Kind : std::uint8_t {
    Ping = 0x81,
    KeepAlive = 0x82,
    Message = 0x83,  ///< one APDU
    Cancel = 0xBE,
    Error = 0xBF
};

/// The byte of a Kind::Error.
enum class Error : std::uint8_t {
    InvalidCommand = 0x01,
    InvalidParameter = 0x02,
    InvalidLength = 0x03,
    InvalidSequence = 0x04,
    Timeout = 0x05,
    Busy = 0x06,
    Other = 0x7F
};

/// Bytes of a fragment: 20 with the smallest ATT_MTU, 23, up to what an attribute value may be.
inline constexpr std::size_t LeastFragment = 20;
inline constexpr std::size_t MostFragment = 512;
inline constexpr std::size_t MostData = 0xFFFF;

struct Frame {
    Kind kind = Kind::Message;
    base::Bytes data{};

    friend bool operator==(const Frame&, const Frame&) = default;
};

/// Fragments of at most `size` bytes. Throws std::invalid_argument for a size that no link has, and
/// std::length_error for more than MostData bytes.
/// Example: 45 bytes, size 20: 83 00 2D .., 00 .., 01 ..
[[nodiscard]] std::vector<base::Bytes> fragments(const Frame& frame, std::size_t size);

/// What a fragment made complete.
struct Assembled {
    std::optional<Frame> frame{};
    std::optional<Error> error{};  ///< and what there was of the message is dropped
};

/// Keeps at most one unfinished message of at most `limit` bytes of data.
class Assembler {
public:
    explicit Assembler(std::size_t limit) : limit_{limit} {}

    /// A first fragment in the middle of a message drops what was there of it.
    [[nodiscard]] Assembled take(base::ByteView fragment);
    [[nodiscard]] bool idle() const noexcept { return !frame_; }
    void forget() noexcept { frame_.reset(); }

private:
    [[nodiscard]] Assembled first(base::ByteView fragment);
    [[nodiscard]] Assembled more(base::ByteView data);
    [[nodiscard]] Assembled fail(Error error) noexcept;

    std::size_t limit_;
    std::optional<Frame> frame_{};
    std::size_t size_ = 0;       ///< bytes of data that the first fragment announced
    std::uint8_t sequence_ = 0;  ///< of the next fragment
};

}  // namespace ble
