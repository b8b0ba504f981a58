// Commands given up by the host, through the terminal, on both levels (test plan, LINK-04 and
// LINK-05).
#include <gtest/gtest.h>

#include <thread>

#include "level.hpp"
#include "link/pn532_server.hpp"
#include "link/pty.hpp"
#include "terminal.hpp"

namespace link_test {
namespace {

using std::chrono::milliseconds;

const std::string Ack = "00 00 FF 00 FF 00";
constexpr milliseconds Quiet{500};  // a late answer would have come by then

class Link : public system_test::LevelTest {
protected:
    /// Serves on this thread while `host` talks on another one.
    void serve(const std::function<void(const Terminal&)>& host) {
        reader::Reader reader{world()};
        const hostlink::Pty pty;
        hostlink::Pn532 chip{reader};
        hostlink::Pn532Server server{[&](base::ByteView command) { return chip.execute(command); },
                                     pty.master()};
        chip.use(server.hooks());
        std::thread client{[&] {
            host(Terminal{pty.slave_name()});
            server.stop();
        }};
        server.run();
        client.join();
    }
};
ON_BOTH_LEVELS(Link);

TEST_P(Link, LINK_04_AckEndsARunningCommand) {
    serve([](const Terminal& host) {
        host.send("00 00 FF 06 FA D4 60 14 02 20 10 86 00");
        EXPECT_EQ(host.receive(6), Ack);
        host.send("00 00 FF 00 FF 00");
        host.send("00 00 FF 03 FD D4 52 00 DA 00");
        EXPECT_EQ(host.receive(100, Quiet), Ack + " 00 00 FF 03 FD D5 53 00 D8 00");
    });
}

TEST_P(Link, LINK_05_NewCommandEndsTheRunningOne) {
    serve([](const Terminal& host) {
        host.send("00 00 FF 04 FC D4 4A 01 00 E1 00");
        host.send("00 00 FF 02 FE D4 02 2A 00");
        EXPECT_EQ(host.receive(100, Quiet), Ack + " 00 00 FF 06 FA D5 03 32 01 06 07 E8 00");
    });
}

}  // namespace
}  // namespace link_test
