// Both platforms on a PostgreSQL server.
#include <gtest/gtest.h>

#include "chip_card.hpp"
#include "lab/key_probe.hpp"
#include "lab/platform_lab.hpp"
#include "postgresql_server.hpp"

namespace platform_test {
namespace {

using lab::Hop;

TEST(Postgresql, DomainsAreMadeHandedOverAndUpdated) {
    const auto server = PostgresqlServer::start();
    if (!server) GTEST_SKIP() << "PostgreSQL's server is not installed";
    server->make_database("issuer");
    server->make_database("provider");
    lab::PlatformLabOptions options;
    options.https = false;
    options.issuer_database = server->connection("issuer");
    options.provider_database = server->connection("provider");
    lab::PlatformLab lab{std::move(options)};
    lab::register_test_card(lab, CardId);
    ChipCard card;
    const auto run = [&](Hop hop, const std::string& job, const std::string& domain) {
        auto line = lab.connect(hop);
        return platform::Terminal{*line.remote, card}.run(job, CardId, domain);
    };
    run(Hop::IssuerTerminal, "create", "D27600011855BB0002");
    run(Hop::ProviderTerminal, "download", Domain);
    lab.restart_issuer();
    lab.restart_provider();
    lab.provider().force({CardId, Domain});
    // Torn out at PUT KEY: SELECT, INITIALIZE UPDATE, EXTERNAL AUTHENTICATE come before it.
    card.lose_answer = card.commands + 4;
    EXPECT_THROW(run(Hop::ProviderTerminal, "update", Domain), platform::CardLost);
    lab.restart_provider();
    const auto checks = run(Hop::ProviderTerminal, "update", Domain).at("checks");
    for (auto* office : {&lab.issuer_office(), &lab.provider_office()})
        EXPECT_FALSE(office->audit.first_fault(office->database));
    const auto sets = lab.provider_office().database.transaction([&](soci::session& sql) {
        return lab.provider_office().keys.usable(sql, {CardId, Domain});
    });
    ASSERT_EQ(sets.size(), 1U);
    EXPECT_EQ(platform::check_values(sets[0].set), checks);
    card.power_on();
    EXPECT_TRUE(lab::try_keys(card, Domain, sets[0].set).opened);
}

}  // namespace
}  // namespace platform_test
