/// \file data_processing_unit.hpp
/// The business platform's data processing unit: fetches packages through the issuer interfaces
/// (systems.md B3).
#pragma once

#include <map>

#include "ota/issuer_interface.hpp"

namespace ota {

class DataProcessingUnit {
public:
    /// `issuer` outlives it; the later one of a kind counts.
    void connect(Kind kind, IssuerInterface& issuer) { issuers_[kind] = &issuer; }

    /// Throws platform::Refusal when there is no such issuer, when it says no, or when what it
    /// gives is not for this card; platform::LineLost.
    [[nodiscard]] ApplicationPackage fetch(const CardRequest& request) const;

private:
    std::map<Kind, IssuerInterface*> issuers_{};
};

}  // namespace ota
