#include "flows/other_clock.hpp"

#include <cmath>

namespace flows {

base::Tick OtherClock::scaled(base::Tick ticks) const {
    return static_cast<base::Tick>(std::ceil(static_cast<double>(ticks) / factor_));
}

}  // namespace flows
