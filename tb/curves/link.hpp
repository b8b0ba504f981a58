/// \file link.hpp
/// Who is listened to, and by whom: what a robustness curve is drawn of.
#pragma once

#include <string>
#include <vector>

#include "port/air_frame.hpp"
#include "rf/timing.hpp"

namespace curves {

enum class Receiver : std::uint8_t { Card, Reader };

struct Link {
    Receiver receiver = Receiver::Reader;
    port::Technology technology = port::Technology::A;
    port::BitRate rate = port::BitRate::Fc128;

    [[nodiscard]] bool at_card() const noexcept { return receiver == Receiver::Card; }
    [[nodiscard]] bool is_b() const noexcept { return technology == port::Technology::B; }
    [[nodiscard]] std::size_t bit() const noexcept { return port::bit_ticks(rate); }
    friend bool operator==(const Link&, const Link&) = default;
};

/// Both receivers, both types, every rate: 16.
[[nodiscard]] std::vector<Link> all_links();

/// Example: "card A 106", "reader B 848"
[[nodiscard]] std::string name_of(const Link& link);

}  // namespace curves
