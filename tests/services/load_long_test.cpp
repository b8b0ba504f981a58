// 200 cards, 5 000 top-ups, 10 000 requests to the business platform.
#include <gtest/gtest.h>

#include "load.hpp"

namespace services_test {
namespace {

TEST(ServicesLoad, TenThousandRequestsOnSqlite) { run_load({.postgresql = false}); }
TEST(ServicesLoad, TenThousandRequestsOnPostgresql) { run_load({.postgresql = true}); }

}  // namespace
}  // namespace services_test
