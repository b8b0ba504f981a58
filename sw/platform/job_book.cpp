#include "platform/job_book.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "platform/refusal.hpp"

namespace platform {

std::vector<Job> JobBook::jobs(soci::session& sql, const Place& place) const {
    const soci::rowset<soci::row> rows =
        (sql.prepare
             << "SELECT job, kind, peer, state, detail FROM jobs WHERE card = :c AND domain "
                "= :d ORDER BY job",
         soci::use(place.card), soci::use(place.domain));
    std::vector<Job> all;
    for (const auto& row : rows) {
        Job job;
        job.place = place;
        row >> job.number >> job.kind >> job.peer >> job.state >> job.detail;
        all.push_back(std::move(job));
    }
    return all;
}

Job JobBook::begin(soci::session& sql, const std::string& kind, const Place& place,
                   const std::string& peer) const {
    Job job{0, kind, place, peer, "open", ""};
    std::string open_kind;
    sql << "SELECT job, kind FROM jobs WHERE card = :c AND domain = :d AND state = 'open'",
        soci::into(job.number), soci::into(open_kind), soci::use(place.card),
        soci::use(place.domain);
    if (sql.got_data()) {
        if (open_kind != kind)
            throw Refusal{"busy", fmt::format("job {}, {}, of this domain is not finished",
                                              job.number, open_kind)};
        sql << "UPDATE jobs SET peer = :p WHERE job = :j", soci::use(peer), soci::use(job.number);
        return job;
    }
    sql << "SELECT COALESCE(MAX(job), 0) + 1 FROM jobs", soci::into(job.number);
    const long long now = clock_();
    sql << "INSERT INTO jobs VALUES (:j, :k, :c, :d, :p, 'open', '', :now, 0)",
        soci::use(job.number), soci::use(kind), soci::use(place.card), soci::use(place.domain),
        soci::use(peer), soci::use(now);
    return job;
}

bool JobBook::is_open(soci::session& sql, const Place& place) const {
    int open = 0;
    sql << "SELECT COUNT(*) FROM jobs WHERE card = :c AND domain = :d AND state = 'open'",
        soci::into(open), soci::use(place.card), soci::use(place.domain);
    return open != 0;
}

long long JobBook::sent(soci::session& sql, long long job, const std::string& name,
                        const std::string& domain) const {
    long long step = 0;
    sql << "SELECT COALESCE(MAX(step), 0) + 1 FROM steps WHERE job = :j", soci::into(step),
        soci::use(job);
    sql << "INSERT INTO steps VALUES (:j, :s, :n, :d, '')", soci::use(job), soci::use(step),
        soci::use(name), soci::use(domain);
    return step;
}

void JobBook::answered(soci::session& sql, long long job, long long step,
                       base::ByteView answer) const {
    const std::string status =
        answer.size() < 2 ? std::string{"none"} : base::to_hex(answer.last(2));
    sql << "UPDATE steps SET status = :s WHERE job = :j AND step = :n", soci::use(status),
        soci::use(job), soci::use(step);
}

void JobBook::end(soci::session& sql, long long job, const std::string& state,
                  const std::string& detail) const {
    const long long now = clock_();
    sql << "UPDATE jobs SET state = :s, detail = :d, ended = :now WHERE job = :j", soci::use(state),
        soci::use(detail), soci::use(now), soci::use(job);
}

std::vector<JobStep> JobBook::steps(soci::session& sql, long long job) const {
    const soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT step, name, domain, status FROM steps WHERE job = :j ORDER BY step",
         soci::use(job));
    std::vector<JobStep> all;
    for (const auto& row : rows) {
        JobStep step;
        row >> step.step >> step.name >> step.domain >> step.status;
        all.push_back(std::move(step));
    }
    return all;
}

}  // namespace platform
