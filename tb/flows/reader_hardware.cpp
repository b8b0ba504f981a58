#include "flows/reader_hardware.hpp"

#include <stdexcept>

#include "aes/software_engine.hpp"
#include "control/counted_power.hpp"
#include "field/tlm_world.hpp"
#include "flows/watched_reader.hpp"
#include "verilated/rtl_reader.hpp"

namespace flows {
namespace {

ModuleCounts ticks_of(port::PowerPort& power) {
    ModuleCounts counts{};
    for (const auto module : port::Modules)
        counts[static_cast<std::size_t>(module)] = power.ticks(module);
    return counts;
}

/// What a watched hardware hands out in place of its own.
struct Watched {
    WatchedPower power;
    WatchedCrypto engine;

    Watched(port::PowerPort& bare, port::CryptoPort& crypto, StageWatch& watch, const Clock& now)
        : power{bare, watch, now}, engine{crypto, watch, now} {}
};

class TlmHardware final : public ReaderHardware {
public:
    TlmHardware(const port::CardProfile& profile, port::StorePort& store, StageWatch* watch)
        : world_{field::make_tlm_world({})}, power_{[this] { return world_->now(); }} {
        if (watch == nullptr) {
            world_->place(0, profile, store);
            return;
        }
        watched_.emplace(power_, crypto_, *watch, [this] { return now(); });
        // The world knows nothing of what is spent elsewhere.
        shifted_.emplace(*watch, [this] { return power_.spent(); });
        store_.emplace(store, *shifted_);
        world_->observe(&*shifted_);
        world_->place(0, profile, *store_);
    }

    [[nodiscard]] control::Hardware hardware(hostlink::SmartCard* slot) override {
        if (watched_) return {watched_->power, world_.get(), watched_->engine, slot};
        return {power_, world_.get(), crypto_, slot};
    }
    [[nodiscard]] Tick now() const override { return world_->now() + power_.spent(); }
    void pass(Tick ticks) override { power_.spend(ticks); }
    [[nodiscard]] ModuleCounts ticks() override { return ticks_of(power_); }
    [[nodiscard]] std::optional<ModuleCounts> toggles() const override { return {}; }
    void finish() override {}

private:
    std::optional<Shifted> shifted_{};
    std::optional<WatchedStore> store_{};
    std::unique_ptr<port::World> world_;
    control::CountedPower power_;
    aes::SoftwareEngine engine_{};
    control::CountedCrypto crypto_{engine_, power_};
    std::optional<Watched> watched_{};
};

class RtlHardware final : public ReaderHardware {
public:
    RtlHardware(const port::CardProfile& profile, port::StorePort& store, bool counted,
                StageWatch* watch)
        : reader_{{.counted = counted}} {
        if (watch == nullptr) {
            reader_.place(profile, store);
            return;
        }
        watched_.emplace(reader_.power(), reader_.crypto(), *watch, [this] { return now(); });
        store_.emplace(store, *watch);
        reader_.observe(*watch);
        reader_.place(profile, *store_);
    }

    [[nodiscard]] control::Hardware hardware(hostlink::SmartCard* slot) override {
        if (watched_) return {watched_->power, &reader_.contactless(), watched_->engine, slot};
        return {reader_.power(), &reader_.contactless(), reader_.crypto(), slot};
    }
    [[nodiscard]] Tick now() const override { return reader_.now(); }
    void pass(Tick ticks) override { reader_.power().spend(ticks); }
    [[nodiscard]] ModuleCounts ticks() override { return ticks_of(reader_.power()); }
    [[nodiscard]] std::optional<ModuleCounts> toggles() const override { return reader_.toggles(); }
    void finish() override {
        if (reader_.check_failures() != 0)
            throw std::runtime_error{"assertions of the reader's RTL failed"};
    }

private:
    std::optional<WatchedStore> store_{};
    tb::RtlReader reader_;
    std::optional<Watched> watched_{};
};

}  // namespace

std::unique_ptr<ReaderHardware> make_reader_hardware(Level level, const port::CardProfile& profile,
                                                     port::StorePort& store, bool counted,
                                                     StageWatch* watch) {
    if (level == Level::Both)
        throw std::invalid_argument{"a reader's hardware is on one level at a time"};
    if (level == Level::Tlm) return std::make_unique<TlmHardware>(profile, store, watch);
    return std::make_unique<RtlHardware>(profile, store, counted, watch);
}

}  // namespace flows
