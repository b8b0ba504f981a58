/// \file vpcd.hpp
/// A card in pcscd's virtual reader, vsmartcard's vpcd: one thread talks to pcscd, the caller's
/// simulates.
///
/// Every message is a length of two bytes, high byte first, and that many bytes. pcscd listens;
/// while a card is connected it is inserted. ATR polls are answered at once, whatever the
/// simulation does.
///
/// Example:
///     hostlink::ContactlessCard card{reader};
///     hostlink::Vpcd vpcd{card, {"localhost", 35963}};
///     vpcd.run();  // until stop()
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>

#include "base/bytes.hpp"
#include "link/smart_card.hpp"
#include "link/wake_event.hpp"

namespace hostlink {

struct VpcdAddress {
    static constexpr std::uint16_t DefaultPort = 35963;

    std::string host = "localhost";
    std::uint16_t port = DefaultPort;

    /// HOST, HOST:PORT, :PORT or [IPV6]:PORT. Throws std::invalid_argument.
    [[nodiscard]] static VpcdAddress parse(const std::string& text);
    [[nodiscard]] std::string text() const;
};

struct VpcdOptions {
    std::chrono::milliseconds connect_again{500};  ///< pcscd is not there, or has let go
    std::chrono::milliseconds look_again{500};     ///< no card answered
};

class Vpcd {
public:
    /// `card` outlives this.
    Vpcd(SmartCard& card, VpcdAddress address, VpcdOptions options = {});
    Vpcd(const Vpcd&) = delete;
    Vpcd& operator=(const Vpcd&) = delete;

    /// Serves until stop(); waits for pcscd and for a card as long as it takes. All use of the card
    /// happens in here, on the caller's thread. Errors: what the simulation throws, and
    /// std::system_error of the socket.
    void run();

    /// Ends run() after the command under way. May be called from any thread and from a signal
    /// handler.
    void stop() noexcept;

    /// Has `job` run on the thread of run(), between two commands.
    void post(std::function<void()> job);

    /// The card may have gone, or another come. To be called on the thread of run().
    void card_changed();

    /// APDUs that were answered.
    [[nodiscard]] std::uint64_t commands() const noexcept { return commands_; }

private:
    enum class Kind : std::uint8_t { PowerOff, PowerOn, Reset, Command };
    struct Job {
        Kind kind = Kind::Command;
        base::Bytes command{};
        std::uint64_t connection = 0;  ///< the answer goes to this one or nowhere
    };

    // Thread of pcscd
    void talk() noexcept;
    void talk_until_stopped();
    int connect_once();
    void converse(int socket);
    bool receive(int socket, base::Bytes& buffer);
    bool take_messages(base::Bytes& buffer);
    bool hear(base::Bytes message);
    bool flush(int socket);
    void sleep(std::chrono::milliseconds duration);

    // Thread of run()
    void work();
    void execute(const Job& job);
    void set_atr(base::Bytes atr);

    void queue_message(base::ByteView message);  ///< with mutex_ held

    SmartCard* card_;
    VpcdAddress address_;
    VpcdOptions options_;
    WakeEvent wake_;  ///< the thread of pcscd

    std::mutex mutex_{};
    std::condition_variable changed_{};
    base::Bytes atr_{};       ///< empty: no card
    std::deque<Job> jobs_{};  ///< bounded: pcscd waits for each answer
    std::deque<std::function<void()>> posted_{};
    base::Bytes out_{};             ///< to pcscd, not sent yet
    std::uint64_t connection_ = 0;  ///< number of the present one, or of the next
    std::string told_{};            ///< last trouble in connecting: told once

    std::exception_ptr talk_failure_{};  ///< ended the thread of pcscd

    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> commands_{0};
};

}  // namespace hostlink
