/// \file short_messages.hpp
/// The card's end of short messages: what an ENVELOPE brings, parts put together, proofs that wait
/// to be fetched (3GPP TS 23.040, 31.111, 31.115; docs/choices.md, Short messages).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "base/bytes.hpp"

namespace cardos {

/// A secured packet that has arrived whole.
struct ArrivedPacket {
    base::Bytes packet{};  ///< from CPL on
    base::Bytes sender{};  ///< address of its originator, as it stands in the TPDU
};

/// In RAM: a loss of power forgets it.
class ShortMessages {
public:
    static constexpr std::size_t MostParts = 8;    ///< of one packet
    static constexpr std::size_t MostOpen = 2;     ///< packets of which parts are missing
    static constexpr std::size_t MostWaiting = 4;  ///< proofs to be fetched

    enum class Taken : std::uint8_t { Ignored, Part, Packet };
    /// The value of D1. Nothing: it is not what a phone gives to its card.
    [[nodiscard]] std::optional<Taken> take(base::ByteView download);
    /// Behind Taken::Packet.
    [[nodiscard]] ArrivedPacket packet();

    /// A proof goes to the phone by SEND SHORT MESSAGE; the oldest goes when there are too many.
    void send(base::ByteView user_data, base::ByteView to);
    /// What FETCH gets; empty: nothing waits. The same until done().
    [[nodiscard]] base::ByteView waiting() const noexcept;
    void done();

    void clear() { *this = ShortMessages{}; }

private:
    struct Parts {
        base::Bytes name{};  ///< sender, width and reference, number of parts
        base::Bytes sender{};
        std::size_t total = 0;
        std::map<std::uint8_t, base::Bytes> parts{};
    };

    [[nodiscard]] Taken take_part(const Parts& message, std::uint8_t number, base::ByteView part);

    std::deque<Parts> open_{};
    ArrivedPacket arrived_{};
    std::deque<base::Bytes> waiting_{};
    std::uint8_t sent_ = 0;  ///< number of the last proactive command
};

}  // namespace cardos
