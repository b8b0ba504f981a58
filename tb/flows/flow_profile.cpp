#include "flows/flow_profile.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "control/operations.hpp"
#include "flows/modulation.hpp"

namespace flows {
namespace {

/// Keeps what it is told as records, one a stage.
class Watch final : public StageWatch {
public:
    Watch(std::string waveforms, bool toggles)
        : waveforms_{std::move(waveforms)}, toggles_{toggles} {}

    [[nodiscard]] std::string waveform() override {
        return waveforms_.empty() ? std::string{}
                                  : fmt::format("{}{}.fst", waveforms_, records_.size());
    }
    void on_stage(Tick begin, const std::string& name) override {
        records_.emplace_back();
        records_.back().name = name;
        records_.back().begin = begin;
        open_ = true;
    }
    void on_stage_over(Tick end) override {
        records_.back().end = end;
        open_ = false;
    }
    [[nodiscard]] bool counts_toggles() override { return toggles_; }
    void on_module(port::Module module, bool on, Tick tick) override {
        if (!open_) return;
        auto& stretches = of(module).on;
        if (on)
            stretches.push_back({of(module).name, tick, tick});
        else if (!stretches.empty())
            stretches.back().end = tick;
    }
    void on_reader_work(Tick begin, Tick end) override {
        if (open_) records_.back().reader_works.push_back({"AES", begin, end});
    }
    void on_modules(const ModuleCounts& ticks,
                    const std::optional<ModuleCounts>& toggles) override {
        for (const auto module : port::Modules) {
            const auto i = static_cast<std::size_t>(module);
            of(module).ticks = ticks[i];
            if (toggles) of(module).toggles = (*toggles)[i];
        }
    }
    void on_exchange(const Exchange& exchange) override {
        records_.back().calls.push_back({std::string{to_string(exchange.via)}, exchange.command,
                                         exchange.answer, exchange.begin, exchange.end});
    }
    void on_frame(const port::AirFrame& frame) override {
        if (open_) records_.back().events.emplace_back(frame);
    }
    void on_field(bool on, Tick tick) override {
        if (open_) records_.back().events.emplace_back(trace::FieldChange{on, tick});
    }
    /// A factory's work on a chip comes before there is a stage, and takes no time.
    void on_work(port::CardUnit unit, Tick begin, Tick end) override {
        if (open_) records_.back().works.push_back({unit, begin, end});
    }
    void on_step(const Step& step) {
        if (!records_.empty())
            records_.back().steps.push_back(
                {fmt::format("{} {}", step.id, step.title), step.begin, step.end});
    }

    [[nodiscard]] std::vector<trace::Record>& records() noexcept { return records_; }

private:
    trace::Module& of(port::Module module) {
        auto& modules = records_.back().modules;
        if (modules.empty())
            for (const auto one : port::Modules)
                modules.push_back({std::string{control::to_string(one)}, 0, {}, {}});
        return modules[static_cast<std::size_t>(module)];
    }

    std::string waveforms_;
    bool toggles_;
    std::vector<trace::Record> records_{};
    bool open_ = false;
};

}  // namespace

Tick FlowProfile::total() const {
    Tick sum = 0;
    for (const auto& one : profiles) sum += one.total();
    return sum;
}

std::array<Tick, trace::PhaseCount> FlowProfile::by_phase() const {
    std::array<Tick, trace::PhaseCount> sums{};
    for (const auto& one : profiles) {
        const auto more = one.by_phase();
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
    }
    return sums;
}

FlowProfile profile_flow(const Flow& flow, const ProfileOptions& options) {
    if (options.flow.level == Level::Both)
        throw std::invalid_argument{"a profile is taken on one level: tlm or rtl"};
    check(flow, options.flow);
    Watch watch{options.waveforms, options.toggles};
    FlowOptions watched = options.flow;
    watched.watch = &watch;
    Report report{[&](const Step& step) {
        watch.on_step(step);
        if (options.told) options.told(step);
    }};
    flow.run(watched, report);
    FlowProfile made;
    made.records = std::move(watch.records());
    if (made.records.empty()) throw std::invalid_argument{"this flow has no card on a stage"};
    for (auto& record : made.records) {
        auto modulation = modulation_of(record.events);
        record.level = std::move(modulation.level);
        record.load = std::move(modulation.load);
        made.profiles.push_back(trace::profile_of(record));
    }
    made.steps = report.steps();
    return made;
}

}  // namespace flows
