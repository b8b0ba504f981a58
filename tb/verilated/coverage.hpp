/// \file coverage.hpp
/// What a Verilated model covered, for scripts/coverage.py.
#pragma once

#include <unistd.h>
#include <verilated.h>
#ifdef CARTOUCHE_COVERAGE
#include <verilated_cov.h>
#endif

#include <cstdlib>
#include <string>

namespace tb {

/// Adds what the models of `context` covered to the folder $CARTOUCHE_COVERAGE_DIR, in a file of its
/// own. Does nothing without that folder, and in builds that do not measure coverage.
inline void save_coverage([[maybe_unused]] VerilatedContext& context) {
#ifdef CARTOUCHE_COVERAGE
    static int number = 0;
    const char* const folder = std::getenv("CARTOUCHE_COVERAGE_DIR");
    if (folder == nullptr) return;
    const std::string name = std::string{folder} + "/" + std::to_string(getpid()) + "_" +
                             std::to_string(number++) + ".dat";
    context.coveragep()->write(name.c_str());
#endif
}

}  // namespace tb
