#include "cli/stop_signal.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

namespace cli {
namespace {

constexpr std::chrono::seconds LastResort{1};

}  // namespace

StopSignal::StopSignal(std::function<void()> on_stop) : on_stop_{std::move(on_stop)} {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
    signals_ = signalfd(-1, &set, SFD_CLOEXEC);
    end_ = eventfd(0, EFD_CLOEXEC);
    if (signals_ < 0 || end_ < 0)
        throw std::system_error{errno, std::generic_category(), "signalfd"};
    thread_ = std::thread{[this] { watch(); }};
}

StopSignal::~StopSignal() {
    eventfd_write(end_, 1);
    thread_.join();
    close(signals_);
    close(end_);
    // A process that was asked to end does: what was sent twice must not cut that short.
    if (!stopped_) pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignal::watch() {
    std::optional<std::chrono::steady_clock::time_point> first;
    while (true) {
        std::array<pollfd, 2> waits{{{signals_, POLLIN, 0}, {end_, POLLIN, 0}}};
        if (poll(waits.data(), waits.size(), -1) < 0) continue;
        if (waits[1].revents != 0) return;
        signalfd_siginfo info{};
        if (read(signals_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
        const auto now = std::chrono::steady_clock::now();
        if (first) {
            // timeout(1) and a terminal may send one signal twice.
            if (now - *first > LastResort) _exit(128 + static_cast<int>(info.ssi_signo));
            continue;
        }
        first = now;
        stopped_ = true;
        on_stop_();
    }
}

}  // namespace cli
