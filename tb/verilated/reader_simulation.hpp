/// \file reader_simulation.hpp
/// `sim_reader` in Verilator: its pins, and the store behind its card.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/tick.hpp"
#include "port/world.hpp"

namespace tb {

/// Every tick is computed, with both edges: clock gates look at the falling one.
class ReaderSimulation {
public:
    explicit ReaderSimulation(const port::AirProfile& air);
    ~ReaderSimulation();
    ReaderSimulation(const ReaderSimulation&) = delete;
    ReaderSimulation& operator=(const ReaderSimulation&) = delete;

    void place(const port::CardProfile& profile, port::StorePort& store);

    struct Accessed {
        std::uint32_t data = 0;
        bool error = false;  ///< PSLVERR
    };
    /// One access of the APB: two ticks.
    Accessed access(unsigned address, bool write, std::uint32_t value);

    /// Steps until tick `until`; with `stop_at_irq` at most until irq_o is high. True: it is.
    bool run(base::Tick until, bool stop_at_irq);

    [[nodiscard]] base::Tick now() const noexcept { return now_; }
    [[nodiscard]] bool carrier() const;
    [[nodiscard]] int check_failures() const;

    /// Changes of bits inside the instance of this name, since reset.
    [[nodiscard]] std::uint64_t toggles(std::string_view instance) const;

private:
    struct Top;

    void reset();
    void tick();
    void serve_power();
    void serve_store();

    std::unique_ptr<Top> top_;
    base::Tick now_ = 0;

    port::StorePort* store_ = nullptr;
    bool powered_ = false;
    std::optional<base::Tick> carrier_since_{};  ///< none: the carrier is off
    std::optional<base::Tick> carrier_lost_{};   ///< the card's memory holds out for a while
    port::Block page_{};
    std::optional<base::Tick> programmed_at_{};
    bool programmed_ = true;
    unsigned store_rests_ = 0;  ///< ticks until the card has seen the last answer
};

}  // namespace tb
