// E4, E5: who connects, who logs in, and what is enabled when (reader-host.md, 3; FLOW-22).
#include <gtest/gtest.h>

#include <set>

#include "bench.hpp"
#include "control/octets.hpp"

namespace {

using control::Frame;
using control::FrameType;
using control::Reason;
using control::Service;
using control_test::Bench;
using control_test::hex;
using control_test::key;
using control_test::refused;
using State = control::InterfaceModule::State;

Frame frame(FrameType type, base::Bytes payload = {}) {
    return {static_cast<std::uint8_t>(type), 9, std::move(payload)};
}

Reason reason_of(const Frame& answer) {
    EXPECT_EQ(answer.type, control::RefusalType);
    EXPECT_FALSE(answer.payload.empty());
    return static_cast<Reason>(answer.payload.at(0));
}

/// T_R of the worked exchange comes back from the reader.
Frame challenged(Bench& bench) {
    return bench.device.handle(frame(FrameType::Login, hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF")));
}

TEST(Flow, FLOW_22_TheWorkedExchangeLogsThePlatformIn) {
    EXPECT_EQ(control::reader_key(control_test::Master, "RDR-000042"),
              key("B671AF5CF43AD63B5FB1E2E6148DDEEE"));
    Bench bench;
    // A wrong first authentication: everything stays disabled.
    control::Client wrong{[&](const Frame& one) { return bench.device.handle(one); }, "desk",
                          key("00000000000000000000000000000000")};
    EXPECT_EQ(refused([&] { wrong.connect(1, "RDR-000042"); }), Reason::Unauthentic);
    EXPECT_EQ(bench.state(), State::Disabled);
    EXPECT_EQ(reason_of(challenged(bench)), Reason::NotConnected);
    EXPECT_EQ(bench.device.interface().enabled(), 0U);

    bench.connect();
    EXPECT_EQ(bench.device.interface().enabled(), 0U) << "only the platform's login";
    const auto answer = challenged(bench);
    ASSERT_EQ(answer.type, 0x82);
    EXPECT_EQ(base::to_hex(answer.payload),
              "0A" + base::to_hex(base::Bytes{'R', 'D', 'R', '-', '0', '0', '0', '0', '4', '2'}) +
                  "B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF" + "CD04FFA6F4F01A1FB4399AB0413B364D");
    // T_R sent back as T_P.
    EXPECT_EQ(reason_of(bench.device.handle(
                  frame(FrameType::LoginProof, hex("CD04FFA6F4F01A1FB4399AB0413B364D")))),
              Reason::Unauthentic);
    EXPECT_EQ(bench.state(), State::Connected);
    EXPECT_EQ(bench.device.interface().enabled(), 0U);

    Bench again;
    again.connect();
    (void)challenged(again);
    const auto done =
        again.device.handle(frame(FrameType::LoginProof, hex("83F2D3879DA1B91F99C6B3298FE416B0")));
    EXPECT_EQ(done.type, 0x83);
    EXPECT_EQ(again.state(), State::LoggedIn);
    EXPECT_EQ(again.device.interface().enabled(), control::AllServices);
    control::Meeting meeting;
    std::iota(meeting.platform.begin(), meeting.platform.end(), std::uint8_t{0xA0});
    std::iota(meeting.reader.begin(), meeting.reader.end(), std::uint8_t{0xB0});
    EXPECT_EQ(
        control::session_key(control::reader_key(control_test::Master, "RDR-000042"), meeting),
        key("2F445408EB3D9AEA82CC7D3F82320813"));
}

TEST(Login, ADisabledInterfaceTakesConnectionRequestsOnly) {
    Bench bench;
    const auto writes = bench.flash.writes();
    for (unsigned type = 0; type < 256; ++type) {
        if (type == 0x01) continue;
        for (const auto& payload : {base::Bytes{}, base::Bytes(16, 0), base::Bytes(40, 1)}) {
            const auto answer = bench.device.handle({static_cast<std::uint8_t>(type), 1, payload});
            EXPECT_EQ(reason_of(answer), Reason::NotConnected) << type;
        }
    }
    EXPECT_EQ(bench.state(), State::Disabled);
    EXPECT_EQ(bench.flash.writes(), writes);
    EXPECT_EQ(bench.device.control().calls(), 0U);
    EXPECT_TRUE(bench.all_off());
}

TEST(Login, AConnectionRequestIsGoodOnce) {
    Bench bench;
    Frame seen;
    control::Client client{[&](const Frame& one) {
                               seen = one;
                               return bench.device.handle(one);
                           },
                           "desk", control_test::ClientKey};
    client.connect(5, control_test::Serial);
    bench.device.connection_lost();
    EXPECT_EQ(reason_of(bench.device.handle(seen)), Reason::Unauthentic);
    bench.device.start();
    EXPECT_EQ(reason_of(bench.device.handle(seen)), Reason::Unauthentic) << "also after a restart";
    EXPECT_EQ(refused([&] { client.connect(4, control_test::Serial); }), Reason::Unauthentic);
    EXPECT_FALSE(refused([&] { client.connect(6, control_test::Serial); }));
    EXPECT_EQ(refused([&] { client.connect(7, control_test::Serial); }), Reason::OutOfOrder);
}

TEST(Login, FiveWrongConnectionRequestsLockTheReader) {
    Bench bench;
    control::Client wrong{[&](const Frame& one) { return bench.device.handle(one); }, "nobody",
                          control_test::ClientKey};
    for (unsigned i = 0; i < control::SecurityModule::MostTries; ++i) {
        bench.device.start();  // does not set the count back
        EXPECT_EQ(refused([&] { wrong.connect(i + 1, control_test::Serial); }),
                  Reason::Unauthentic);
    }
    const auto writes = bench.flash.writes();
    EXPECT_EQ(refused([&] { bench.connect(); }), Reason::Locked);
    EXPECT_EQ(bench.flash.writes(), writes);
    bench.device.security().unlock();
    EXPECT_FALSE(refused([&] { bench.connect(); }));
}

TEST(Login, FiveWrongProofsLockThePlatformOut) {
    Bench bench;
    bench.connect();
    for (unsigned i = 0; i < control::SecurityModule::MostTries; ++i) {
        (void)challenged(bench);
        EXPECT_EQ(reason_of(bench.device.handle(frame(FrameType::LoginProof, base::Bytes(16, 3)))),
                  Reason::Unauthentic);
    }
    EXPECT_EQ(refused([&] { bench.login(); }), Reason::Locked);
    bench.device.connection_lost();
    bench.device.start();
    bench.connect();
    EXPECT_EQ(refused([&] { bench.login(); }), Reason::Locked);
    bench.device.security().unlock();
    EXPECT_EQ(bench.login(), control::AllServices);
}

TEST(Login, AChallengeIsGoodForOneProofAndNoNonceComesTwice) {
    Bench bench;
    bench.connect();
    const auto proof = hex("83F2D3879DA1B91F99C6B3298FE416B0");
    EXPECT_EQ(reason_of(bench.device.handle(frame(FrameType::LoginProof, proof))),
              Reason::OutOfOrder);
    (void)challenged(bench);
    EXPECT_EQ(bench.device.handle(frame(FrameType::LoginProof, proof)).type, 0x83);
    EXPECT_EQ(reason_of(bench.device.handle(frame(FrameType::LoginProof, proof))),
              Reason::OutOfOrder);
    EXPECT_EQ(bench.state(), State::Connected) << "and the session is over";
    (void)challenged(bench);
    EXPECT_EQ(reason_of(bench.device.handle(frame(FrameType::LoginProof, proof))),
              Reason::Unauthentic)
        << "the reader has another nonce now";
    const auto system = control::system_nonces();
    std::set<control::Nonce> drawn;
    for (int i = 0; i < 100; ++i) drawn.insert(system());
    EXPECT_EQ(drawn.size(), 100U);
}

TEST(Login, APlatformRefusesAReaderThatIsNone) {
    control::Cloud cloud{control_test::Master, control_test::counting_nonces(0xA0)};
    EXPECT_FALSE(cloud.prove(hex("00"))) << "no login has begun";
    Bench bench;
    bench.connect();
    const auto answer = [&] {
        const auto nonce = cloud.begin();
        return bench.device.handle(frame(FrameType::Login, {nonce.begin(), nonce.end()})).payload;
    };
    auto one = answer();
    EXPECT_TRUE(cloud.prove(one));
    EXPECT_FALSE(cloud.prove(one)) << "the nonce was used";
    for (std::size_t bit = 0; bit < one.size() * 8; ++bit) {
        auto wrong = answer();
        wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ (1U << bit % 8));
        EXPECT_FALSE(cloud.prove(wrong)) << bit;
        EXPECT_FALSE(cloud.in_session());
    }
}

TEST(Login, AClientOffersOnlyItsServices) {
    Bench bench;
    control::Client door{[&](const Frame& one) { return bench.device.handle(one); }, "door",
                         key("404142434445464748494A4B4C4D4E4F")};
    door.connect(1, control_test::Serial);
    EXPECT_EQ(refused([&] { (void)door.call(Service::Display, hex("0041")); }),
              Reason::NotLoggedIn);
    EXPECT_EQ(door.login(bench.cloud), control::bit_of(Service::Display));
    EXPECT_FALSE(refused([&] { (void)door.call(Service::Display, hex("0041")); }));
    EXPECT_EQ(refused([&] { (void)door.call("hello name=\"x\""); }), Reason::NotAllowed);
    EXPECT_EQ(refused([&] { (void)door.call(Service::Secure, hex("00")); }), Reason::NotAllowed);
    door.disconnect();
    EXPECT_EQ(bench.state(), State::Disabled);
}

TEST(Login, AMessageThatIsNotThePlatformsEndsEverything) {
    for (const std::string what : {"bit", "replay", "own", "short"}) {
        SCOPED_TRACE(what);
        Bench bench;
        bench.connect();
        bench.login();
        auto message = bench.cloud.say(base::Bytes{1});
        auto answer = bench.client.relay(message);
        if (what == "bit") message = bench.cloud.say(base::Bytes{1});
        if (what == "bit") message.back() ^= 1U;
        if (what == "own") message = answer;
        if (what == "short") message.resize(19);
        EXPECT_EQ(refused([&] { (void)bench.client.relay(message); }), Reason::Unauthentic);
        EXPECT_EQ(bench.state(), State::Disabled);
    }
}

TEST(Login, TheClientSeesNoKey) {
    Bench bench;
    base::Bytes line;
    control::Client client{[&](const Frame& one) {
                               const auto answer = bench.device.handle(one);
                               control::put(line, one.bytes());
                               control::put(line, answer.bytes());
                               return answer;
                           },
                           "desk", control_test::ClientKey};
    client.connect(1, control_test::Serial);
    client.login(bench.cloud);
    auto replaced = control_test::factory().credentials;
    replaced.access = key("505152535455565758595A5B5C5D5E5F");
    control::RemoteReader{bench.cloud, client}.load(control_test::signer().make(
        control::UpdateKind::Credentials, 2, control_test::Serial,
        control_test::factory().identity.package_key, replaced.bytes()));
    const auto text = base::to_hex(line);
    for (const auto& secret :
         {replaced.reader, replaced.access, control_test::ClientKey, control_test::Master,
          control_test::factory().identity.package_key, key("2F445408EB3D9AEA82CC7D3F82320813")})
        EXPECT_EQ(text.find(base::to_hex(secret.expose())), std::string::npos);
}

}  // namespace
