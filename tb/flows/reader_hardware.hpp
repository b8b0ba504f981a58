/// \file reader_hardware.hpp
/// What a reader's service modules work on, on one level: clocks that stand still, an air with a
/// MIFARE Classic 1K in it, an AES engine, a chip in the slot.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "control/device.hpp"
#include "flows/level.hpp"
#include "flows/stage_watch.hpp"
#include "port/world.hpp"

namespace flows {

using base::Tick;

class ReaderHardware {
public:
    virtual ~ReaderHardware() = default;

    /// `slot`: the card in the slot, which outlives it; time that it takes passes by itself.
    [[nodiscard]] virtual control::Hardware hardware(hostlink::SmartCard* slot) = 0;
    [[nodiscard]] virtual Tick now() const = 0;
    /// Time that something outside takes, for every module that is on.
    virtual void pass(Tick ticks) = 0;
    [[nodiscard]] virtual ModuleCounts ticks() = 0;
    /// Bits that changed inside each module; nothing: this level has none.
    [[nodiscard]] virtual std::optional<ModuleCounts> toggles() const = 0;
    /// At the end. Throws std::runtime_error when an assertion of the RTL has failed.
    virtual void finish() = 0;
};

/// Level Tlm or Rtl; `store` and `watch` outlive it; `counted`: with toggles. Throws
/// std::invalid_argument for Both: each level is a hardware of its own.
[[nodiscard]] std::unique_ptr<ReaderHardware> make_reader_hardware(Level level,
                                                                   const port::CardProfile& profile,
                                                                   port::StorePort& store,
                                                                   bool counted,
                                                                   StageWatch* watch = nullptr);

}  // namespace flows
