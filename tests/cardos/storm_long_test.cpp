// One million commands; meant for the builds with sanitizers.
#include <gtest/gtest.h>

#include "storm.hpp"

namespace {

TEST(Storm, OneMillionCommandsInAndOutsideOfSecureChannels) { bench::storm(2, 1'000'000); }

}  // namespace
