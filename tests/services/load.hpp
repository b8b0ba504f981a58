/// \file load.hpp
/// The servers of the money side in a process of their own, and clients that ask them all at once.
#pragma once

#include <string>

namespace services_test {

struct LoadOptions {
    bool postgresql = false;
    unsigned clients = 8;   ///< connections
    unsigned cards = 200;   ///< of all clients together
    unsigned top_ups = 25;  ///< of each card: two requests, for each of which the platform asks two
};

/// Expects that every request is answered, and that all books agree afterwards; prints requests per
/// second and latencies. Skips when there is no PostgreSQL.
void run_load(const LoadOptions& options);

}  // namespace services_test
