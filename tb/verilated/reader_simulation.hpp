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
    /// `counted`: toggles() are counted, which takes ten times as long.
    [[nodiscard]] static std::unique_ptr<ReaderSimulation> make(const port::AirProfile& air,
                                                                bool counted);
    virtual ~ReaderSimulation() = default;

    virtual void place(const port::CardProfile& profile, port::StorePort& store) = 0;

    /// Who is told of frames and of the carrier from now on, at ticks of now(); outlives this.
    virtual void observe(port::FrameObserver& observer) = 0;

    struct Accessed {
        std::uint32_t data = 0;
        bool error = false;  ///< PSLVERR
    };
    /// One access of the APB: two ticks.
    virtual Accessed access(unsigned address, bool write, std::uint32_t value) = 0;

    /// Steps until tick `until`; with `stop_at_irq` at most until irq_o is high. True: it is.
    virtual bool run(base::Tick until, bool stop_at_irq) = 0;

    [[nodiscard]] virtual base::Tick now() const = 0;
    [[nodiscard]] virtual bool carrier() const = 0;
    [[nodiscard]] virtual int check_failures() const = 0;

    /// Changes of bits inside the instance of this name, since reset; nothing when not counted.
    [[nodiscard]] virtual std::optional<std::uint64_t> toggles(std::string_view instance) const = 0;
};

}  // namespace tb
