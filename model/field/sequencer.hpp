/// \file sequencer.hpp
/// The one SystemC hierarchy of the process, and the process in it that does a world's work.
#pragma once

#include <exception>
#include <systemc>

#include "field/field.hpp"

namespace field {

class Sequencer : public sc_core::sc_module {
public:
    explicit Sequencer(const sc_core::sc_module_name& name);

    [[nodiscard]] Field& field() noexcept { return field_; }
    /// A new world's tick 0 is now.
    void restart() noexcept { base_ = last_; }

    /// Runs `job` in the kernel; it returns the tick up to which time passes meanwhile. Whatever it
    /// throws is thrown here.
    template <typename Job>
    void run(Job&& job) {
        job_ = &job;
        call_ = [](void* context) {
            return (*static_cast<std::remove_reference_t<Job>*>(context))();
        };
        start();
    }

private:
    void start();
    /// A method, not a thread: what observers and scripted cards do stays on the caller's stack.
    void work();

    Field field_{"field"};
    sc_core::sc_event request_{"request"};
    void* job_ = nullptr;
    Tick (*call_)(void*) = nullptr;
    std::exception_ptr failure_{};
    Tick base_ = 0;
    Tick last_ = 0;
};

}  // namespace field
