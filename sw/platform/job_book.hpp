/// \file job_book.hpp
/// Which jobs are open, and every step of them: written before it is sent and after its answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/key_store.hpp"

namespace platform {

struct Job {
    long long number = 0;
    std::string kind{};  ///< "create", "supply", "download", "update"
    Place place{};
    std::string peer{};   ///< who asked last
    std::string state{};  ///< "open", "done", "failed"
    std::string detail{};
};

struct JobStep {
    long long step = 0;
    std::string name{};
    std::string domain{};
    std::string status{};  ///< SW1 SW2 in hexadecimal; empty: sent, no answer came
};

/// All calls are inside a transaction of the caller.
class JobBook {
public:
    explicit JobBook(Clock clock) : clock_{std::move(clock)} {}

    /// The open job of this place, or a new one: a place has one at a time. Refuses when one of
    /// another kind is open.
    Job begin(soci::session& sql, const std::string& kind, const Place& place,
              const std::string& peer) const;
    [[nodiscard]] bool is_open(soci::session& sql, const Place& place) const;
    /// A step is going out; its number.
    long long sent(soci::session& sql, long long job, const std::string& name,
                   const std::string& domain) const;
    void answered(soci::session& sql, long long job, long long step, base::ByteView answer) const;
    void end(soci::session& sql, long long job, const std::string& state,
             const std::string& detail) const;

    [[nodiscard]] std::vector<Job> jobs(soci::session& sql, const Place& place) const;
    [[nodiscard]] std::vector<JobStep> steps(soci::session& sql, long long job) const;

private:
    Clock clock_;
};

}  // namespace platform
