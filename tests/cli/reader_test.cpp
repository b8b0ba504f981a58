// `cartouche reader`: readers of one's own, their memory in a file, the platform behind HTTPS in a
// process of its own; wrong use and broken files.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "process.hpp"

namespace cli_test {
namespace {

constexpr const char* Ticket = "4D4F4E54484C59205449434B45542038";  // MONTHLY TICKET 8

void must(const std::vector<std::string>& arguments) {
    const Result result = run(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
}

std::vector<std::string> plus(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// A fleet with one reader, its client on a phone, its platform.
class Readers : public testing::Test {
protected:
    void SetUp() override {
        must({"platform", "certificates", folder_ / "tls", "cloud", "phone", "guest"});
        must({"reader", "keys", folder_ / "fleet.json"});
        must(plus({"reader", "new", memory_}, plus(fleet_, {"--grant", "desk"})));
        must(plus({"reader", "client", folder_ / "desk.key"}, plus(fleet_, {"--id", "desk"})));
        write(folder_ / "software", std::string(5'000, 's'));
        write(folder_ / "logic", "service typed\n  display show line=\"new\"\nend\n");
        write_platform("clients", R"("updates": {"software": {"version": 2, "file": "software"},)"
                                  R"( "logic": {"version": 4, "file": "logic"}})");
        for (const std::string who : {"phone", "guest"})
            write(folder_ / (who + ".json"),
                  R"({"certificate": "tls/)" + who + R"(.crt", "key": "tls/)" + who +
                      R"(.key", "authority": "tls/authority.crt", )"
                      R"("platform": {"address": "127.0.0.1:)" +
                      std::to_string(port_) + R"(", "certificate": "tls/cloud.crt"}})");
    }

    void write_platform(const std::string& clients, const std::string& rest) {
        write(folder_ / "cloud.json",
              R"({"listen": "127.0.0.1:)" + std::to_string(port_) +
                  R"(", "certificate": "tls/cloud.crt", "key": "tls/cloud.key", )"
                  R"("authority": "tls/authority.crt", "fleet": "fleet.json", ")" +
                  clients + R"(": ["phone"], )" + rest + "}");
    }
    [[nodiscard]] std::string listens() const {
        return "cloud listens at 127.0.0.1:" + std::to_string(port_);
    }
    [[nodiscard]] std::vector<std::string> client(const std::string& job,
                                                  const std::string& who = "phone") const {
        return {"reader",   job,
                "--socket", socket_,
                "--client", folder_ / "desk.key",
                "--config", folder_ / (who + ".json")};
    }

    Folder folder_;
    int port_ = free_port();
    std::string socket_ = folder_ / "socket";
    std::string memory_ = folder_ / "memory";
    std::vector<std::string> fleet_{"--fleet", folder_ / "fleet.json", "--serial", "RDR-7"};
};

TEST_F(Readers, E5_E6_PlatformOfAnotherProcessLogsInAndUpdates) {
    Process cloud{{"reader", "platform", "--config", folder_ / "cloud.json"}};
    ASSERT_TRUE(cloud.prints(listens()));
    Process reader{{"reader", "serve", "--socket", socket_, "--memory", memory_}};
    ASSERT_TRUE(reader.prints("ready"));
    const Result called = run(plus(client("call"), {"sector-read sector=1"}));
    EXPECT_EQ(called.exit_code, 0) << called.err;
    EXPECT_NE(called.out.find("services 3F are enabled"), std::string::npos) << called.out;
    EXPECT_NE(called.out.find(std::string{"data="} + Ticket), std::string::npos) << called.out;

    EXPECT_EQ(run(client("update")).out,
              "services 3F are enabled\nsoftware: version 2\nlogic: version 4\nrestarted\n");
    EXPECT_EQ(run(client("update")).out, "services 3F are enabled\nnothing is newer\n");
    const Result gone = run(plus(client("call"), {"sector-read sector=1"}));
    EXPECT_EQ(gone.exit_code, 1) << "the new logic has no such service";
    EXPECT_NE(gone.err.find("no such service"), std::string::npos) << gone.err;
    EXPECT_EQ(run(plus(client("call"), {"typed"})).exit_code, 0);
    reader.signal(SIGTERM);
    EXPECT_EQ(reader.wait().exit_code, 0);

    Process again{{"reader", "serve", "--socket", socket_, "--memory", memory_}};
    ASSERT_TRUE(again.prints("ready"));
    EXPECT_EQ(run(client("update")).out, "services 3F are enabled\nnothing is newer\n");
}

TEST_F(Readers, E5_NobodyElseLogsIn) {
    Process cloud{{"reader", "platform", "--config", folder_ / "cloud.json"}};
    ASSERT_TRUE(cloud.prints(listens()));
    Process reader{{"reader", "serve", "--socket", socket_, "--memory", memory_}};
    ASSERT_TRUE(reader.prints("ready"));
    const Result guest = run(plus(client("call", "guest"), {"typed"}));
    EXPECT_EQ(guest.exit_code, 1);
    EXPECT_NE(guest.err.find("guest is no client of ours"), std::string::npos) << guest.err;

    // A key that is not this client's.
    must(plus({"reader", "client", folder_ / "other.key"}, plus(fleet_, {"--id", "door"})));
    auto other = plus(client("call"), {"typed"});
    other[5] = folder_ / "other.key";
    const Result stranger = run(other);
    EXPECT_EQ(stranger.exit_code, 1);
    EXPECT_NE(stranger.err.find("unauthentic"), std::string::npos) << stranger.err;

    // The demonstration's keys are not good here.
    EXPECT_EQ(run({"reader", "call", "--socket", socket_, "typed"}).exit_code, 1);

    cloud.signal(SIGKILL);
    const Result alone = run(plus(client("call"), {"typed"}));
    EXPECT_EQ(alone.exit_code, 1);
    EXPECT_NE(alone.err.find("cannot be reached"), std::string::npos) << alone.err;
}

// Killed at moments that are spread over an update: the reader starts again, with each content old
// or new, and the load goes on.
TEST_F(Readers, E6_MemorySurvivesAKillAtAnyMoment) {
    Process cloud{{"reader", "platform", "--config", folder_ / "cloud.json"}};
    ASSERT_TRUE(cloud.prints(listens()));
    const std::string fresh = read(memory_);
    using Clock = std::chrono::steady_clock;
    Clock::duration whole{};
    {
        Process reader{{"reader", "serve", "--socket", socket_, "--memory", memory_}};
        ASSERT_TRUE(reader.prints("ready"));
        const auto begin = Clock::now();
        must(client("update"));
        whole = Clock::now() - begin;
    }
    unsigned interrupted = 0;
    unsigned resumed = 0;
    constexpr int Rounds = 8;
    for (int round = 0; round < Rounds; ++round) {
        write(memory_, fresh);
        {
            Process reader{{"reader", "serve", "--socket", socket_, "--memory", memory_}};
            ASSERT_TRUE(reader.prints("ready"));
            Process update{client("update")};
            std::this_thread::sleep_for(whole * (round + 1) / (Rounds + 1));
            reader.signal(SIGKILL);
            (void)reader.wait();
            interrupted += update.wait().exit_code != 0 ? 1U : 0U;
        }
        Process reader{{"reader", "serve", "--socket", socket_, "--memory", memory_}};
        ASSERT_TRUE(reader.prints("ready")) << "round " << round;
        const Result rest = run(client("update"));
        EXPECT_EQ(rest.exit_code, 0) << rest.err;
        resumed += rest.out.find("goes on with block") != std::string::npos ? 1U : 0U;
        EXPECT_EQ(run(client("update")).out, "services 3F are enabled\nnothing is newer\n");
        EXPECT_EQ(run(plus(client("call"), {"typed"})).exit_code, 0);
    }
    EXPECT_GE(interrupted, 3U);
    EXPECT_GE(resumed, 1U);
    std::printf("%u updates interrupted, %u gone on with\n", interrupted, resumed);
}

TEST_F(Readers, WrongFilesAreRefused) {
    EXPECT_EQ(run({"reader", "keys", folder_ / "fleet.json"}).exit_code, 2) << "never replaced";
    EXPECT_EQ(run(plus({"reader", "new", memory_}, plus(fleet_, {"--grant", "desk"}))).exit_code,
              2);
    EXPECT_EQ(run(plus({"reader", "client", folder_ / "desk.key"}, plus(fleet_, {"--id", "desk"})))
                  .exit_code,
              2);
    write(folder_ / "text", "no memory at all");
    const Result memory =
        run({"reader", "serve", "--socket", socket_, "--memory", folder_ / "text"});
    EXPECT_EQ(memory.exit_code, 2);
    EXPECT_NE(memory.err.find("is no reader's memory"), std::string::npos) << memory.err;
    write(folder_ / "bad.logic", "service x\n  contactless read uid=00 sector=99\nend\n");
    const auto made = [&](const std::vector<std::string>& more) {
        return run(plus({"reader", "new", folder_ / "m"}, plus(fleet_, more)));
    };
    const Result logic = made({"--grant", "desk", "--logic", folder_ / "bad.logic"});
    EXPECT_EQ(logic.exit_code, 2);
    EXPECT_NE(logic.err.find("line 2"), std::string::npos) << logic.err;
    EXPECT_EQ(made({"--grant", "desk=40"}).exit_code, 2) << "no such service";
    EXPECT_EQ(made({"--grant", "desk=xyz"}).exit_code, 2);
    EXPECT_EQ(made({"--grant", "=3F"}).exit_code, 2);
    EXPECT_EQ(made({"--grant", "desk", "desk"}).exit_code, 2) << "twice";
    EXPECT_FALSE(std::filesystem::exists(folder_ / "m"));
    EXPECT_EQ(run({"reader", "new", folder_ / "m", "--fleet", folder_ / "fleet.json", "--serial",
                   "12345678901234567", "--grant", "desk"})
                  .exit_code,
              2);

    ::chmod((folder_ / "fleet.json").c_str(), 0644);
    const Result open = made({"--grant", "desk"});
    EXPECT_EQ(open.exit_code, 2);
    EXPECT_NE(open.err.find("mode 600"), std::string::npos) << open.err;
    ::chmod((folder_ / "fleet.json").c_str(), 0600);

    const auto platform_says = [&](const std::string& what) {
        const Result result = run({"reader", "platform", "--config", folder_ / "cloud.json"});
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_NE(result.err.find(what), std::string::npos) << result.err;
    };
    write_platform("friends", R"("updates": {})");
    platform_says("friends");
    write_platform("clients", R"("updates": {"logic": {"version": 1, "file": "logic"}})");
    platform_says("version");
    write_platform("clients", R"("updates": {"logic": {"version": 2, "file": "bad.logic"}})");
    platform_says("line 2");
    write_platform("clients", R"("updates": {"software": {"version": 2, "file": "missing"}})");
    platform_says("missing");
    write_platform("clients",
                   R"("updates": {"credentials": {"version": 2, "clients": ["desk=99"]}})");
    platform_says("3F");
    write(folder_ / "cloud.json", "{");
    EXPECT_EQ(run({"reader", "platform", "--config", folder_ / "cloud.json"}).exit_code, 2);

    write(folder_ / "desk.key", "{}");
    EXPECT_EQ(run(plus(client("call"), {"typed"})).exit_code, 2);
}

TEST(Reader, DemonstrationServesAndRefuses) {
    const Folder folder;
    const std::string socket = folder / "socket";
    Process reader{{"reader", "serve", "--socket", socket}};
    ASSERT_TRUE(reader.prints("ready"));
    const Result result = run({"reader", "call", "--socket", socket, "sector-read sector=1"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find(std::string{"data="} + Ticket), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("uid=10E2F0A1"), std::string::npos) << result.out;
    const Result wrong = run({"reader", "call", "--socket", socket, "sector-read sector=99"});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_NE(wrong.err.find("99 is not 0 to 15"), std::string::npos) << wrong.err;
    EXPECT_EQ(run({"reader", "call", "--socket", socket, "sector-read sector=1"}).exit_code, 0)
        << "as if nothing had happened";
    reader.signal(SIGINT);
    EXPECT_EQ(reader.wait().exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST(Reader, LogicIsCheckedWithLineAndField) {
    const Folder folder;
    write(folder / "good", "service hi\n  way together\n  display show line=\"hi\"\nend\n");
    const Result good = run({"reader", "check", folder / "good"});
    EXPECT_EQ(good.exit_code, 0) << good.err;
    EXPECT_EQ(good.out, "service hi: 1 steps, together\n");
    write(folder / "bad", "service hi\n  contactless read uid=01020304 sector=99\nend\n");
    const Result bad = run({"reader", "check", folder / "bad"});
    EXPECT_EQ(bad.exit_code, 2);
    EXPECT_NE(bad.err.find("line 2"), std::string::npos) << bad.err;
    write(folder / "long", std::string(16'001, '#'));
    EXPECT_EQ(run({"reader", "check", folder / "long"}).exit_code, 2);
    write(folder / "empty", "");
    EXPECT_EQ(run({"reader", "check", folder / "empty"}).exit_code, 2);
}

TEST(Reader, WrongUseIsRefused) {
    const Folder folder;
    const std::string socket = folder / "socket";
    EXPECT_EQ(run({"reader"}).exit_code, 2);
    EXPECT_EQ(run({"reader", "dance"}).exit_code, 2);
    EXPECT_EQ(run({"reader", "serve"}).exit_code, 2);
    EXPECT_EQ(run({"reader", "serve", "--socket", socket, "--level", "both"}).exit_code, 2);
    EXPECT_EQ(run({"reader", "serve", "--socket", socket, "--memory", folder / "none"}).exit_code,
              2);
    EXPECT_EQ(run({"reader", "call", "--socket", socket}).exit_code, 2);
    EXPECT_NE(run({"reader", "call", "--socket", socket, "typed"}).exit_code, 0)
        << "nobody listens";
    EXPECT_EQ(run({"reader", "update", "--socket", socket}).exit_code, 2);
    EXPECT_EQ(run({"reader", "check", folder / "none"}).exit_code, 2);
    EXPECT_EQ(run({"reader", "keys", folder / "none/fleet.json"}).exit_code, 2);
}

}  // namespace
}  // namespace cli_test
