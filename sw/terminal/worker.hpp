/// \file worker.hpp
/// One thread that does all jobs, as a card has one owner.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>

namespace terminal {

class Worker {
public:
    /// Does jobs until stop(). What a job throws comes out of the do_now() that waits for it.
    void run();
    /// From any thread. Jobs that wait are not done any more.
    void stop();

    /// From any thread but the one of run(): has the job done there and waits for its end. False:
    /// the worker has stopped.
    bool do_now(const std::function<void()>& job);

private:
    struct Waiting {
        const std::function<void()>* job;
        bool done = false;
        std::exception_ptr failure{};
    };

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Waiting*> jobs_{};
    bool stopped_ = false;
};

}  // namespace terminal
