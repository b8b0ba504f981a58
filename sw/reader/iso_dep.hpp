/// \file iso_dep.hpp
/// The reader's side of the block protocol of ISO/IEC 14443-4.
///
/// Example: after activation of a card with SAK 20:
///     auto opened = reader::IsoDep::open(reader);
///     if (opened.channel) answer = opened.channel->exchange(apdu);
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "reader/reader.hpp"

namespace reader {

/// What an ATS says; what it leaves out has the standard's default.
struct AtsParameters {
    unsigned frame_size = 32;  ///< FSC: largest block the card takes, prologue and CRC counted
    unsigned fwi = 4;          ///< frame waiting time integer
    unsigned sfgi = 0;         ///< start-up frame guard time integer
    bool cid = true;           ///< card understands CIDs
    bool nad = false;          ///< card understands node addresses

    /// How long the card may take for a block.
    [[nodiscard]] Tick frame_waiting_time() const noexcept { return Tick{4096} << fwi; }
    /// How long the reader must leave the card alone after its ATS; 0: no longer than ever.
    [[nodiscard]] Tick guard_time() const noexcept { return sfgi == 0 ? 0 : Tick{4096} << sfgi; }

    friend bool operator==(const AtsParameters&, const AtsParameters&) = default;
};

/// The parameters in `ats` (its length byte first); nothing when it is cut short.
/// Example: parse_ats(Bytes{0x01}) == AtsParameters{}
[[nodiscard]] std::optional<AtsParameters> parse_ats(base::ByteView ats);

class IsoDep {
public:
    /// `cid`: as given in RATS when the card understands CIDs and one is to be used. `longest`:
    /// FSD, the longest block the card may send.
    IsoDep(Reader& reader, const AtsParameters& parameters, std::optional<std::uint8_t> cid = {},
           unsigned longest = 256);

    struct Opened;
    /// RATS to the card that was just selected; `parameter`: FSDI and CID, of which 0 is not used
    /// in blocks. A missing or wrong ATS is asked for once more; then the card is deselected and
    /// halted. The card's guard time has passed afterwards.
    [[nodiscard]] static Opened open(Reader& reader, std::uint8_t parameter = 0x50);

    /// Sends an APDU and returns the card's, chained in both directions, errors repaired. After a
    /// failure the card has been deselected. A card that asks for more and more time is given up
    /// after `Policy::command_limit`.
    Read exchange(base::ByteView apdu);

    /// Whether the card still answers: R(NAK), to which any block is an answer.
    bool is_present();

    /// S(DESELECT). Ok when the card confirms; it is in HALT then.
    Status deselect();

private:
    struct Block {
        Status status = Status::Silent;
        std::uint8_t control = 0;
        base::Bytes data{};
    };

    /// An APDU on its way.
    struct Transfer {
        base::ByteView rest{};   ///< of the command, not yet in a block
        base::ByteView piece{};  ///< in the last I-block
        base::Bytes answer{};
        bool receiving = false;  ///< the card is chaining
        unsigned errors = 0;     ///< in a row
        unsigned repeats = 0;    ///< of the last I-block
        Tick give_up_at = 0;
        // The block to be sent next.
        std::uint8_t control = 0;
        base::Bytes data{};
        Tick timeout = 0;
    };
    enum class Next : std::uint8_t { Send, Done, Broken, TooLong };

    Block send(std::uint8_t control, base::ByteView data, Tick timeout);
    Next take(const Block& block, Transfer& transfer);
    Next take_waiting_time(const Block& block, Transfer& transfer);
    void send_next_piece(Transfer& transfer);
    void send_piece(Transfer& transfer);
    Read give_up(Status status);

    Reader* reader_;
    AtsParameters parameters_;
    std::optional<std::uint8_t> cid_;
    unsigned longest_;
    std::uint8_t number_ = 0;  ///< block number of the reader
};

struct IsoDep::Opened {
    Status status = Status::Silent;
    base::Bytes ats{};
    std::optional<IsoDep> channel{};  ///< when status is Ok
};

}  // namespace reader
