#include "load.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "../platform/postgresql_server.hpp"
#include "lab/folder.hpp"
#include "lab/worked_purse.hpp"
#include "platform/https.hpp"
#include "server_process.hpp"
#include "services/message.hpp"
#include "services/payment_server.hpp"
#include "services/purse_server.hpp"
#include "services/remote_line.hpp"

namespace services_test {
namespace {

using services::Fen;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Fen Amount = 100;

/// What a card answers, as fast as this machine can.
class PaperCard {
public:
    explicit PaperCard(const std::string& number)
        : number_{number}, security_{lab::worked_masters(), services::from_text<10>(number)} {}

    nlohmann::json load_request(const std::string& id) {
        order_ = {Amount, services::from_text<6>("100000000001")};
        offer_.balance = balance;
        offer_.serial = serial_;
        offer_.version = 1;
        ++offer_.random[3];
        offer_.mac = security_.load_mac1(offer_, order_);
        return {{"do", "load"},
                {"issuer", "onecard"},
                {"transaction", id},
                {"card", number_},
                {"terminal", "100000000001"},
                {"amount", Amount},
                {"account", ServerProcess::Customer},
                {"offer", services::to_json(offer_, services::PurseStep::Load)}};
    }

    nlohmann::json confirm_request(const std::string& id, const nlohmann::json& instruction) {
        const auto moment = services::array_in<7>(instruction, "moment");
        EXPECT_EQ(services::array_in<4>(instruction, "mac"),
                  security_.load_mac2(offer_, order_, moment));
        balance += Amount;
        const auto tac = security_.load_tac(balance, serial_++, order_, moment);
        return {{"do", "confirm"},
                {"issuer", "onecard"},
                {"transaction", id},
                {"tac", base::to_hex(tac)}};
    }

    /// As the terminal asks for it when the card did not take the instruction.
    nlohmann::json reverse_request(const std::string& id) {
        ++offer_.random[3];
        offer_.mac = security_.load_mac1(offer_, {0, order_.terminal});
        auto statement = services::to_json(offer_, services::PurseStep::Load);
        statement["terminal"] = "100000000001";
        return {{"do", "reverse"},
                {"issuer", "onecard"},
                {"transaction", id},
                {"statement", statement}};
    }

    Fen balance = 0;

private:
    std::string number_;
    services::PurseSecurity security_;
    services::Offer offer_{};
    services::Order order_{};
    std::uint16_t serial_ = 0;
};

/// Some top-ups come to nothing, of some the proof comes twice.
bool is_taken_back(unsigned card, unsigned round) { return (card + round) % 10 == 9; }
bool is_told_twice(unsigned card, unsigned round) { return (card + round) % 7 == 3; }

/// Everything to the cent, from what the cards say themselves.
class Books {
public:
    Books(const ServerProcess& servers, Fen opening)
        : onecard_{servers.office("onecard")},
          payment_{servers.office("payment")},
          business_{servers.office("business")},
          opening_{opening} {}

    void compare(const std::vector<PaperCard>& cards) {
        Fen all = 0;
        for (unsigned i = 0; i < cards.size(); ++i) {
            all += cards[i].balance;
            EXPECT_EQ(onecard_->balance(services::card_account(ServerProcess::card(i))),
                      cards[i].balance);
        }
        EXPECT_EQ(onecard_->balance(services::PurseServer::Float), -all);
        EXPECT_EQ(onecard_->balance(services::PurseServer::Suspense), 0);
        EXPECT_EQ(payment_->balance(services::customer_account(ServerProcess::Customer)),
                  opening_ - all)
            << "each top-up was paid once";
        EXPECT_EQ(payment_->balance(services::PaymentServer::Merchant), all);
        EXPECT_EQ(payment_->balance(services::PaymentServer::Suspense), 0);
        for (auto* office : {onecard_.get(), payment_.get(), business_.get()})
            office->database.transaction([&](soci::session& sql) {
                EXPECT_TRUE(office->ledger.faults(sql).empty());
                EXPECT_TRUE(office->book.unfinished(sql, office->options().clock()).empty());
                compare_states(sql, all);
            });
    }

private:
    /// What was booked, by the transactions.
    static void compare_states(soci::session& sql, Fen all) {
        Fen booked = 0;
        sql << "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM transactions WHERE state = "
               "'booked'",
            soci::into(booked);
        EXPECT_EQ(booked, all);
    }

    std::unique_ptr<services::MoneyOffice> onecard_;
    std::unique_ptr<services::MoneyOffice> payment_;
    std::unique_ptr<services::MoneyOffice> business_;
    Fen opening_;
};

class Clients {
public:
    Clients(const LoadOptions& options, const std::filesystem::path& folder, int port)
        : options_{options}, folder_{folder}, port_{port} {
        for (unsigned i = 0; i < options.cards; ++i) cards.emplace_back(ServerProcess::card(i));
    }

    void run() {
        const auto begin = std::chrono::steady_clock::now();
        std::vector<std::vector<double>> took(options_.clients);
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < options_.clients; ++i)
            threads.emplace_back([this, i, &took] {
                try {
                    serve(i, took[i]);
                } catch (const std::exception& error) {
                    ++failed_;
                    ADD_FAILURE() << "client " << i << ": " << error.what();
                }
            });
        for (auto& thread : threads) thread.join();
        const std::chrono::duration<double> all = std::chrono::steady_clock::now() - begin;
        std::vector<double> every;
        for (const auto& one : took) every.insert(every.end(), one.begin(), one.end());
        std::sort(every.begin(), every.end());
        EXPECT_EQ(every.size(), 2UL * options_.cards * options_.top_ups);
        EXPECT_EQ(failed_, 0U);
        if (every.empty()) return;
        std::cout << fmt::format(
            "{}: {} requests of {} clients for {} cards in {:.1f} s: {:.0f} a second, p50 {:.1f} "
            "ms, p99 {:.1f} ms, {} errors\n",
            options_.postgresql ? "PostgreSQL" : "SQLite", every.size(), options_.clients,
            options_.cards, all.count(), static_cast<double>(every.size()) / all.count(),
            every[every.size() / 2], every[every.size() * 99 / 100], failed_.load());
    }

    std::vector<PaperCard> cards{};

private:
    void serve(unsigned client, std::vector<double>& took) {
        const platform::Credential own{folder_ / "terminal-1.crt", folder_ / "terminal-1.key"};
        platform::HttpsWire wire{"127.0.0.1", port_, own, folder_ / "authority.crt"};
        platform::Remote remote{wire, own, platform::read_certificate(folder_ / "business.crt")};
        services::RemoteLine line{remote};
        const auto timed = [&](const nlohmann::json& request) {
            const auto begin = std::chrono::steady_clock::now();
            auto answer = line.call(request);
            took.push_back(Milliseconds{std::chrono::steady_clock::now() - begin}.count());
            return answer;
        };
        for (unsigned round = 0; round < options_.top_ups; ++round)
            for (unsigned i = client; i < cards.size(); i += options_.clients) {
                const auto id = base::to_hex(platform::system_random(16));
                const auto instruction = timed(cards[i].load_request(id));
                if (is_taken_back(i, round)) {
                    EXPECT_EQ(timed(cards[i].reverse_request(id)).value("state", ""), "reversed");
                    continue;
                }
                const auto confirm = cards[i].confirm_request(id, instruction);
                EXPECT_EQ(timed(confirm).value("balance", Fen{-1}), cards[i].balance);
                // Again, as after a lost answer: it must not count twice.
                if (is_told_twice(i, round)) (void)line.call(confirm);
            }
    }

    LoadOptions options_;
    std::filesystem::path folder_;
    int port_;
    std::atomic<unsigned> failed_{0};
};

}  // namespace

void run_load(const LoadOptions& options) {
    std::unique_ptr<platform_test::PostgresqlServer> postgresql;
    if (options.postgresql) {
        postgresql = platform_test::PostgresqlServer::start();
        if (!postgresql) GTEST_SKIP() << "PostgreSQL's server is not installed";
        for (const auto* name : {"onecard", "payment", "business"}) postgresql->make_database(name);
    }
    const auto database = [&](const std::string& name) {
        return postgresql ? postgresql->connection(name) : "sqlite:" + name + ".db";
    };
    const auto folder = lab::new_folder();
    const Fen opening = Fen{Amount} * options.cards * options.top_ups + 1;
    {
        ServerProcess servers{folder, options.cards, opening, database};
        Clients clients{options, folder, servers.port()};
        clients.run();
        EXPECT_TRUE(servers.stop());
        Books{servers, opening}.compare(clients.cards);
    }
    std::filesystem::remove_all(folder);
}

}  // namespace services_test
