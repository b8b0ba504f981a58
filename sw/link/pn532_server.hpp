/// \file pn532_server.hpp
/// A PN532's host link on a pseudo-terminal: one thread talks to the host, the caller's thread
/// simulates.
///
/// Example:
///     hostlink::Pty pty{"/tmp/reader"};
///     hostlink::Pn532Server server{
///         [&](base::ByteView command) { return chip.execute(command); }, pty.master()};
///     chip.use(server.hooks());
///     server.run();  // until stop()
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "base/bytes.hpp"
#include "link/hsu_frame.hpp"
#include "link/pn532.hpp"
#include "link/wake_event.hpp"

namespace hostlink {

struct ServerOptions {
    /// libnfc waits 300 ms for each next piece of an answer. With keep-alive, a command that takes
    /// long has the bytes known in advance sent one per interval: the six of the ACK, then 00 00
    /// FF. That stretches 300 ms to 2.8 s. Without it the ACK goes out at once.
    bool keep_alive = true;
    std::chrono::milliseconds interval{250};
};

class Pn532Server {
public:
    /// Runs a command; the frame for the host, or nothing when it gets none.
    using Chip = std::function<std::optional<base::Bytes>(base::ByteView command)>;

    /// `master` is the master side of a pseudo-terminal, not blocking, and outlives this, as what
    /// `chip` uses does.
    Pn532Server(Chip chip, int master, const ServerOptions& options = {});
    Pn532Server(const Pn532Server&) = delete;
    Pn532Server& operator=(const Pn532Server&) = delete;

    /// What the chip is to ask while a command runs.
    [[nodiscard]] Hooks hooks();

    /// While it is not enabled the host is not heard: not even an ACK goes out, and a command that
    /// runs is given up. At first it is. From any thread.
    void enable(bool on);

    /// Serves until stop(). All use of the chip happens in here, on the caller's thread.
    /// Errors: what the simulation throws, and std::system_error of the terminal.
    void run();

    /// Ends run() after the exchange under way. May be called from any thread and from a signal
    /// handler.
    void stop() noexcept;

    /// Has `job` run on the thread of run(), between two commands or two polls of the field.
    /// Example: server.post([&] { world.remove(0); });
    void post(std::function<void()> job);

    /// Commands that were answered.
    [[nodiscard]] std::uint64_t commands() const noexcept { return commands_; }

private:
    using Clock = std::chrono::steady_clock;

    /// A command from the host between its arrival and its answer.
    struct Job {
        base::Bytes command{};
        std::uint64_t number = 0;
        std::size_t sent = 0;      ///< bytes of ACK and 00 00 FF that are out
        Clock::time_point next{};  ///< when the next of them is due
        bool dribbles = false;
    };

    // Host thread
    void talk() noexcept;
    void talk_until_stopped();
    void hear(const HostMessage& message);
    void begin(const base::Bytes& command);
    void give_up();  ///< whatever runs; with mutex_ held
    void dribble();
    [[nodiscard]] int poll_timeout();

    // Thread of run()
    void work();
    void run_posted(std::unique_lock<std::mutex>& lock);
    void pause(std::chrono::milliseconds duration);
    [[nodiscard]] bool cancelled() const noexcept;
    void answer(std::uint64_t number, const std::optional<base::Bytes>& frame);

    void send(base::ByteView data) const;

    int master_;
    WakeEvent wake_;  ///< the host thread
    ServerOptions options_;
    Chip chip_;
    FrameParser parser_{};

    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::optional<Job> job_{};  ///< the host's current command; gone when answered or given up
    std::deque<std::function<void()>> posted_{};
    base::Bytes last_frame_{};  ///< for a host that asks again
    std::atomic<std::uint64_t> newest_{
        0};                      ///< number of the current command; changes when it is given up
    std::uint64_t running_ = 0;  ///< number of the command that runs or ran last
    std::atomic<bool> stop_{false};
    bool enabled_ = true;
    bool host_gone_ = false;  ///< the host thread has ended
    std::atomic<std::uint64_t> commands_{0};
};

}  // namespace hostlink
