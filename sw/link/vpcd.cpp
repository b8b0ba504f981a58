#include "link/vpcd.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace hostlink {
namespace {

using std::chrono::milliseconds;

// Control messages have one byte.
constexpr std::uint8_t PowerOffCode = 0x00;
constexpr std::uint8_t PowerOnCode = 0x01;
constexpr std::uint8_t ResetCode = 0x02;
constexpr std::uint8_t AtrCode = 0x04;

constexpr std::size_t LengthBytes = 2;
constexpr std::size_t MostMessage = 65'535;
/// pcscd waits for the answer to a command and sends at most a few controls behind it.
constexpr std::size_t MostJobs = 64;
constexpr std::size_t MostUnsent = 1U << 20U;
constexpr milliseconds ConnectLimit{2000};
constexpr std::array<std::uint8_t, 2> NoDiagnosis{0x6F, 0x00};

/// A socket that is closed when it goes out of sight.
class Socket {
public:
    explicit Socket(int number) : number_{number} {}
    ~Socket() {
        if (number_ >= 0) close(number_);
    }
    Socket(Socket&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    [[nodiscard]] int number() const noexcept { return number_; }
    int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_;
};

/// Answers and their acknowledgements go out at once: pcscd sends lengths and bodies by themselves.
void make_quick(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

}  // namespace

VpcdAddress VpcdAddress::parse(const std::string& text) {
    VpcdAddress address;
    std::string host = text;
    std::string port;
    if (!text.empty() && text.front() == '[') {
        const auto end = text.find(']');
        if (end == std::string::npos) throw std::invalid_argument{text + ": ] is missing"};
        host = text.substr(1, end - 1);
        port = text.substr(end + 1);
        if (!port.empty() && port.front() != ':')
            throw std::invalid_argument{text + ": not HOST:PORT"};
    } else if (const auto colon = text.rfind(':'); colon != std::string::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon);
        if (host.find(':') != std::string::npos)
            throw std::invalid_argument{text + ": an IPv6 address stands in [ ]"};
    }
    if (!host.empty()) address.host = host;
    if (!port.empty()) {
        const char* first = port.data() + 1;
        const char* last = port.data() + port.size();
        unsigned value = 0;
        const auto [end, error] = std::from_chars(first, last, value);
        if (error != std::errc{} || end != last || value == 0 || value > 65'535)
            throw std::invalid_argument{text + ": the port is a number from 1 to 65535"};
        address.port = static_cast<std::uint16_t>(value);
    }
    return address;
}

std::string VpcdAddress::text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Vpcd::Vpcd(SmartCard& card, VpcdAddress address, VpcdOptions options)
    : card_{&card},
      address_{std::move(address)},
      options_{options} {}

void Vpcd::run() {
    std::thread talker{[this] { talk(); }};
    std::exception_ptr failure;
    try {
        work();
    } catch (...) {
        failure = std::current_exception();
    }
    stop();
    talker.join();
    if (!failure) failure = talk_failure_;
    if (failure) std::rethrow_exception(failure);
}

void Vpcd::stop() noexcept {
    stop_ = true;
    wake_.set();
}

void Vpcd::post(std::function<void()> job) {
    const std::scoped_lock lock{mutex_};
    posted_.push_back(std::move(job));
    changed_.notify_all();
}

// ---- thread of pcscd

void Vpcd::talk() noexcept {
    try {
        talk_until_stopped();
    } catch (...) {
        talk_failure_ = std::current_exception();
    }
    stop_ = true;
    const std::scoped_lock lock{mutex_};
    changed_.notify_all();
}

void Vpcd::talk_until_stopped() {
    while (!stop_) {
        bool present = false;
        {
            const std::scoped_lock lock{mutex_};
            present = !atr_.empty();
        }
        const Socket socket{present ? connect_once() : -1};
        if (socket.number() >= 0) converse(socket.number());
        if (!stop_) sleep(options_.connect_again);
    }
}

/// Waits, or until the worker has news.
void Vpcd::sleep(milliseconds duration) {
    pollfd wait{wake_.descriptor(), POLLIN, 0};
    poll(&wait, 1, static_cast<int>(duration.count()));
    wake_.clear();
}

int Vpcd::connect_once() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error =
        getaddrinfo(address_.host.c_str(), std::to_string(address_.port).c_str(), &hints, &found);
    std::string trouble = error != 0 ? gai_strerror(error) : "no address";
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all{error == 0 ? found : nullptr,
                                                                 &freeaddrinfo};
    for (const addrinfo* one = all.get(); one != nullptr && !stop_; one = one->ai_next) {
        Socket socket{::socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                               one->ai_protocol)};
        if (socket.number() < 0) continue;
        int result = connect(socket.number(), one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
        if (result == EINPROGRESS) {
            pollfd wait{socket.number(), POLLOUT, 0};
            result = ETIMEDOUT;
            if (poll(&wait, 1, static_cast<int>(ConnectLimit.count())) > 0) {
                socklen_t size = sizeof result;
                getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &result, &size);
            }
        }
        if (result == 0) {
            spdlog::info("pcsc: card inserted at {}", address_.text());
            told_.clear();
            return socket.release();
        }
        trouble = std::strerror(result);
    }
    if (trouble != told_)
        spdlog::warn("pcsc: no pcscd with vpcd at {} ({}); trying on", address_.text(), trouble);
    told_ = trouble;
    return -1;
}

void Vpcd::converse(int socket) {
    make_quick(socket);
    base::Bytes in;
    while (!stop_) {
        bool sending = false;
        {
            const std::scoped_lock lock{mutex_};
            if (atr_.empty()) break;  // the card has gone
            sending = !out_.empty();
        }
        std::array<pollfd, 2> waits{
            {{socket, static_cast<short>(POLLIN | (sending ? POLLOUT : 0)), 0},
             {wake_.descriptor(), POLLIN, 0}}};
        if (poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR)
            throw std::system_error{errno, std::generic_category(), "poll"};
        if (waits[1].revents != 0) wake_.clear();
        if ((waits[0].revents & ~POLLOUT) != 0 && !receive(socket, in)) break;
        if (!flush(socket)) break;
    }
    const std::scoped_lock lock{mutex_};
    ++connection_;
    out_.clear();
    // A card that is pulled out loses power, and what was still to be done for its host is void.
    jobs_.assign(1, Job{Kind::PowerOff, {}, connection_});
    changed_.notify_all();
}

/// False: the connection has ended.
bool Vpcd::receive(int socket, base::Bytes& buffer) {
    std::array<std::uint8_t, 4096> piece{};
    const auto got = recv(socket, piece.data(), piece.size(), 0);
    make_quick(socket);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) {
        spdlog::info("pcsc: pcscd has let go");
        return false;
    }
    buffer.insert(buffer.end(), piece.begin(), piece.begin() + got);
    return take_messages(buffer);
}

bool Vpcd::take_messages(base::Bytes& buffer) {
    std::size_t at = 0;
    while (buffer.size() - at >= LengthBytes) {
        const std::size_t size = static_cast<std::size_t>(buffer[at] << 8U) | buffer[at + 1];
        if (buffer.size() - at - LengthBytes < size) break;
        const auto body = base::ByteView{buffer}.subspan(at + LengthBytes, size);
        at += LengthBytes + size;
        if (!hear({body.begin(), body.end()})) return false;
    }
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
}

bool Vpcd::hear(base::Bytes message) {
    const std::scoped_lock lock{mutex_};
    Job job{Kind::Command, {}, connection_};
    if (jobs_.size() >= MostJobs || out_.size() >= MostUnsent) {
        spdlog::warn("pcsc: pcscd does not wait for answers");
        return false;
    }
    if (message.empty()) {
        spdlog::warn("pcsc: an empty message");
        return false;
    }
    if (message.size() > 1) {
        job.command = std::move(message);
    } else {
        switch (message[0]) {
            case AtrCode:
                queue_message(atr_);
                return true;
            case PowerOffCode:
                job.kind = Kind::PowerOff;
                break;
            case PowerOnCode:
                job.kind = Kind::PowerOn;
                break;
            case ResetCode:
                job.kind = Kind::Reset;
                break;
            default:
                spdlog::warn("pcsc: unknown control {:02X}", message[0]);
                return true;
        }
    }
    if (jobs_.size() >= MostJobs) {
        spdlog::warn("pcsc: pcscd does not wait for answers");
        return false;
    }
    jobs_.push_back(std::move(job));
    changed_.notify_all();
    return true;
}

void Vpcd::queue_message(base::ByteView message) {
    out_.push_back(static_cast<std::uint8_t>(message.size() >> 8U));
    out_.push_back(static_cast<std::uint8_t>(message.size()));
    out_.insert(out_.end(), message.begin(), message.end());
}

/// False: the connection has ended.
bool Vpcd::flush(int socket) {
    const std::scoped_lock lock{mutex_};
    while (!out_.empty()) {
        const auto sent = send(socket, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        out_.erase(out_.begin(), out_.begin() + sent);
    }
    return true;
}

// ---- thread of run()

void Vpcd::work() {
    set_atr(card_->power_on());
    while (!stop_) {
        std::unique_lock lock{mutex_};
        const auto news = [this] { return stop_ || !jobs_.empty() || !posted_.empty(); };
        if (!atr_.empty()) {
            changed_.wait(lock, news);
        } else if (!changed_.wait_for(lock, options_.look_again, news)) {
            lock.unlock();
            set_atr(card_->power_on());
            continue;
        }
        if (stop_) return;
        if (!posted_.empty()) {
            const auto job = std::move(posted_.front());
            posted_.pop_front();
            lock.unlock();
            job();
        } else {
            const Job job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            execute(job);
        }
    }
}

void Vpcd::execute(const Job& job) {
    switch (job.kind) {
        case Kind::PowerOff:
            card_->power_off();
            return;
        case Kind::PowerOn:
            set_atr(card_->power_on());
            return;
        case Kind::Reset:
            set_atr(card_->reset());
            return;
        case Kind::Command:
            break;
    }
    base::Bytes answer = card_->transmit(job.command);
    if (answer.empty()) {
        set_atr({});
        return;
    }
    if (answer.size() > MostMessage) {
        spdlog::warn("pcsc: an answer of {} bytes is too long for vpcd", answer.size());
        answer.assign(NoDiagnosis.begin(), NoDiagnosis.end());
    }
    ++commands_;
    {
        const std::scoped_lock lock{mutex_};
        if (job.connection == connection_) queue_message(answer);
    }
    wake_.set();
}

void Vpcd::card_changed() { set_atr(card_->power_on()); }

void Vpcd::set_atr(base::Bytes atr) {
    {
        const std::scoped_lock lock{mutex_};
        if (atr == atr_) return;
        if (atr.empty()) spdlog::info("pcsc: no card");
        atr_ = std::move(atr);
    }
    wake_.set();
}

}  // namespace hostlink
