/// \file iso_dep.hpp
/// The reader's side of the block protocol of ISO/IEC 14443-4.
///
/// Example: after activation and RATS of a card with SAK 20:
///     reader::IsoDep channel{reader, card.ats};
///     const auto answer = channel.exchange(apdu);
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
    /// `cid`: as given in RATS when the card understands CIDs and one is to be used.
    IsoDep(Reader& reader, const AtsParameters& parameters, std::optional<std::uint8_t> cid = {});

    /// Sends an APDU and returns the card's, chained in both directions, errors repaired. After a
    /// failure the card has been deselected.
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

    Block send(std::uint8_t control, base::ByteView data, Tick timeout);
    Read give_up(Status status);

    Reader* reader_;
    AtsParameters parameters_;
    std::optional<std::uint8_t> cid_;
    std::uint8_t number_ = 0;  ///< block number of the reader
};

}  // namespace reader
