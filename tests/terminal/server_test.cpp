// The server: only its own page, with the token of the run, gets at the API.
#include "terminal/server.hpp"

#include <gtest/gtest.h>
#include <httplib.h>

#include <thread>

#include "chip_card.hpp"

namespace {

class ServerTest : public testing::Test {
protected:
    ServerTest() : runner{[this] { server.run(); }} {
        const std::string address = server.address();
        const auto hash = address.find('#');
        token = address.substr(hash + 1);
        host = address.substr(7, hash - 8);
        port = std::stoi(host.substr(host.find(':') + 1));
    }
    ~ServerTest() override {
        server.stop();
        runner.join();
    }

    httplib::Headers good(httplib::Headers more = {}) const {
        more.emplace("X-Cartouche-Token", token);
        return more;
    }
    int status(const char* path, const httplib::Headers& headers) const {
        httplib::Client client{"127.0.0.1", port};
        const auto answer = client.Get(path, headers);
        return answer ? answer->status : 0;
    }

    bench::ChipCard card{};
    terminal::Log log{};
    terminal::Session session{card, log};
    terminal::Server server{session, log, 0};
    std::thread runner;
    std::string token{};
    std::string host{};
    int port = 0;
};

TEST_F(ServerTest, TheTokenOpensTheApi) {
    EXPECT_EQ(token.size(), 32U);
    EXPECT_EQ(status("/api/card", good()), 200);
    EXPECT_EQ(status("/api/trace?after=0", good()), 200);
}

TEST_F(ServerTest, WithoutTheTokenNothingReachesTheCard) {
    EXPECT_EQ(status("/api/card", {}), 403);
    EXPECT_EQ(status("/api/trace", {}), 403);
    EXPECT_EQ(status("/api/card", {{"X-Cartouche-Token", token.substr(1)}}), 403);
    std::string other = token;
    other.back() = other.back() == '0' ? '1' : '0';
    EXPECT_EQ(status("/api/card", {{"X-Cartouche-Token", other}}), 403);
    EXPECT_TRUE(card.sent.empty());
}

TEST_F(ServerTest, OtherHostsAndOriginsAreKeptOut) {
    EXPECT_EQ(status("/api/card", good({{"Host", "evil.example"}})), 403);
    EXPECT_EQ(status("/", {{"Host", "evil.example"}}), 403);
    EXPECT_EQ(status("/api/card", good({{"Origin", "http://evil.example"}})), 403);
    EXPECT_EQ(status("/api/card", good({{"Origin", "null"}})), 403);
    EXPECT_EQ(status("/api/card", good({{"Origin", "https://" + host}})), 403);
    EXPECT_EQ(status("/api/card", good({{"Origin", "http://127.0.0.1:1"}})), 403);
    EXPECT_TRUE(card.sent.empty());
    EXPECT_EQ(status("/api/card", good({{"Origin", "http://" + host}})), 200);
}

TEST_F(ServerTest, LongBodiesAreRefused) {
    httplib::Client client{"127.0.0.1", port};
    const auto answer =
        client.Post("/api/unlock", good(), std::string(100'000, 'x'), "application/json");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 413);
    EXPECT_TRUE(card.sent.empty());
}

TEST_F(ServerTest, ThePageMayLoadFromHereOnly) {
    httplib::Client client{"127.0.0.1", port};
    const auto answer = client.Get("/");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    const std::string policy = answer->get_header_value("Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(policy.find('*'), std::string::npos);
    EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
    EXPECT_EQ(answer->body.find(token), std::string::npos);
    EXPECT_EQ(status("/no-such-file", {}), 404);
    EXPECT_EQ(status("/../../etc/passwd", {}), 404);
}

TEST_F(ServerTest, ManyCallersGetTheirOwnAnswers) {
    std::vector<std::thread> callers;
    std::atomic<int> right{0};
    for (int sector = 0; sector < 5; ++sector)
        callers.emplace_back([&, sector] {
            httplib::Client client{"127.0.0.1", port};
            for (int i = 0; i < 5; ++i) {
                const auto answer = client.Get("/api/sectors/" + std::to_string(sector), good());
                if (!answer || answer->status != 200) continue;
                const auto body = nlohmann::json::parse(answer->body);
                if (body["view"]["sector"] == sector) ++right;
            }
        });
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(right, 25);
}

TEST_F(ServerTest, ATakenPortIsTold) {
    EXPECT_THROW((terminal::Server{session, log, port}), std::runtime_error);
}

}  // namespace
