/// \file flow.hpp
/// The product's flows (A1 to E6) as runs that are watched step by step.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "flows/stage.hpp"

namespace flows {

/// A step did not come out as it must.
class FlowFailure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One step of a flow as it went.
struct Step {
    std::string id{};      ///< of systems.md, or of a part of it. Example: "A2"
    std::string title{};   ///< what is done
    std::string result{};  ///< what came of it, in words; of a failed one: what was wrong
    bool ok = true;
    Tick begin = 0;
    Tick end = 0;
    std::chrono::nanoseconds wall{};
    std::vector<Exchange> exchanges{};  ///< with the card
    std::vector<std::string>
        notes{};  ///< what happened elsewhere, secrets hidden by who writes them
};

/// Keeps the steps of one run.
class Report {
public:
    /// `told` is told each step when it is over.
    explicit Report(std::function<void(const Step&)> told = {}) : told_{std::move(told)} {}

    /// Does a step; `action` returns the result in words. What it throws fails the step, and comes
    /// out again.
    void step(std::string id, std::string title, Stage& stage,
              const std::function<std::string()>& action);
    /// The same where there is no chip on a stage; `now`: the present there.
    void step(std::string id, std::string title, const std::function<Tick()>& now,
              const std::function<std::string()>& action);
    /// A line for the step under way.
    void note(std::string line) { notes_.push_back(std::move(line)); }

    [[nodiscard]] const std::vector<Step>& steps() const noexcept { return steps_; }

private:
    void watch(std::string id, std::string title, const std::function<Tick()>& now,
               const std::function<std::string()>& action,
               const std::function<std::vector<Exchange>()>& exchanges);

    std::function<void(const Step&)> told_;
    std::vector<Step> steps_{};
    std::vector<std::string> notes_{};
};

struct FlowOptions {
    Level level = Level::Rtl;
    Via via = Via::Contacts;  ///< how the terminal reaches the card, Contacts or Air
    port::BitRate rate = port::BitRate::Fc128;          ///< highest one on the air
    port::Technology technology = port::Technology::A;  ///< of the card; gates need A
    Knobs knobs{};                                      ///< of the stages of A to C
    StageWatch* watch = nullptr;                        ///< of all stages; outlives the flow
};

/// The stage that such a flow plays on.
[[nodiscard]] StageOptions stage_options(const FlowOptions& options);

struct Flow {
    std::string name;   ///< Example: "A1"
    std::string title;  ///< in one line
    /// Throws FlowFailure when a step does not come out as it must. Only for what check() takes.
    std::function<void(const FlowOptions&, Report&)> run;
    std::string no_air{};     ///< why its terminal is never at the air; empty: it can be
    std::string no_type_b{};  ///< why its card is never of type B; empty: it can be
};

/// Throws std::invalid_argument, in a line, when `flow` cannot go as `options` have it.
void check(const Flow& flow, const FlowOptions& options);

/// All flows, in the order of their names.
[[nodiscard]] const std::vector<Flow>& all_flows();

/// Throws FlowFailure with `what` unless `good`.
void require(bool good, const std::string& what);
/// Throws FlowFailure unless the status word is `wanted`. Returns the data.
base::Bytes require(const apdu::Response& answer, const std::string& what,
                    apdu::StatusWord wanted = apdu::Sw::Ok);

}  // namespace flows
