/// \file delivery_key.hpp
/// The key of every sector as cards leave their maker.
#pragma once

#include "base/key.hpp"

namespace cli {

inline const base::SectorKey DeliveryKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};

}  // namespace cli
