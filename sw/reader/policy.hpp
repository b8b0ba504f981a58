/// \file policy.hpp
/// When the reader does what: all constants of time, and the seed of all that is random.
///
/// Simulated time follows the sequence of exchanges and these constants only, never the wall clock
/// and never the host, so that a run can be repeated tick by tick (docs/choices.md, Reader).
#pragma once

#include <cstdint>

#include "base/tick.hpp"
#include "port/air_frame.hpp"

namespace reader {

using base::Tick;

struct Policy {
    Tick gap = 2048;        ///< end of an exchange to the start of the next; at least 1172
    Tick timeout = 67'800;  ///< 5 ms, where nothing else is said
    Tick activation_timeout = 13'560;  ///< 1 ms: answers of the activation come after 1236 ticks
    Tick halt_timeout = 13'560;        ///< silence for 1 ms after HLTA is success (14443-3, 6.4.3)
    Tick auth_timeout = 13'560;        ///< 1 ms for each answer of the authentication
    Tick write_timeout = 135'600;      ///< 10 ms for the acknowledge of WRITE part 2 and TRANSFER
    Tick rats_timeout = 71'680;        ///< activation frame waiting time, as modern readers wait
    Tick command_limit = 813'600'000;  ///< 60 s: an APDU that waits longer is given up
    Tick request_guard = 7000;         ///< start of a REQA to the start of the next
    Tick field_off = 4096;             ///< shortest time the field stays off
    Tick power_up = 8192;              ///< field on to the first frame, before the jitter
    Tick poll_guard = 67'800;          ///< 5 ms of unmodulated field before a poll of each type
    unsigned phases = 16;              ///< count of phases at field-on: 128 x j ticks, j below it
    std::uint32_t seed = 1;            ///< of the phases and of the reader's nonces
    port::BitRate highest_rate = port::BitRate::Fc128;  ///< ISO-DEP goes no faster
};

}  // namespace reader
