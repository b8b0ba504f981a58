// The client protocol on a local socket.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "bench.hpp"
#include "control/socket_server.hpp"
#include "link/unix_socket.hpp"

namespace {

using control::Frame;
using control::Reason;
using control_test::Bench;
using control_test::refused;
using State = control::InterfaceModule::State;

/// A reader that listens, on a thread of its own.
class Listening {
public:
    Listening()
        : server_{path(),
                  {[this](const Frame& frame) { return bench.device.handle(frame); },
                   [this] { bench.device.connection_lost(); },
                   [this] { return bench.state() != State::Disabled; }}},
          thread_{[this] { server_.run(); }} {}
    ~Listening() {
        server_.stop();
        thread_.join();
    }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

    static std::string path() {
        return (std::filesystem::temp_directory_path() /
                ("reader" + std::to_string(::getpid()) + ".sock"))
            .string();
    }

    Bench bench{};

private:
    control::SocketServer server_;
    std::thread thread_;
};

control::Client client_on(control::SocketWire& wire) {
    return {[&](const Frame& frame) { return wire.exchange(frame); }, "desk",
            control_test::ClientKey};
}

TEST(Socket, AClientLogsInAndCalls) {
    Listening reader;
    EXPECT_EQ(std::filesystem::status(Listening::path()).permissions(),
              std::filesystem::perms::owner_all)
        << "nobody else may connect";
    control::SocketWire wire{Listening::path()};
    auto client = client_on(wire);
    client.connect(1, control_test::Serial);
    EXPECT_EQ(client.login(reader.bench.cloud), control::AllServices);
    EXPECT_EQ(client.call("typed"), "typed=\"1234\"");
}

TEST(Socket, TheNextClientFindsEverythingDisabled) {
    Listening reader;
    {
        control::SocketWire wire{Listening::path()};
        auto client = client_on(wire);
        client.connect(1, control_test::Serial);
        client.login(reader.bench.cloud);
        // It goes without a word, in the middle of a session with the PN532.
        (void)client.call(control::Service::Pn532, base::Bytes{2});
    }
    control::SocketWire wire{Listening::path()};
    auto client = client_on(wire);
    EXPECT_EQ(refused([&] { (void)client.call("typed"); }), Reason::NotConnected);
    EXPECT_TRUE(reader.bench.all_off());
}

TEST(Socket, ABrokenStreamEndsTheConnectionOnly) {
    Listening reader;
    const int raw = hostlink::connect_to(Listening::path());
    ASSERT_GE(raw, 0);
    // A header that announces more than a frame can hold.
    ASSERT_TRUE(hostlink::send_all(raw, base::Bytes{0x01, 0x01, 0xFF, 0xFF}));
    std::uint8_t byte = 0;
    EXPECT_EQ(::read(raw, &byte, 1), 0) << "the reader has hung up";
    ::close(raw);
    control::SocketWire wire{Listening::path()};
    auto client = client_on(wire);
    EXPECT_FALSE(refused([&] { client.connect(1, control_test::Serial); }));
}

TEST(Socket, TwoReadersDoNotShareAName) {
    Listening reader;
    EXPECT_THROW((control::SocketServer{Listening::path(), {}}), std::runtime_error);
    EXPECT_THROW(control::SocketWire{Listening::path() + ".none"}, std::runtime_error);
}

}  // namespace
