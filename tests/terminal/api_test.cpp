// The JSON API: what it takes, what it refuses, and that no secret comes back.
#include "terminal/api.hpp"

#include <gtest/gtest.h>

#include "chip_card.hpp"

namespace {

class ApiTest : public testing::Test {
protected:
    terminal::Reply get(std::string_view path) { return api.handle("GET", path, {}); }
    terminal::Reply post(std::string_view path, std::string body = "{}") {
        return api.handle("POST", path, std::move(body));
    }
    static std::string title(const terminal::Reply& reply) {
        return reply.body.at("refusal").at("title").get<std::string>();
    }

    bench::ChipCard card{};
    terminal::Log log{};
    terminal::Session session{card, log};
    terminal::Api api{session};
};

TEST_F(ApiTest, TheCardIsNamed) {
    const auto reply = get("/api/card");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body["card"]["uid"], "10 E2 F0 A1");
    EXPECT_EQ(reply.body["card"]["sectors"], 16);
    EXPECT_EQ(reply.body["pin"]["tries"], 3);
    EXPECT_FALSE(reply.body["pin"]["verified"]);
    EXPECT_EQ(reply.body["words"]["data"].size(), 8U);
    EXPECT_FALSE(reply.body.contains("purse"));
    EXPECT_GT(reply.body["time"]["ticks"], 0);
}

TEST_F(ApiTest, AUserViewsUnlocksChangesAndTakesItBack) {
    EXPECT_EQ(get("/api/sectors/1").body["view"]["blocks"][1]["kind"], "empty");
    const std::string edits = R"({"edits":[{"block":1,"value":100,"address":4}]})";
    const auto planned = post("/api/sectors/1/preview", edits);
    EXPECT_TRUE(planned.body["preview"]["allowed"]);
    EXPECT_EQ(planned.body["preview"]["changes"][0]["after"],
              "64 00 00 00 9B FF FF FF 64 00 00 00 04 FB 04 FB");
    EXPECT_EQ(post("/api/sectors/1/modify", edits).status, 409);
    EXPECT_EQ(post("/api/unlock", R"({"pin":"1234"})").status, 200);
    const auto written = post("/api/sectors/1/modify", edits);
    EXPECT_EQ(written.status, 200) << written.body.dump();
    EXPECT_EQ(written.body["view"]["blocks"][1]["value"]["amount"], 100);
    EXPECT_EQ(post("/api/sectors/1/undo").body["view"]["blocks"][1]["kind"], "empty");
}

TEST_F(ApiTest, RefusalsSayWhatTheStatusWordMeans) {
    const auto wrong = post("/api/unlock", R"({"pin":"0000"})");
    EXPECT_EQ(wrong.status, 409);
    EXPECT_EQ(wrong.body["refusal"]["sw"], "63C2");
    EXPECT_EQ(wrong.body["refusal"]["tries"], 2);
    EXPECT_EQ(title(get("/api/sectors/9")), "The card does not open this sector");
}

TEST_F(ApiTest, PathsThatAreNoneAreNotFound) {
    for (const char* path :
         {"/api/", "/api/cards", "/api/sectors/", "/api/sectors/-1", "/api/sectors/40",
          "/api/sectors/1/", "/api/sectors/1x", "/api/sectors/99999999999999999999", "/api/unlock"})
        EXPECT_EQ(get(path).status, 404) << path;
    for (const char* path : {"/api/card", "/api/sectors/1", "/api/sectors/1/erase"})
        EXPECT_EQ(post(path).status, 404) << path;
    EXPECT_EQ(api.handle("DELETE", "/api/sectors/1", {}).status, 404);
    EXPECT_TRUE(card.sent.empty());
}

TEST_F(ApiTest, BodiesThatAreNoRequestAreRefused) {
    for (const char* body : {"[]", "7", "\"1234\"", "{", "{\"pin\":1234}", "{\"pin\":null}", "{}",
                             "{\"pin\":\"\\ud800\"}"})
        EXPECT_EQ(post("/api/unlock", body).status, 400) << body;
    EXPECT_EQ(
        post("/api/unlock", R"({"pin":"1234"})" + std::string(terminal::Api::MostBodyBytes, ' '))
            .status,
        400);
    EXPECT_EQ(post("/api/unlock", std::string(terminal::Api::MostBodyBytes, '[')).status, 400);
    EXPECT_TRUE(card.sent.empty());
}

TEST_F(ApiTest, EditsThatAreNoneAreRefused) {
    for (
        const char* edit : {
            R"({"block":4,"hex":"00000000000000000000000000000000"})",
            R"({"block":-1,"hex":"00000000000000000000000000000000"})",
            R"({"block":1.5,"hex":"00000000000000000000000000000000"})",
            R"({"block":1})",
            R"({"block":1,"hex":"00"})",
            R"({"block":1,"hex":7})",
            R"({"block":1,"text":"seventeen letters"})",
            R"({"block":1,"text":"a\u0007"})",
            R"({"block":1,"value":2147483648})",
            R"({"block":1,"value":1,"address":256})",
            R"({"block":1,"value":18446744073709551615})",
            R"({"block":1,"value":"1"})",
            R"({"block":3,"text":"no"})",
            R"({"block":3,"access":[0,0,0,3]})",
            R"({"block":3,"access":[0,0,0,8],"general":"69","key_a":"FFFFFFFFFFFF","key_b":"FFFFFFFFFFFF"})",
            R"({"block":3,"access":[0,0,0],"general":"69","key_a":"FFFFFFFFFFFF","key_b":"FFFFFFFFFFFF"})",
            R"({"block":3,"access":[0,0,0,3],"general":"6","key_a":"FFFFFFFFFFFF","key_b":"FFFFFFFFFFFF"})",
            R"({"block":3,"access":[0,0,0,3],"general":"69","key_a":"FFFFFFFFFF","key_b":"FFFFFFFFFFFF"})",
        })
        EXPECT_EQ(post("/api/sectors/1/preview", std::string{R"({"edits":[)"} + edit + "]}").status,
                  400)
            << edit;
    EXPECT_EQ(post("/api/sectors/1/preview", R"({"edits":{}})").status, 400);
    std::string many = R"({"edits":[{"block":1,"value":1})";
    for (int i = 0; i < 16; ++i) many += R"(,{"block":1,"value":1})";
    EXPECT_EQ(post("/api/sectors/1/preview", many + "]}").status, 400);
}

TEST_F(ApiTest, NeitherPinNorKeysComeBack) {
    const std::string trailer =
        R"({"edits":[{"block":3,"access":[0,0,0,3],"general":"69","key_a":"C0C1C2C3C4C5","key_b":"D0D1D2D3D4D5"}]})";
    std::string all;
    for (const auto& reply :
         {get("/api/card"), get("/api/sectors/1"), post("/api/unlock", R"({"pin":"7777"})"),
          post("/api/unlock", R"({"pin":"1234"})"), post("/api/sectors/1/preview", trailer),
          post("/api/sectors/1/modify", trailer), get("/api/sectors/1"),
          post("/api/sectors/1/gate"), post("/api/sectors/1/undo"), get("/api/card")})
        all += reply.body.dump();
    EXPECT_NE(all.find("7F 07 88"), std::string::npos);
    for (const char* secret : {"1234", "7777", "C0 C1", "C0C1", "D0 D1", "D0D1", "FF FF FF FF FF"})
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;
}

}  // namespace
