/// \file record.hpp
/// A small record that is replaced as a whole: a write that is cut leaves the old or the new one.
#pragma once

#include <array>

#include "control/flash.hpp"

namespace control {

/// Two regions take turns. A page: number (4) | length (2) | content | CRC-32 (4); the valid one
/// with the higher number counts.
class Record {
public:
    Record(Flash& flash, Region first, Region second) : flash_{&flash}, pages_{first, second} {}

    /// Empty when none was ever written.
    [[nodiscard]] base::Bytes load() const;
    void store(base::ByteView content);

private:
    struct Page {
        std::uint32_t number = 0;  ///< 0: not valid
        base::Bytes content{};
    };
    [[nodiscard]] Page page(Region region) const;

    Flash* flash_;
    std::array<Region, 2> pages_;
};

}  // namespace control
