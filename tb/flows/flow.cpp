#include "flows/flow.hpp"

#include <fmt/format.h>

namespace flows {

StageOptions stage_options(const FlowOptions& options) {
    StageOptions made;
    made.level = options.level;
    made.policy.highest_rate = options.rate;
    made.knobs = options.knobs;
    made.watch = options.watch;
    if (options.technology == port::Technology::B) made.profile = type_b_profile();
    return made;
}

void check(const Flow& flow, const FlowOptions& options) {
    if (options.via == Via::Air && !flow.no_air.empty())
        throw std::invalid_argument{
            fmt::format("{} does not go over the air: {}", flow.name, flow.no_air)};
    if (options.technology == port::Technology::B && !flow.no_type_b.empty())
        throw std::invalid_argument{
            fmt::format("{} has no card of type B: {}", flow.name, flow.no_type_b)};
}

void Report::step(std::string id, std::string title, Stage& stage,
                  const std::function<std::string()>& action) {
    const std::size_t before = stage.log().exchanges().size();
    const auto exchanges = [&] {
        const auto& all = stage.log().exchanges();
        return std::vector<Exchange>{all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
    };
    watch(
        std::move(id), std::move(title), [&] { return stage.now(); }, action, exchanges);
}

void Report::step(std::string id, std::string title, const std::function<Tick()>& now,
                  const std::function<std::string()>& action) {
    watch(std::move(id), std::move(title), now, action, [] { return std::vector<Exchange>{}; });
}

void Report::watch(std::string id, std::string title, const std::function<Tick()>& now,
                   const std::function<std::string()>& action,
                   const std::function<std::vector<Exchange>()>& exchanges) {
    Step step;
    step.id = std::move(id);
    step.title = std::move(title);
    step.begin = now();
    notes_.clear();
    const auto start = std::chrono::steady_clock::now();
    std::exception_ptr failure;
    try {
        step.result = action();
    } catch (const std::exception& error) {
        step.ok = false;
        step.result = error.what();
        failure = std::current_exception();
    }
    step.wall = std::chrono::steady_clock::now() - start;
    step.end = now();
    step.exchanges = exchanges();
    step.notes = std::move(notes_);
    steps_.push_back(std::move(step));
    if (told_) told_(steps_.back());
    if (failure) std::rethrow_exception(failure);
}

void require(bool good, const std::string& what) {
    if (!good) throw FlowFailure{what};
}

base::Bytes require(const apdu::Response& answer, const std::string& what,
                    apdu::StatusWord wanted) {
    if (answer.sw != wanted)
        throw FlowFailure{
            fmt::format("{}: the card answers {:04X}, not {:04X}", what, answer.sw, wanted)};
    return answer.data;
}

}  // namespace flows
