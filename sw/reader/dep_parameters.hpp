/// \file dep_parameters.hpp
/// What a card says of its block protocol, in its ATS or ATQB, and the bit rates that follow.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/tick.hpp"
#include "port/air_frame.hpp"

namespace reader {

using base::Tick;

/// Bit rates of the two directions.
struct Rates {
    port::BitRate to_card = port::BitRate::Fc128;
    port::BitRate from_card = port::BitRate::Fc128;

    friend bool operator==(const Rates&, const Rates&) = default;
};

/// What is left out has the standard's default.
struct DepParameters {
    unsigned frame_size = 32;  ///< FSC: largest block the card takes, prologue and CRC counted
    unsigned fwi = 4;          ///< frame waiting time integer
    unsigned sfgi = 0;         ///< start-up frame guard time integer
    bool cid = true;           ///< card understands CIDs
    bool nad = false;          ///< card understands node addresses
    std::uint8_t rates = 0;    ///< TA(1) of the ATS; first byte of ATQB's protocol info

    /// How long the card may take for a block.
    [[nodiscard]] Tick frame_waiting_time() const noexcept { return Tick{4096} << fwi; }
    /// How long the reader must leave the card alone after its ATS; 0: no longer than ever.
    [[nodiscard]] Tick guard_time() const noexcept { return sfgi == 0 ? 0 : Tick{4096} << sfgi; }

    friend bool operator==(const DepParameters&, const DepParameters&) = default;
};

/// Bytes of a block for a code of RATS, ATS, ATQB or ATTRIB; codes above 8 count as 8.
[[nodiscard]] unsigned frame_size(unsigned code) noexcept;

/// The parameters in `ats` (its length byte first); nothing when it is cut short.
/// Example: parse_ats(Bytes{0x01}) == DepParameters{}
[[nodiscard]] std::optional<DepParameters> parse_ats(base::ByteView ats);

/// The parameters in `atqb` (from 50 on, without CRC); nothing when it is none. The protocol type
/// does not matter.
/// Example: parse_atqb(50 56 64 73 F2 00 00 00 00 80 81 71): FSC 256, FWI 7, CIDs, no NAD
[[nodiscard]] std::optional<DepParameters> parse_atqb(base::ByteView atqb);

/// The highest rates among those that `offered` names (as DepParameters::rates), none above
/// `highest`.
/// Example: best_rates(0x77, Fc32) == {Fc32, Fc32}; best_rates(0x80, Fc16) == {Fc128, Fc128}
[[nodiscard]] Rates best_rates(std::uint8_t offered, port::BitRate highest) noexcept;

/// Whether a card that said `offered` can be used at `rates`.
[[nodiscard]] bool allows(std::uint8_t offered, const Rates& rates) noexcept;

}  // namespace reader
