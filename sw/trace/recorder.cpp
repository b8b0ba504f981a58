#include "trace/recorder.hpp"

namespace trace {

std::vector<port::AirFrame> Recorder::frames() const {
    std::vector<port::AirFrame> frames;
    for (const Event& event : events_)
        if (const auto* frame = std::get_if<port::AirFrame>(&event)) frames.push_back(*frame);
    return frames;
}

}  // namespace trace
