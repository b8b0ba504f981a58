/// \file worked_purse.hpp
/// The card of the e-purse's worked example (fact sheet purse.md, section 8), as bytes with which a
/// purse and the card manager beside it are personalised (docs/card-os.md).
#pragma once

#include "base/bytes.hpp"
#include "services/purse_security.hpp"

namespace lab {

/// Its application serial number.
inline constexpr const char* WorkedCard = "00003100860000123456";

/// Keys, online serial 0007, offline serial 002A, `on_card` fen of at most 1000.00 yuan, the file
/// that says its number.
[[nodiscard]] base::Bytes worked_purse(services::Fen on_card = 1000);
/// Of the manager of the purse that a chip has from the factory.
[[nodiscard]] base::Bytes worked_manager();
/// The purse issuer's masters.
[[nodiscard]] services::PurseMasters worked_masters();

}  // namespace lab
