/// \file watched_store.hpp
/// A store that writes down what it and the card OS behind it were told, so that two worlds can be
/// compared.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "port/store_port.hpp"

namespace tb {

/// Everything that changes a store or is said at its air interface, in order.
struct StoreEvent {
    enum class Kind : std::uint8_t { Program, PowerUp, PowerLost, Reset, Take };
    Kind kind = Kind::Program;
    port::BlockAddress block = 0;
    port::Block data{};
    bool ok = true;
    base::Tick tick = 0;
    base::Bytes piece{};  ///< of a command, with what became of it
    bool more = false;
    port::ApduPort::Taken taken{};

    [[nodiscard]] bool operator==(const StoreEvent& other) const;
};

[[nodiscard]] std::string describe(const StoreEvent& event);

/// Passes everything on to `store`, which must outlive it; the ticks it passes on are `shift`
/// later.
class WatchedStore final : public port::StorePort {
public:
    explicit WatchedStore(port::StorePort& store, base::Tick shift = 0)
        : store_{store}, shift_{shift} {}
    WatchedStore(const WatchedStore&) = delete;
    WatchedStore& operator=(const WatchedStore&) = delete;

    [[nodiscard]] port::Block read(port::BlockAddress block, base::Tick now) override {
        return store_.read(block, now + shift_);
    }
    Programming program(port::BlockAddress block, const port::Block& data,
                        base::Tick start) override;
    void power_lost(base::Tick at) override;
    void power_up(base::Tick at) override;
    [[nodiscard]] port::ApduPort* air() noexcept override {
        return store_.air() == nullptr ? nullptr : &air_;
    }
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override { return store_.clone(); }

    /// What happened since the last call.
    [[nodiscard]] std::vector<StoreEvent> take_events() { return std::exchange(events_, {}); }

private:
    /// The card OS of `store_`, watched.
    class Air final : public port::ApduPort {
    public:
        explicit Air(WatchedStore& watched) : watched_{watched} {}
        void reset(base::Tick at) override;
        Taken take(base::ByteView piece, bool more, base::Tick at) override;

    private:
        WatchedStore& watched_;
    };

    port::StorePort& store_;
    base::Tick shift_;
    Air air_{*this};
    std::vector<StoreEvent> events_{};
};

}  // namespace tb
