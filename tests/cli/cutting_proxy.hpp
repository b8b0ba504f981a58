/// \file cutting_proxy.hpp
/// Between a client and its server: counts requests and answers, and ends it all at one of them.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace cli_test {

class CuttingProxy {
public:
    /// Passes on to `server`, a port of this machine.
    explicit CuttingProxy(int server);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    [[nodiscard]] int port() const noexcept { return port_; }
    /// When the next `turn`th change of direction comes (1: the client's first bytes, 2: what the
    /// server says to them, ...), what it brings is not passed on, and `cut` is done instead. Both
    /// sides then lose their connection.
    void cut_at(unsigned turn, std::function<void()> cut);
    /// From now on all is passed on. Whether it came to the cut.
    bool end_cutting();

private:
    void serve();
    void pass(int client);
    [[nodiscard]] bool cuts();

    int server_;
    int listener_ = -1;
    int port_ = 0;
    std::mutex mutex_{};
    std::function<void()> cut_{};
    unsigned left_ = 0;
    bool has_cut_ = false;
    std::atomic<bool> over_{false};
    std::thread thread_{};
};

}  // namespace cli_test
