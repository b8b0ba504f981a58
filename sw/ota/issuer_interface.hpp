/// \file issuer_interface.hpp
/// The business platform's door to the servers of issuers: one-card, bank, merchant.
#pragma once

#include <cstdint>
#include <string>

#include "ota/application_package.hpp"

namespace ota {

/// Who wants a card, as the secure element says of itself.
struct CardRequest {
    Kind kind = Kind::OneCard;
    std::string element{};      ///< id of the secure element, 20 hexadecimal digits
    unsigned card = 0;          ///< number of the virtual card, 1 to 8
    std::string installed{};    ///< AID of what it holds, hexadecimal; empty: nothing yet
    std::uint32_t version = 0;  ///< of what it holds
};

class IssuerInterface {
public:
    virtual ~IssuerInterface() = default;

    /// The package for this card. Asked again for the same card it may give another package: one
    /// that was asked for is installed at most once, and the latest counts. Throws
    /// platform::Refusal when the issuer says no, platform::LineLost when it cannot be reached.
    [[nodiscard]] virtual ApplicationPackage fetch(const CardRequest& request) = 0;
};

}  // namespace ota
