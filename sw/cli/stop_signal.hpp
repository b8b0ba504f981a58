/// \file stop_signal.hpp
/// Ctrl-C and SIGTERM as a call instead of an end.
#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace cli {

/// While it lives, the first SIGINT or SIGTERM calls `on_stop` on a thread of its own, a second one
/// ends the process at once, unless it comes with the first. Must be made before other threads are,
/// so that none of them takes the signals.
class StopSignal {
public:
    explicit StopSignal(std::function<void()> on_stop);
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

private:
    void watch();

    std::function<void()> on_stop_;
    sigset_t before_{};
    bool stopped_ = false;
    int signals_ = -1;
    int end_ = -1;
    std::thread thread_;
};

}  // namespace cli
