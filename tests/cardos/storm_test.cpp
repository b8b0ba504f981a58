// A short run of what storm_long_test.cpp does a million times.
#include "storm.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Storm, RandomCommandsInAndOutsideOfSecureChannels) { bench::storm(1, 20'000); }

}  // namespace
