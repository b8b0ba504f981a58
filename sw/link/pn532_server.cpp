#include "link/pn532_server.hpp"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

namespace hostlink {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// What can be said before the answer is known: ACK, then the start of any frame.
constexpr std::array<std::uint8_t, 9> KnownBytes{0x00, 0x00, 0xFF, 0x00, 0xFF,
                                                 0x00, 0x00, 0x00, 0xFF};
constexpr std::size_t AckSize = 6;
/// A frame whose rest does not come within this time was left by a client that died.
constexpr milliseconds LeftFrame{500};

/// Hosts wait for these without limit, but for their ACK they do not.
bool waits_for_ever(std::uint8_t code) {
    constexpr std::uint8_t InAutoPoll = 0x60;
    constexpr std::uint8_t TgInitAsTarget = 0x8C;
    return code == InAutoPoll || code == TgInitAsTarget;
}

}  // namespace

Pn532Server::Pn532Server(Chip chip, int master, const ServerOptions& options)
    : master_{master}, options_{options}, chip_{std::move(chip)} {}

Hooks Pn532Server::hooks() {
    return {[this] { return cancelled(); }, [this](milliseconds duration) { pause(duration); }};
}

void Pn532Server::enable(bool on) {
    const std::scoped_lock lock{mutex_};
    enabled_ = on;
    if (on) return;
    give_up();
    last_frame_.clear();
}

void Pn532Server::run() {
    std::thread host{[this] { talk(); }};
    std::exception_ptr failure;
    try {
        work();
    } catch (...) {
        failure = std::current_exception();
    }
    stop();
    host.join();
    if (failure) std::rethrow_exception(failure);
}

void Pn532Server::stop() noexcept {
    stop_ = true;
    wake_.set();
}

void Pn532Server::post(std::function<void()> job) {
    const std::scoped_lock lock{mutex_};
    posted_.push_back(std::move(job));
    changed_.notify_all();
}

// ---- host thread

void Pn532Server::talk() noexcept {
    try {
        talk_until_stopped();
    } catch (const std::exception& error) {
        spdlog::error("host link: {}", error.what());
    }
    const std::scoped_lock lock{mutex_};
    host_gone_ = true;
    give_up();
}

void Pn532Server::give_up() {
    ++newest_;
    job_.reset();
    changed_.notify_all();
}

void Pn532Server::talk_until_stopped() {
    std::array<std::uint8_t, 4096> buffer{};
    auto last_heard = Clock::now();
    while (!stop_) {
        std::array<pollfd, 2> waits{{{master_, POLLIN, 0}, {wake_.descriptor(), POLLIN, 0}}};
        if (poll(waits.data(), waits.size(), poll_timeout()) < 0 && errno != EINTR) {
            throw std::system_error{errno, std::generic_category(), "poll"};
        }
        if (waits[1].revents != 0) wake_.clear();
        if (waits[0].revents != 0) {
            const auto got = read(master_, buffer.data(), buffer.size());
            if (got < 0 && errno != EAGAIN && errno != EINTR) {
                throw std::system_error{errno, std::generic_category(), "pseudo-terminal"};
            }
            const auto now = Clock::now();
            if (parser_.is_inside() && now - last_heard > LeftFrame) parser_.reset();
            last_heard = now;
            const auto size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
            for (const auto& message : parser_.feed(base::ByteView{buffer}.first(size))) {
                hear(message);
            }
        }
        dribble();
    }
}

void Pn532Server::hear(const HostMessage& message) {
    const std::scoped_lock lock{mutex_};
    if (!enabled_) return;
    switch (message.kind) {
        case HostMessage::Kind::Command:
            begin(message.payload);
            break;
        case HostMessage::Kind::Ack:  // the host gives up what runs
            give_up();
            break;
        case HostMessage::Kind::Nack:
            if (!job_ && !last_frame_.empty()) send(last_frame_);
            break;
    }
}

void Pn532Server::begin(const base::Bytes& command) {
    // A command that is still running is given up: its late answer would be taken for this one's.
    const std::uint64_t number = ++newest_;
    job_ = Job{command, number, 0, Clock::now() + options_.interval, false};
    job_->dribbles = options_.keep_alive && !waits_for_ever(command[0]);
    if (!job_->dribbles) {
        send(ack_frame());
        job_->sent = AckSize;
    }
    changed_.notify_all();
}

void Pn532Server::dribble() {
    const std::scoped_lock lock{mutex_};
    if (!job_ || !job_->dribbles || job_->sent == KnownBytes.size()) return;
    const auto now = Clock::now();
    if (now < job_->next) return;
    send(base::ByteView{KnownBytes}.subspan(job_->sent, 1));
    ++job_->sent;
    job_->next = now + options_.interval;
}

int Pn532Server::poll_timeout() {
    const std::scoped_lock lock{mutex_};
    if (!job_ || !job_->dribbles || job_->sent == KnownBytes.size()) return -1;
    const auto left = duration_cast<milliseconds>(job_->next - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0)) + 1;
}

void Pn532Server::send(base::ByteView data) const {
    // A client that does not read loses bytes, as it would on a wire.
    [[maybe_unused]] const auto written = write(master_, data.data(), data.size());
}

// ---- thread of run()

void Pn532Server::work() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] {
            return host_gone_ || !posted_.empty() || (job_ && job_->number != running_);
        });
        run_posted(lock);
        if (host_gone_) return;
        if (!job_ || job_->number == running_) continue;
        const base::Bytes command = job_->command;
        const std::uint64_t number = job_->number;
        running_ = number;
        lock.unlock();
        const auto frame = chip_(command);
        lock.lock();
        answer(number, frame);
    }
}

void Pn532Server::run_posted(std::unique_lock<std::mutex>& lock) {
    while (!posted_.empty()) {
        const auto job = std::move(posted_.front());
        posted_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

bool Pn532Server::cancelled() const noexcept { return newest_ != running_; }

void Pn532Server::pause(milliseconds duration) {
    const auto until = Clock::now() + duration;
    std::unique_lock lock{mutex_};
    while (true) {
        run_posted(lock);
        if (cancelled() || changed_.wait_until(lock, until) == std::cv_status::timeout) return;
    }
}

void Pn532Server::answer(std::uint64_t number, const std::optional<base::Bytes>& frame) {
    if (!job_ || job_->number != number) return;
    if (!frame) return job_.reset();
    base::Bytes bytes{KnownBytes.begin(), KnownBytes.begin() + AckSize};
    bytes.insert(bytes.end(), frame->begin(), frame->end());
    send(base::ByteView{bytes}.subspan(job_->sent));
    last_frame_ = *frame;
    job_.reset();
    ++commands_;
}

}  // namespace hostlink
