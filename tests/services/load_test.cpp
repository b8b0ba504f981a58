// The servers as a process of their own: the short form of what load_long_test does.
#include "load.hpp"

#include <gtest/gtest.h>

namespace services_test {
namespace {

TEST(ServicesLoad, AFewClientsOnSqlite) {
    run_load({.postgresql = false, .clients = 4, .cards = 8, .top_ups = 3});
}
TEST(ServicesLoad, AFewClientsOnPostgresql) {
    run_load({.postgresql = true, .clients = 4, .cards = 8, .top_ups = 3});
}

}  // namespace
}  // namespace services_test
