#include "flows/reader_hardware.hpp"

#include <stdexcept>

#include "aes/software_engine.hpp"
#include "control/counted_power.hpp"
#include "field/tlm_world.hpp"
#include "verilated/rtl_reader.hpp"

namespace flows {
namespace {

ModuleCounts ticks_of(port::PowerPort& power) {
    ModuleCounts counts{};
    for (const auto module : port::Modules)
        counts[static_cast<std::size_t>(module)] = power.ticks(module);
    return counts;
}

class TlmHardware final : public ReaderHardware {
public:
    TlmHardware(const port::CardProfile& profile, port::StorePort& store)
        : world_{field::make_tlm_world({})}, power_{[this] { return world_->now(); }} {
        world_->place(0, profile, store);
    }

    [[nodiscard]] control::Hardware hardware(hostlink::SmartCard* slot) override {
        return {power_, world_.get(), crypto_, slot};
    }
    [[nodiscard]] Tick now() const override { return world_->now() + power_.spent(); }
    [[nodiscard]] ModuleCounts ticks() override { return ticks_of(power_); }
    [[nodiscard]] std::optional<ModuleCounts> toggles() const override { return {}; }
    void finish() override {}

private:
    std::unique_ptr<port::World> world_;
    control::CountedPower power_;
    aes::SoftwareEngine engine_{};
    control::CountedCrypto crypto_{engine_, power_};
};

class RtlHardware final : public ReaderHardware {
public:
    RtlHardware(const port::CardProfile& profile, port::StorePort& store, bool counted)
        : reader_{{.counted = counted}} {
        reader_.place(profile, store);
    }

    [[nodiscard]] control::Hardware hardware(hostlink::SmartCard* slot) override {
        return {reader_.power(), &reader_.contactless(), reader_.crypto(), slot};
    }
    [[nodiscard]] Tick now() const override { return reader_.now(); }
    [[nodiscard]] ModuleCounts ticks() override { return ticks_of(reader_.power()); }
    [[nodiscard]] std::optional<ModuleCounts> toggles() const override { return reader_.toggles(); }
    void finish() override {
        if (reader_.check_failures() != 0)
            throw std::runtime_error{"assertions of the reader's RTL failed"};
    }

private:
    tb::RtlReader reader_;
};

}  // namespace

std::unique_ptr<ReaderHardware> make_reader_hardware(Level level, const port::CardProfile& profile,
                                                     port::StorePort& store, bool counted) {
    if (level == Level::Both)
        throw std::invalid_argument{"a reader's hardware is on one level at a time"};
    if (level == Level::Tlm) return std::make_unique<TlmHardware>(profile, store);
    return std::make_unique<RtlHardware>(profile, store, counted);
}

}  // namespace flows
