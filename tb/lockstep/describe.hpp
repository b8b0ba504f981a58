/// \file describe.hpp
/// What went over the air, as text for messages.
#pragma once

#include <string>

#include "port/air_frame.hpp"
#include "port/reader_port.hpp"

namespace tb {

/// Example: "pcd 5000..6059, 7 bits: 26", "picc 0 A/64 9000..9744, 18 bits: ..", "pcd B ..": type
/// and rate where they are not A and fc/128; whole bytes with parity as "93 20", "!" after a wrong
/// parity, anything else as bits in the order of the air.
[[nodiscard]] std::string describe(const port::AirFrame& frame);
[[nodiscard]] std::string describe(const port::Answer& answer);
[[nodiscard]] std::string describe(const port::AuthAnswer& answer);

}  // namespace tb
