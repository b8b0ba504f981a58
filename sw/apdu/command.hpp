/// \file command.hpp
/// Command and response APDUs, short and extended (ISO/IEC 7816-4, 5.1 to 5.4).
#pragma once

#include <cstddef>
#include <optional>

#include "apdu/status.hpp"
#include "base/bytes.hpp"

namespace apdu {

inline constexpr std::size_t HeaderBytes = 4;
inline constexpr std::size_t MostShortNc = 255;
inline constexpr std::size_t MostShortNe = 256;
inline constexpr std::size_t MostNc = 65'535;
inline constexpr std::size_t MostNe = 65'536;
/// Extended case 4 with as much data as there can be.
inline constexpr std::size_t MostCommandBytes = HeaderBytes + 3 + MostNc + 2;

/// A command. Without `ne` no data may come back; `ne` is the most, so an Le of 00 is 256.
struct Command {
    std::uint8_t cla = 0;
    std::uint8_t ins = 0;
    std::uint8_t p1 = 0;
    std::uint8_t p2 = 0;
    base::Bytes data{};
    std::optional<std::size_t> ne{};
    bool extended = false;  ///< length fields of Lc and Le as they stood, or shall stand

    /// P1 high byte, P2 low byte.
    [[nodiscard]] std::uint16_t p1p2() const noexcept {
        return static_cast<std::uint16_t>(p1 << 8 | p2);
    }
    /// On the line. Lengths that a short APDU cannot say make it an extended one; throws
    /// std::length_error above MostNc and MostNe.
    /// Example: (Command{0x80, 0x04, 0, 0, {0xAA}, 256}).bytes() == 80 04 00 00 01 AA 00
    [[nodiscard]] base::Bytes bytes() const;

    friend bool operator==(const Command&, const Command&) = default;
};

/// Nothing when no case of the standard has this length (6700).
/// Example: parse(80 03 00 00 01)->ne == 1
[[nodiscard]] std::optional<Command> parse(base::ByteView bytes);

/// What the class byte of an interindustry or GlobalPlatform command says (ISO/IEC 7816-4, 5.4.1;
/// GlobalPlatform Card Specification, 11.1.4). Classes 0x, 4x..7x, 8x, Cx..Fx.
struct ClassByte {
    bool proprietary = false;  ///< b8
    bool chained = false;      ///< more commands of the chain follow; never when proprietary
    std::uint8_t secure = 0;   ///< 0 none, 1 proprietary, 2 ISO, 3 ISO with header
    unsigned channel = 0;      ///< 0..19
};
/// Nothing for 2x, 3x and FF. Of 8x to Bx and Cx to Fx only channel and secure messaging are looked
/// at, as GlobalPlatform does. Example: read_class(0x84)->secure == 1
[[nodiscard]] std::optional<ClassByte> read_class(std::uint8_t cla) noexcept;

struct Response {
    base::Bytes data{};
    StatusWord sw = Sw::Ok;

    Response() = default;
    Response(StatusWord word) : sw{word} {}  // NOLINT: a status word is an answer
    Response(base::Bytes bytes, StatusWord word) : data{std::move(bytes)}, sw{word} {}

    [[nodiscard]] bool ok() const noexcept { return sw == Sw::Ok; }
    /// On the line: data, SW1, SW2.
    [[nodiscard]] base::Bytes bytes() const;

    friend bool operator==(const Response&, const Response&) = default;
};

/// Nothing when there are fewer than two bytes.
[[nodiscard]] std::optional<Response> parse_response(base::ByteView bytes);

}  // namespace apdu
