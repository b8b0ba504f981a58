/// \file aes_simulation.hpp
/// `top_aes` in Verilator with its APB.
#pragma once

#include <verilated.h>

#include <cstdint>

#include "driver/register_bus.hpp"
#include "verilated/coverage.hpp"

namespace tb {

/// `Top`: the Verilated class of one configuration. Time passes in accesses and in wait_irq only.
template <class Top>
class AesSimulation final : public driver::RegisterBus {
public:
    AesSimulation() {
        const Inside inside{context_, before_};
        context_.fatalOnError(false);
        top_.rst_ni = 0;
        leave_bus();
        tick();
        top_.rst_ni = 1;
        now_ = 0;
    }
    ~AesSimulation() override {
        // The model looks itself up in the thread's context until it is gone.
        Verilated::threadContextp(&context_);
        top_.final();
        save_coverage(context_);
    }
    AesSimulation(const AesSimulation&) = delete;
    AesSimulation& operator=(const AesSimulation&) = delete;

    void write(std::uint8_t address, std::uint32_t value) override { access(address, true, value); }

    [[nodiscard]] std::uint32_t read(std::uint8_t address) override {
        return access(address, false, 0);
    }

    bool wait_irq(base::Tick until) override {
        const Inside inside{context_};
        while (top_.irq_o == 0 && now_ < until) tick();
        return top_.irq_o != 0;
    }

    [[nodiscard]] base::Tick now() const override { return now_; }

    /// Whether the last access ended with PSLVERR.
    [[nodiscard]] bool bus_error() const { return bus_error_; }
    /// Assertions of the RTL that failed so far.
    [[nodiscard]] int check_failures() const { return context_.errorCount(); }

private:
    /// While it lives the thread's Verilated context is ours: assertions count where they belong,
    /// in the other simulations of the thread too.
    class Inside {
    public:
        explicit Inside(VerilatedContext& ours) : Inside{ours, Verilated::threadContextp()} {}
        Inside(VerilatedContext& ours, VerilatedContext* before) : before_{before} {
            Verilated::threadContextp(&ours);
        }
        ~Inside() { Verilated::threadContextp(before_); }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;

    private:
        VerilatedContext* before_;
    };

    // Setup, then access; data are there at the end of the second tick.
    std::uint32_t access(std::uint8_t address, bool write, std::uint32_t value) {
        const Inside inside{context_};
        top_.psel_i = 1;
        top_.penable_i = 0;
        top_.pwrite_i = write ? 1 : 0;
        top_.paddr_i = address;
        top_.pwdata_i = value;
        tick();
        top_.penable_i = 1;
        top_.eval();
        bus_error_ = top_.pslverr_o != 0;
        const std::uint32_t data = top_.prdata_o;
        tick();
        leave_bus();
        return data;
    }

    // Nobody is asked, so whatever else the bus carries means nothing: a command, say.
    void leave_bus() {
        top_.psel_i = 0;
        top_.penable_i = now_ % 2 == 0 ? 0 : 1;
        top_.pwrite_i = 1;
        top_.paddr_i = static_cast<std::uint8_t>(now_ << 2);
        top_.pwdata_i = 0xFFFF'FFFD;
    }

    void tick() {
        top_.clk_i = 0;
        top_.eval();
        top_.clk_i = 1;
        top_.eval();
        ++now_;
    }

    VerilatedContext* before_ = Verilated::threadContextp();  ///< before ours was made
    VerilatedContext context_{};
    Top top_{&context_};
    base::Tick now_ = 0;
    bool bus_error_ = false;
};

}  // namespace tb
