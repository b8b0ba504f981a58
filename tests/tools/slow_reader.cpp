// slow_reader LINK MILLISECONDS - a PN532 whose simulation takes that long for each SELECT.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>

#include "link/pn532_server.hpp"
#include "link/pty.hpp"
#include "reader/played_port.hpp"

namespace {

hostlink::Pn532Server* running = nullptr;

void end(int) {
    if (running != nullptr) running->stop();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const std::chrono::milliseconds delay{std::atoi(argv[2])};
    bool halted = false;
    played::Port port{[&](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data == base::Bytes{0x50, 0x00}) halted = true;
        if (request.data == base::Bytes{0x52}) halted = false;
        if (halted) return std::nullopt;
        if (request.data.size() == 7) std::this_thread::sleep_for(delay);
        return played::single_card(request);
    }};
    try {
        reader::Reader reader{port};
        const hostlink::Pty pty{argv[1]};
        hostlink::Pn532 chip{reader};
        hostlink::Pn532Server server{[&](base::ByteView command) { return chip.execute(command); },
                                     pty.master()};
        chip.use(server.hooks());
        running = &server;
        std::signal(SIGTERM, end);
        server.run();
        running = nullptr;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "slow_reader: %s\n", error.what());
        return 1;
    }
    return 0;
}
