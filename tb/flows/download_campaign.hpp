/// \file download_campaign.hpp
/// System B, first half, disturbed: a card is exchanged for another city's while power, lines and
/// platforms fail.
#pragma once

#include <functional>

#include "flows/campaign.hpp"
#include "ota/application_package.hpp"

namespace flows {

/// What an installer makes of the package that it was given.
using Installer = std::function<ota::ApplicationPackage(ota::ApplicationPackage)>;

/// "download". `wrong`: one that installs something else, for tests that show that the campaign
/// sees it; empty: the right one.
[[nodiscard]] Campaign download_campaign(Installer wrong = {});

}  // namespace flows
