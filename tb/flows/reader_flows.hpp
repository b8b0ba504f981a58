/// \file reader_flows.hpp
/// System E: a client asks the reader for services, a platform logs in through it and updates the
/// reader.
#pragma once

#include <vector>

#include "flows/flow.hpp"

namespace flows {

/// E1 to E6. On level Both each runs on one level after the other, and the answers must agree.
[[nodiscard]] std::vector<Flow> reader_flows();

}  // namespace flows
