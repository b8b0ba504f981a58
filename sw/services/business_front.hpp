/// \file business_front.hpp
/// One door of the business platform for both of its sides: money (Business) and cards by download
/// (ota::BusinessPlatform).
#pragma once

#include "ota/business_platform.hpp"
#include "services/business.hpp"

namespace services {

class BusinessFront final : public platform::Service {
public:
    /// Both outlive it; nullptr: this platform has no downloads.
    BusinessFront(Business& money, ota::BusinessPlatform* cards) : money_{money}, cards_{cards} {}

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;

private:
    Business& money_;
    ota::BusinessPlatform* cards_;
};

}  // namespace services
