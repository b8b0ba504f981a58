/// \file sleeping_part.hpp
/// A Verilated top that is computed only in ticks in which it can change.
#pragma once

#include <array>
#include <cstring>

#include "verilated/clocked_top.hpp"

namespace tb {

/// A clocked circuit whose inputs stand and whose registers did not change in the last tick will
/// not change in the next one: it sleeps until an input changes. `Clocked`: a CLOCKED_TOP.
template <class Clocked>
class SleepingPart : public Clocked {
public:
    using Clocked::Clocked;

    [[nodiscard]] bool awake() const { return awake_; }
    void wake() { awake_ = true; }
    /// Inputs that are set from outside, one by one.
    [[nodiscard]] auto& inputs() {
        awake_ = true;
        touched_ = true;
        return this->top;
    }

    void tick(unsigned clocks) {
        if (touched_) {
            this->top.eval();
            touched_ = false;
        }
        const auto& root = this->root();
        this->raise(clocks);
        std::memcpy(before_.data(), static_cast<const void*>(&root), before_.size());
        this->follow();
        awake_ = std::memcmp(before_.data(), static_cast<const void*>(&root), before_.size()) != 0;
    }

    /// What is heard reaches all that hangs on it. `reset`: a reset is in it, given or taken back.
    void take_heard(bool reset) {
        this->edge(ClockTake);
        if (reset) this->top.eval();
        awake_ = true;
    }

private:
    bool awake_ = true;
    bool touched_ = true;
    std::array<unsigned char, sizeof(typename Clocked::Root)> before_{};
};

}  // namespace tb
