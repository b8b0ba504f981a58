// The host's side of a pseudo-terminal. Behaviour: host-links sheet 1.2 and 1.3.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "link/pn532_server.hpp"
#include "link/pty.hpp"
#include "reader/played_port.hpp"
#include "terminal.hpp"

namespace hostlink {
namespace {

using base::Bytes;
using link_test::Terminal;
using std::chrono::milliseconds;

const std::string Ack = "00 00 FF 00 FF 00";
const std::string FirmwareAnswer = "00 00 FF 06 FA D5 03 32 01 06 07 E8 00";

class Server : public testing::Test {
protected:
    void start(const ServerOptions& options = {}) {
        server_ = std::make_unique<Pn532Server>(
            [this](base::ByteView command) { return chip_.execute(command); }, pty_.master(),
            options);
        chip_.use(server_->hooks());
        thread_ = std::thread{[this] { server_->run(); }};
    }
    void TearDown() override {
        if (server_) server_->stop();
        if (thread_.joinable()) thread_.join();
    }

    played::Port port_{[](const port::Request&) { return std::nullopt; }};
    reader::Reader reader_{port_};
    Pn532 chip_{reader_};
    std::filesystem::path link_ =
        std::filesystem::temp_directory_path() / ("cartouche_pty_" + std::to_string(getpid()));
    Pty pty_{link_};
    Terminal host_{link_.string()};
    std::unique_ptr<Pn532Server> server_;
    std::thread thread_;
};

TEST_F(Server, AnswersThroughTheLink) {
    start();
    host_.send("00 00 FF 02 FE D4 02 2A 00");
    EXPECT_EQ(host_.receive(19), Ack + " " + FirmwareAnswer);
    host_.send("00 00 FF FF 00 00");
    EXPECT_EQ(host_.receive(13), FirmwareAnswer) << "NACK: once more";
}

TEST_F(Server, ASecondClientFindsTheChipAlive) {
    start();
    host_.send("00 00 FF 02 FE D4");
    {
        const Terminal second{pty_.slave_name()};
        std::this_thread::sleep_for(milliseconds{600});
        second.send("00 00 FF 02 FE D4 02 2A 00");
        EXPECT_EQ(second.receive(19), Ack + " " + FirmwareAnswer);
    }
    const Terminal third{link_.string()};
    third.send("00 00 FF 02 FE D4 02 2A 00");
    EXPECT_EQ(third.receive(19), Ack + " " + FirmwareAnswer);
}

TEST_F(Server, AckFromTheHostEndsACommandWithoutAnswer) {
    start();
    host_.send("00 00 FF 06 FA D4 60 14 02 20 10 86 00");
    EXPECT_EQ(host_.receive(6), Ack);
    host_.send("00 00 FF 00 FF 00");
    host_.send("00 00 FF 03 FD D4 52 00 DA 00");
    EXPECT_EQ(host_.receive(100, milliseconds{300}), Ack + " 00 00 FF 03 FD D5 53 00 D8 00");
}

TEST_F(Server, NewCommandEndsTheOldOneSilently) {
    start({.keep_alive = false});
    host_.send("00 00 FF 04 FC D4 4A 01 00 E1 00");
    EXPECT_EQ(host_.receive(6), Ack);
    host_.send("00 00 FF 02 FE D4 02 2A 00");
    EXPECT_EQ(host_.receive(100, milliseconds{300}), Ack + " " + FirmwareAnswer);
}

TEST_F(Server, SlowCommandIsKeptAliveByteByByte) {
    port_.card = [](const port::Request& request) {
        if (request.data == Bytes{0x26}) std::this_thread::sleep_for(milliseconds{650});
        return played::single_card(request);
    };
    start({.keep_alive = true, .interval = milliseconds{50}});
    host_.send("00 00 FF 04 FC D4 4A 01 00 E1 00");
    const std::string expected = Ack + " 00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 10 E2 F0 A1 4B 00";
    std::string all;
    for (int i = 0; i < 9; ++i) {
        const std::string byte = host_.receive(1, milliseconds{300});
        ASSERT_EQ(byte.size(), 2U) << "after " << all;
        all += byte + " ";
        EXPECT_LE(server_->commands(), 0U) << "the answer is not there yet";
    }
    EXPECT_EQ(all + host_.receive(100, milliseconds{400}), expected);
}

TEST_F(Server, PostedJobsRunWhileTheHostWaits) {
    start();
    host_.send("00 00 FF 06 FA D4 60 FF 02 20 10 9B 00");
    EXPECT_EQ(host_.receive(6), Ack);
    server_->post([this] {
        port_.card = [](const port::Request& request) { return played::single_card(request); };
    });
    EXPECT_EQ(host_.receive(20), "00 00 FF 0E F2 D5 61 01 10 09 01 00 04 08 04 10 E2 F0 A1 1C");
}

TEST_F(Server, StopEndsARunningCommand) {
    start();
    host_.send("00 00 FF 06 FA D4 60 FF 02 20 10 9B 00");
    EXPECT_EQ(host_.receive(6), Ack);
    server_->stop();
    thread_.join();
}

TEST(Pty, LinkIsRemovedAndReplacedButNothingElseIs) {
    const auto path =
        std::filesystem::temp_directory_path() / ("cartouche_link_" + std::to_string(getpid()));
    std::filesystem::create_symlink("/dev/null", path);
    {
        const Pty pty{path};
        EXPECT_EQ(std::filesystem::read_symlink(path), pty.slave_name());
    }
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(path)));
    std::filesystem::create_directory(path);
    EXPECT_THROW(Pty{path}, std::runtime_error);
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace hostlink
