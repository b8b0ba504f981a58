#include "platform/session.hpp"

#include "base/hex.hpp"
#include "platform/refusal.hpp"

namespace platform {

nlohmann::json to_json(const Step& step) {
    return {{"step", step.name}, {"domain", step.domain}, {"apdu", base::to_hex(step.apdu)}};
}

nlohmann::json NothingToDo::answer(base::ByteView) {
    throw Refusal{"session", "nothing was asked"};
}

ErrandSession::ErrandSession(Office& office, Job job, Plan plan, Finish finish)
    : office_{office}, job_{std::move(job)}, errand_{std::move(plan)}, finish_{std::move(finish)} {}

nlohmann::json ErrandSession::begin() {
    return office_.database.transaction([&](soci::session& sql) { return go_on(sql); });
}

nlohmann::json ErrandSession::answer(base::ByteView response) {
    auto next = office_.database.transaction([&](soci::session& sql) {
        office_.jobs.answered(sql, job_.number, step_, response);
        errand_.take(response);
        if (const auto generation = errand_.opened()) {
            office_.keys.activate(sql, job_.place, *generation);
            office_.keys.count_use(sql, job_.place);
        }
        return go_on(sql);
    });
    // What failed is on record before it is told.
    if (!errand_.failure().empty()) throw Refusal{errand_.failure(), errand_.reason()};
    return next;
}

nlohmann::json ErrandSession::go_on(soci::session& sql) {
    if (const auto& step = errand_.next()) {
        step_ = office_.jobs.sent(sql, job_.number, step->name, step->domain);
        if (!step->checks.empty())
            office_.note(sql, job_.peer, step->name + " goes out", job_.place, step->checks);
        return to_json(*step);
    }
    if (!errand_.done()) {
        fail(sql);
        return {};
    }
    const std::string checks = office_.keys.active_checks(sql, job_.place);
    nlohmann::json result = finish_(sql);
    office_.jobs.end(sql, job_.number, "done", checks);
    office_.note(sql, job_.peer, job_.kind + " done", job_.place, checks);
    result["done"] = true;
    result["checks"] = checks;
    return result;
}

void ErrandSession::fail(soci::session& sql) {
    // A card that could not be reached or has a fault may come again: the job stays open.
    const bool over = errand_.failure() != "card";
    if (over) office_.jobs.end(sql, job_.number, "failed", errand_.reason());
    office_.note(sql, job_.peer, job_.kind + " stopped: " + errand_.reason(), job_.place);
}

}  // namespace platform
