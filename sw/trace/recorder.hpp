/// \file recorder.hpp
/// Observers of the air that keep what they see, or tell several others.
#pragma once

#include <variant>
#include <vector>

#include "port/air_frame.hpp"
#include "trace/foreign.hpp"

namespace trace {

/// The carrier went on or off.
struct FieldChange {
    bool on = false;
    base::Tick tick = 0;
    friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

using Event = std::variant<port::AirFrame, FieldChange, Foreign>;

/// Keeps all events in memory.
class Recorder : public port::FrameObserver {
public:
    void on_frame(const port::AirFrame& frame) override { events_.emplace_back(frame); }
    void on_field(bool on, base::Tick tick) override {
        events_.emplace_back(FieldChange{on, tick});
    }

    [[nodiscard]] const std::vector<Event>& events() const noexcept { return events_; }
    /// The frames alone.
    [[nodiscard]] std::vector<port::AirFrame> frames() const;
    void clear() noexcept { events_.clear(); }

private:
    std::vector<Event> events_;
};

/// Passes every event on to all of its observers, which must outlive it.
class Fanout : public port::FrameObserver {
public:
    void add(port::FrameObserver& observer) { observers_.push_back(&observer); }
    [[nodiscard]] bool empty() const noexcept { return observers_.empty(); }

    void on_frame(const port::AirFrame& frame) override {
        for (port::FrameObserver* observer : observers_) observer->on_frame(frame);
    }
    void on_field(bool on, base::Tick tick) override {
        for (port::FrameObserver* observer : observers_) observer->on_field(on, tick);
    }

private:
    std::vector<port::FrameObserver*> observers_;
};

}  // namespace trace
