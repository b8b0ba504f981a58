/// \file foreign.hpp
/// Traffic that is neither type A nor type B.
#pragma once

#include <string_view>

#include "base/tick.hpp"

namespace trace {

struct Foreign {
    enum class Kind : std::uint8_t { Unknown, Felica, Iso15693 };

    Kind kind = Kind::Unknown;
    base::Tick start = 0;  ///< first edge of the burst
    base::Tick end = 0;    ///< last one
    friend bool operator==(const Foreign&, const Foreign&) = default;
};

[[nodiscard]] constexpr std::string_view name_of(Foreign::Kind kind) noexcept {
    switch (kind) {
        case Foreign::Kind::Felica:
            return "felica";
        case Foreign::Kind::Iso15693:
            return "iso15693";
        case Foreign::Kind::Unknown:
            break;
    }
    return "unknown";
}

}  // namespace trace
