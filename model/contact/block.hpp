/// \file block.hpp
/// Blocks of T=1: how they are written, and how they are found among characters
/// (ISO/IEC 7816-3:2006, 11.3).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "contact/character.hpp"

namespace contact {

inline constexpr std::uint8_t InitialIfs = 32;
inline constexpr std::uint8_t LongestIfs = 254;

/// S-block requests; a response has ResponseBit set as well.
enum class Supervisory : std::uint8_t { Resynch = 0xC0, Ifs = 0xC1, Abort = 0xC2, Wtx = 0xC3 };
inline constexpr std::uint8_t ResponseBit = 0x20;

/// Low bits of an R-block.
enum class Acknowledge : std::uint8_t { Ok = 0, Checksum = 1, Other = 2 };

struct Block {
    std::uint8_t nad = 0;
    std::uint8_t pcb = 0;
    base::Bytes inf{};

    [[nodiscard]] static Block information(unsigned number, bool more, base::ByteView inf);
    [[nodiscard]] static Block receive_ready(unsigned number, Acknowledge reason);
    [[nodiscard]] static Block request(Supervisory what, base::ByteView inf = {});
    [[nodiscard]] static Block response(Supervisory what, base::ByteView inf = {});

    [[nodiscard]] bool is_information() const noexcept { return (pcb & 0x80) == 0; }
    [[nodiscard]] bool is_receive_ready() const noexcept { return (pcb & 0xC0) == 0x80; }
    [[nodiscard]] bool is(Supervisory what, bool answer) const noexcept;
    [[nodiscard]] unsigned send_number() const noexcept { return pcb >> 6 & 1U; }
    [[nodiscard]] unsigned receive_number() const noexcept { return pcb >> 4 & 1U; }
    [[nodiscard]] bool more() const noexcept { return (pcb & 0x20) != 0; }

    /// Whether coding and length are ones the standard knows, both directions.
    [[nodiscard]] bool well_formed() const noexcept;

    /// With LRC. Example: Block::receive_ready(1, Acknowledge::Other).bytes()
    /// == Bytes{0x00, 0x92, 0x00, 0x92}
    [[nodiscard]] base::Bytes bytes() const;

    friend bool operator==(const Block&, const Block&) = default;
};

/// What came in between two silences of the other side.
struct Reception {
    Acknowledge verdict = Acknowledge::Ok;  ///< else the block means nothing
    Block block{};
    Cycle last = 0;   ///< start edge of the last character
    Cycle known = 0;  ///< when the receiver knew that it was over
};

/// Finds the end of a block by its length byte, or by silence when that cannot be trusted.
class BlockReceiver {
public:
    /// `wait`: CWT in cycles.
    explicit BlockReceiver(Cycle wait) noexcept : wait_{wait} {}

    /// Longest INF the other side may send.
    void limit(std::uint8_t ifs) noexcept { ifs_ = ifs; }

    /// A character; silence() has been asked up to its start.
    std::optional<Reception> hear(Decoded character, Cycle start);
    /// A block that came to no end, once `now` is more than CWT after its last character.
    std::optional<Reception> silence(Cycle now);
    [[nodiscard]] bool idle() const noexcept { return bytes_.empty(); }
    /// The latest start of the next character of the block; idle() is false.
    [[nodiscard]] Cycle deadline() const noexcept { return last_ + wait_; }
    void forget() noexcept;

private:
    Reception finish(Acknowledge verdict, Cycle known);

    Cycle wait_;
    std::uint8_t ifs_ = InitialIfs;
    base::Bytes bytes_{};
    bool damaged_ = false;  ///< a parity error
    bool lost_ = false;     ///< the length is not known
    Cycle last_ = 0;
};

}  // namespace contact
