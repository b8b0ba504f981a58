/// \file recording.hpp
/// Recorded frames of type 2 memories in $CARTOUCHE_DATA/traces_pm3.
#pragma once

#include <string>
#include <vector>

#include "picc_bench.hpp"

namespace type2_rtl {

struct Recorded {
    bool from_card = false;
    picc_rtl::Bits bits;  ///< with parity
};

/// Frames of a trace; none when the collection is not there.
std::vector<Recorded> recorded(const std::string& name);

}  // namespace type2_rtl
