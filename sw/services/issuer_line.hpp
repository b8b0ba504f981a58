/// \file issuer_line.hpp
/// The business platform's data processing unit asks an issuer's server for a card (systems.md B3).
#pragma once

#include "ota/issuer_interface.hpp"
#include "services/line.hpp"

namespace services {

class IssuerLine final : public ota::IssuerInterface {
public:
    /// `server` outlives it.
    explicit IssuerLine(Line& server) : server_{server} {}
    [[nodiscard]] ota::ApplicationPackage fetch(const ota::CardRequest& request) override;

private:
    Line& server_;
};

}  // namespace services
