// Key store, audit log and job book, on SQLite and on a PostgreSQL server that the test starts.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "chip_card.hpp"
#include "platform/office.hpp"
#include "platform/refusal.hpp"
#include "postgresql_server.hpp"

namespace platform_test {
namespace {

using platform::KeySet;
using platform::Place;

const Place Here{CardId, Domain};
const Place There{CardId, "D27600011855AA0002"};
constexpr platform::Seconds Start = 1'800'000'000;

reader::ScpKey key_of(std::uint8_t first) {
    return reader::ScpKey{base::ByteView{key_bytes(first)}.first(16)};
}
KeySet set_of(std::uint8_t first, std::uint8_t version = 0x30) {
    return KeySet::from(version, reader::KeyType::Aes, key_bytes(first));
}

class Stores : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (GetParam() == "postgresql") {
            server_ = PostgresqlServer::start();
            if (!server_) GTEST_SKIP() << "PostgreSQL's server is not installed";
            connection_ = server_->connection();
        } else {
            folder_ = std::filesystem::temp_directory_path() /
                      ("cartouche-stores-" + std::to_string(::getpid()));
            std::filesystem::create_directories(folder_);
            connection_ = "sqlite:" + (folder_ / "test.db").string();
        }
        open();
    }
    void TearDown() override {
        office_.reset();
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }

    void open(std::uint8_t master = 0x01) {
        office_.reset();
        platform::OfficeOptions options;
        options.name = "test";
        options.database = connection_;
        options.clock = [this] { return now_; };
        office_ = std::make_unique<platform::Office>(std::move(options), key_of(master));
    }
    template <typename Job>
    auto in(Job&& job) {
        return office_->database.transaction(std::forward<Job>(job));
    }
    long long add(std::uint8_t first, const platform::Lifetime& lifetime = {},
                  const Place& place = Here) {
        return in(
            [&](auto& sql) { return office_->keys.add(sql, place, set_of(first), lifetime); });
    }
    void activate(long long generation, const Place& place = Here) {
        in([&](auto& sql) { office_->keys.activate(sql, place, generation); });
    }
    std::vector<platform::StoredSet> usable(const Place& place = Here) {
        return in([&](auto& sql) { return office_->keys.usable(sql, place); });
    }
    bool due() {
        return in([&](auto& sql) { return office_->keys.is_due(sql, Here); });
    }

    platform::Seconds now_ = Start;
    std::unique_ptr<platform::Office> office_{};
    std::string connection_{};

private:
    std::filesystem::path folder_{};
    std::unique_ptr<PostgresqlServer> server_{};
};

TEST_P(Stores, SetsComeBackAfterARestart) {
    EXPECT_EQ(add(0xA0), 1);
    EXPECT_EQ(add(0xD0), 2);
    activate(1);
    open();
    const auto sets = usable();
    ASSERT_EQ(sets.size(), 2U);
    EXPECT_EQ(sets[0].generation, 2);
    EXPECT_FALSE(sets[0].active);
    EXPECT_TRUE(sets[1].active);
    // globalplatform.md, section 9.
    EXPECT_EQ(platform::check_values(sets[0].set), "881727 3EA286 FCBB59");
    EXPECT_EQ(platform::check_values(sets[1].set), "EE72CB 49B6D5 FB9292");
    EXPECT_EQ(sets[0].set.expose(), key_bytes(0xD0));
}

TEST_P(Stores, KeysNeverGoBack) {
    add(0xA0);
    add(0xD0);
    activate(1);
    activate(2);
    activate(2);  // said twice
    try {
        activate(1);
        ADD_FAILURE() << "keys went back";
    } catch (const platform::Refusal& refusal) {
        EXPECT_EQ(refusal.code(), "rollback");
    }
    const auto sets = usable();
    ASSERT_EQ(sets.size(), 1U);
    EXPECT_EQ(sets[0].generation, 2);
    std::string wrapped = "?";
    in([&](auto& sql) {
        sql << "SELECT wrapped FROM key_sets WHERE generation = 1", soci::into(wrapped);
    });
    EXPECT_EQ(wrapped, "") << "old keys are erased";
}

TEST_P(Stores, ARowStandsForNoOther) {
    add(0xA0);
    add(0xD0, {}, There);
    activate(1);
    activate(1, There);
    in([](auto& sql) {
        std::string other;
        sql << "SELECT wrapped FROM key_sets WHERE domain = 'D27600011855AA0002'",
            soci::into(other);
        sql << "UPDATE key_sets SET wrapped = :w WHERE domain = 'D27600011855AA0001'",
            soci::use(other);
    });
    EXPECT_THROW((void)usable(), platform::Refusal);
    EXPECT_NO_THROW((void)usable(There));
    in([](auto& sql) { sql << "UPDATE key_sets SET version = 49"; });
    EXPECT_THROW((void)usable(There), platform::Refusal) << "nor for another version";
}

TEST_P(Stores, AnotherMasterKeyOpensNothing) {
    add(0xA0);
    open(0x02);
    EXPECT_THROW((void)usable(), platform::Refusal);
}

TEST_P(Stores, SetsAreDueByDateByUseAndByForce) {
    activate(add(0xA0, {.seconds = 100}));
    EXPECT_FALSE(due());
    now_ += 99;
    EXPECT_FALSE(due());
    now_ += 1;
    EXPECT_TRUE(due());

    activate(add(0xB0, {.uses = 2}));
    EXPECT_FALSE(due());
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(due());
        in([&](auto& sql) { office_->keys.count_use(sql, Here); });
    }
    EXPECT_TRUE(due());

    activate(add(0xC0));
    EXPECT_FALSE(due());
    in([&](auto& sql) { office_->keys.force(sql, Here); });
    EXPECT_TRUE(due());
    EXPECT_THROW(in([&](auto& sql) { office_->keys.force(sql, There); }), platform::Refusal);
}

TEST_P(Stores, NamedKeysAreTakenOnce) {
    office_->import_key("transport", reader::KeyType::Aes, key_of(0x40));
    EXPECT_THROW(office_->import_key("transport", reader::KeyType::Aes, key_of(0x50)),
                 platform::Refusal);
    const auto key = in([&](auto& sql) { return office_->keys.named(sql, "transport"); });
    EXPECT_TRUE(base::equal_in_constant_time(key.expose(), key_of(0x40).expose()));
    EXPECT_THROW((void)in([&](auto& sql) { return office_->keys.named(sql, "none"); }),
                 platform::Refusal);
    const auto entries = office_->audit.entries(office_->database);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].checks, "504A77");  // key-diversification.md, section 5
}

TEST_P(Stores, AuditLogOnlyGrows) {
    for (const char* what : {"one", "two", "three"})
        in([&](auto& sql) { office_->note(sql, "somebody", what, Here, "504A77"); });
    EXPECT_EQ(office_->audit.first_fault(office_->database), std::nullopt);
    for (const char* change : {"UPDATE audit SET who = 'nobody'", "DELETE FROM audit"})
        EXPECT_THROW(in([&](auto& sql) { sql << change; }), soci::soci_error) << change;
    EXPECT_EQ(office_->audit.entries(office_->database).size(), 3U);
}

TEST_P(Stores, AuditLogShowsWhatWasChangedBehindItsBack) {
    for (const char* what : {"one", "two", "three"})
        in([&](auto& sql) { office_->note(sql, "somebody", what, Here); });
    const bool sqlite = GetParam() == "sqlite";
    in([&](auto& sql) {
        sql << (sqlite ? "DROP TRIGGER audit_keeps" : "DROP TRIGGER audit_stays ON audit");
        sql << "UPDATE audit SET who = 'nobody' WHERE entry = 2";
    });
    EXPECT_EQ(office_->audit.first_fault(office_->database), 2);
    in([](auto& sql) { sql << "UPDATE audit SET who = 'somebody' WHERE entry = 2"; });
    EXPECT_EQ(office_->audit.first_fault(office_->database), std::nullopt);
    in([&](auto& sql) {
        if (sqlite) sql << "DROP TRIGGER audit_stays";
        sql << "DELETE FROM audit WHERE entry = 1";
    });
    EXPECT_EQ(office_->audit.first_fault(office_->database), 1);
}

TEST_P(Stores, AuditLogShowsThatItsEndWasCutOff) {
    const auto note = [&](const char* what) {
        in([&](auto& sql) { office_->note(sql, "somebody", what, Here); });
    };
    const auto fault = [&] { return office_->audit.first_fault(office_->database); };
    for (const char* what : {"one", "two", "three"}) note(what);
    const auto anchor = office_->audit.anchor(office_->database);
    const auto anchored = [&] { return office_->audit.anchor_fault(office_->database, anchor); };
    std::string earlier;
    in([&](auto& sql) { sql << "SELECT mac FROM audit_end", soci::into(earlier); });
    note("four");
    EXPECT_EQ(fault(), std::nullopt);
    EXPECT_EQ(anchored(), std::nullopt) << "it goes on from there";
    const auto cut = [&](int last) {
        in([&](auto& sql) { sql << "DELETE FROM audit WHERE entry > :n", soci::use(last); });
    };
    in([&](auto& sql) {
        sql << (GetParam() == "sqlite" ? "DROP TRIGGER audit_stays"
                                       : "DROP TRIGGER audit_stays ON audit");
    });
    cut(3);
    EXPECT_EQ(fault(), 4);
    note("another four");
    EXPECT_EQ(fault(), 5) << "what comes later does not mend it";
    cut(3);
    // With the row as it was when the log had three entries, only an anchor of later shows it.
    in([&](auto& sql) { sql << "UPDATE audit_end SET mac = :m", soci::use(earlier); });
    EXPECT_EQ(fault(), std::nullopt);
    EXPECT_EQ(anchored(), std::nullopt);
    cut(2);
    EXPECT_EQ(fault(), 3);
    EXPECT_EQ(anchored(), "the audit log had 3 entries, and its end was cut off");
    in([&](auto& sql) { sql << "DELETE FROM audit_end"; });
    EXPECT_EQ(fault(), 3);
    EXPECT_EQ(office_->audit.anchor_fault(office_->database, "{}"),
              "this is no anchor of this platform's audit log");
}

TEST_P(Stores, ATransactionIsAllOrNothing) {
    EXPECT_THROW(in([&](auto& sql) {
                     office_->keys.add(sql, Here, set_of(0xA0));
                     office_->note(sql, "somebody", "something", Here);
                     throw std::runtime_error{"the platform dies here"};
                 }),
                 std::runtime_error);
    EXPECT_TRUE(usable().empty());
    EXPECT_TRUE(office_->audit.entries(office_->database).empty());
}

TEST_P(Stores, APlaceHasOneOpenJob) {
    const auto begin = [&](const char* kind) {
        return in(
            [&](auto& sql) { return office_->jobs.begin(sql, kind, Here, "terminal").number; });
    };
    const auto first = begin("update");
    EXPECT_EQ(begin("update"), first);
    EXPECT_THROW(begin("create"), platform::Refusal);
    in([&](auto& sql) {
        const auto step = office_->jobs.sent(sql, first, "SELECT", Domain);
        office_->jobs.answered(sql, first, step, hex("6A82"));
        office_->jobs.sent(sql, first, "PUT KEY", Domain);
    });
    const auto steps = in([&](auto& sql) { return office_->jobs.steps(sql, first); });
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].status, "6A82");
    EXPECT_EQ(steps[1].status, "") << "sent, and nothing came back";
    in([&](auto& sql) { office_->jobs.end(sql, first, "done", ""); });
    EXPECT_NE(begin("create"), first);
}

TEST_P(Stores, ALaterSchemaIsRefused) {
    in([](auto& sql) { sql << "INSERT INTO schema VALUES (99)"; });
    EXPECT_THROW(open(), base::FileError);
}

// They share commits, not their fate.
TEST_P(Stores, TransactionsOfManyThreadsAreEachWholeOrNothing) {
    constexpr int Threads = 8;
    constexpr int Rounds = 25;
    auto& database = office_->database;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < Threads; ++thread)
        threads.emplace_back([&, thread] {
            for (int round = 0; round < Rounds; ++round) {
                const std::string card = std::to_string(thread) + '/' + std::to_string(round);
                const auto add = [&](soci::session& sql) {
                    for (const auto* side : {"a", "b"}) {
                        const std::string name = card + side;
                        sql << "INSERT INTO domains VALUES (:c, 'd', 'm', 's')", soci::use(name);
                        if (round % 5 == 4 && *side == 'b') throw std::logic_error{card};
                    }
                    return card;
                };
                try {
                    EXPECT_EQ(database.transaction(add), card);
                    EXPECT_NE(round % 5, 4);
                } catch (const std::logic_error& error) {
                    EXPECT_EQ(error.what(), card) << "another one's failure";
                    EXPECT_EQ(round % 5, 4);
                }
            }
        });
    for (auto& thread : threads) thread.join();
    int rows = 0;
    database.transaction(
        [&](soci::session& sql) { sql << "SELECT COUNT(*) FROM domains", soci::into(rows); });
    EXPECT_EQ(rows, 2 * Threads * Rounds * 4 / 5);
}

INSTANTIATE_TEST_SUITE_P(Database, Stores, testing::Values("sqlite", "postgresql"),
                         [](const auto& database) { return database.param; });

TEST(DatabaseFile, IsItsOwnersAlone) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("cartouche-private-" + std::to_string(::getpid()) + ".db");
    {
        platform::Database database{"sqlite:" + path.string()};
        database.transaction([](soci::session& sql) { sql << "DELETE FROM domains"; });
        for (const auto& entry : std::filesystem::directory_iterator{path.parent_path()}) {
            if (!entry.path().string().starts_with(path.string())) continue;
            EXPECT_EQ(entry.status().permissions() & std::filesystem::perms{0077},
                      std::filesystem::perms::none)
                << entry.path();
        }
    }
    std::filesystem::remove(path);
    EXPECT_THROW(platform::Database{"mysql:whatever"}, base::FileError);
    EXPECT_THROW(platform::Database{"sqlite:/no/such/folder/x.db"}, base::FileError);
}

}  // namespace
}  // namespace platform_test
