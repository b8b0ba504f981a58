#include "terminal/worker.hpp"

namespace terminal {

void Worker::run() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
        if (stopped_) return;
        Waiting* waiting = jobs_.front();
        jobs_.pop_front();
        lock.unlock();
        try {
            (*waiting->job)();
        } catch (...) {
            waiting->failure = std::current_exception();
        }
        lock.lock();
        waiting->done = true;
        changed_.notify_all();
    }
}

void Worker::stop() {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    changed_.notify_all();
}

bool Worker::do_now(const std::function<void()>& job) {
    Waiting waiting{&job};
    std::unique_lock lock{mutex_};
    if (stopped_) return false;
    jobs_.push_back(&waiting);
    changed_.notify_all();
    // A job under way is waited for even when the worker stops: it uses what its caller owns.
    changed_.wait(lock, [&] {
        if (waiting.done) return true;
        return stopped_ && std::erase(jobs_, &waiting) != 0;
    });
    if (!waiting.done) return false;
    if (waiting.failure) std::rethrow_exception(waiting.failure);
    return true;
}

}  // namespace terminal
