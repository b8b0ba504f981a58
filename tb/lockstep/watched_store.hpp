/// \file watched_store.hpp
/// A store that writes down what it was told, so that two worlds can be compared.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "port/store_port.hpp"

namespace tb {

/// Everything that changes a store, in order.
struct StoreEvent {
    enum class Kind : std::uint8_t { Program, PowerUp, PowerLost };
    Kind kind = Kind::Program;
    port::BlockAddress block = 0;
    port::Block data{};
    bool ok = true;
    base::Tick tick = 0;

    friend bool operator==(const StoreEvent&, const StoreEvent&) = default;
};

[[nodiscard]] std::string describe(const StoreEvent& event);

/// Passes everything on to `store`, which must outlive it; the ticks it passes on are `shift`
/// later.
class WatchedStore final : public port::StorePort {
public:
    explicit WatchedStore(port::StorePort& store, base::Tick shift = 0)
        : store_{store}, shift_{shift} {}

    [[nodiscard]] port::Block read(port::BlockAddress block, base::Tick now) override {
        return store_.read(block, now + shift_);
    }
    Programming program(port::BlockAddress block, const port::Block& data,
                        base::Tick start) override;
    void power_lost(base::Tick at) override;
    void power_up(base::Tick at) override;
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override { return store_.clone(); }

    /// What happened since the last call.
    [[nodiscard]] std::vector<StoreEvent> take_events() { return std::exchange(events_, {}); }

private:
    port::StorePort& store_;
    base::Tick shift_;
    std::vector<StoreEvent> events_;
};

}  // namespace tb
