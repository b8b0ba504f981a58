/// \file wake_event.hpp
/// Lets one thread end another one's poll().
#pragma once

namespace hostlink {

/// Example: pollfd waits[]{{socket, POLLIN, 0}, {wake.descriptor(), POLLIN, 0}};
class WakeEvent {
public:
    /// Throws std::system_error when the process has no descriptor left.
    WakeEvent();
    ~WakeEvent();
    WakeEvent(const WakeEvent&) = delete;
    WakeEvent& operator=(const WakeEvent&) = delete;

    /// From any thread: descriptor() is readable until clear().
    void set() const noexcept;
    void clear() const noexcept;
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace hostlink
