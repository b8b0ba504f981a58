/// \file diversify.hpp
/// A card's own keys from a master key of its maker and the card's diversification data (the ten
/// bytes that INITIALIZE UPDATE tells).
#pragma once

#include <cstdint>

#include "domain/factory.hpp"

namespace domain {

enum class Diversification : std::uint8_t {
    EmvCps,  ///< EMV Card Personalization Specification 1.1; triple DES
    Visa2,   ///< triple DES
    Kdf3,    ///< AES-CMAC in counter mode, as GlobalPlatformPro has it
};

/// Keys 1, 2, 3 of one card; `master` of 16 bytes, for Kdf3 also 24 or 32. Throws
/// std::invalid_argument for other sizes, and unless `data` has ten bytes.
[[nodiscard]] FactoryKeys diversify(Diversification method, const Secret& master,
                                    base::ByteView data, std::uint8_t version);

}  // namespace domain
