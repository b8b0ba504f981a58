#include "verilated/reader_simulation.hpp"

#include <Vsim_reader.h>
#include <Vsim_reader_counted.h>
#include <fmt/format.h>
#include <unistd.h>
#include <verilated.h>
#include <verilated_cov.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "driver/power_registers.hpp"
#include "verilated/air_monitor.hpp"
#include "verilated/air_settings.hpp"
#include "verilated/coverage.hpp"

namespace tb {
namespace {

// docs/choices.md, Power
constexpr base::Tick PowerUpTicks = 4096;
constexpr base::Tick NvmHoldTicks = 1040;

// nfc_pkg::store_op_e
constexpr unsigned StoreRead = 0;
constexpr unsigned StoreLoad = 1;

/// While it lives the thread's Verilated context is ours, and then again the one before.
class Inside {
public:
    explicit Inside(VerilatedContext& ours) : before_{Verilated::threadContextp()} {
        Verilated::threadContextp(&ours);
    }
    ~Inside() { Verilated::threadContextp(before_); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

private:
    VerilatedContext* before_;
};

/// `Pins`: the Verilated class, with or without counters.
template <class Pins, bool Counted>
class ReaderSimulationOf final : public ReaderSimulation {
public:
    explicit ReaderSimulationOf(const port::AirProfile& air);
    ~ReaderSimulationOf() override;

    void place(const port::CardProfile& profile, port::StorePort& store) override;
    void observe(port::FrameObserver& observer) override;
    Accessed access(unsigned address, bool write, std::uint32_t value) override;
    bool run(base::Tick until, bool stop_at_irq) override;
    [[nodiscard]] base::Tick now() const override { return now_; }
    [[nodiscard]] bool carrier() const override { return pins_.carrier_o != 0; }
    [[nodiscard]] int check_failures() const override { return context_.errorCount(); }
    [[nodiscard]] std::optional<std::uint64_t> toggles(std::string_view instance) const override;

private:
    void reset();
    void tick();
    void watch();
    void serve_power();
    void serve_store();

    /// The thread's context before ours was made; back when pins_, which goes in ours, has gone.
    struct Before {
        VerilatedContext* context = Verilated::threadContextp();
        ~Before() { Verilated::threadContextp(context); }
    };
    Before before_{};
    mutable VerilatedContext context_{};
    Pins pins_{&context_};
    base::Tick now_ = 0;

    std::optional<AirMonitor> monitor_{};
    struct {
        bool carrier = false, pause = false, load = false;
    } seen_{};  ///< by the monitor

    port::StorePort* store_ = nullptr;
    bool powered_ = false;
    std::optional<base::Tick> carrier_since_{};  ///< none: the carrier is off
    std::optional<base::Tick> carrier_lost_{};   ///< the card's memory holds out for a while
    port::Block page_{};
    std::optional<base::Tick> programmed_at_{};
    bool programmed_ = true;
    unsigned store_rests_ = 0;  ///< ticks until the card has seen the last answer
};

template <class Pins, bool Counted>
ReaderSimulationOf<Pins, Counted>::ReaderSimulationOf(const port::AirProfile& air) {
    const AirSettings settings = AirSettings::from(air);
    {
        const Inside inside{context_};
        context_.fatalOnError(false);
    }
    Verilated::threadContextp(before_.context);
    pins_.unmodulated_i = settings.unmodulated;
    pins_.peak_i = settings.peak;
    pins_.residual_i = settings.residual;
    for (unsigned i = 0; i < settings.fast_residual.size(); ++i)
        pins_.fast_residual_i[i] = settings.fast_residual[i];
    pins_.shallow_level_i = settings.shallow;
    pins_.fall_i = settings.fall;
    pins_.rise_i = settings.rise;
    pins_.pcd_drop_i = settings.pcd_drop;
    pins_.picc_drop_i = settings.picc_drop;
    // Verilator sees edges, not levels: each reset must have been high once, those of the modules
    // behind their clock gates too. Until then nothing in them holds.
    context_.assertOn(false);
    reset();
    access(driver::power_reg::Enable, true, ~0U);
    access(driver::power_reg::Enable, true, 0);
    reset();
    context_.assertOn(true);
    now_ = 0;
    if constexpr (Counted) {
        const Inside inside{context_};
        context_.coveragep()->zero();
    }
}

template <class Pins, bool Counted>
void ReaderSimulationOf<Pins, Counted>::reset() {
    pins_.rst_ni = 1;
    tick();
    pins_.rst_ni = 0;
    tick();
    tick();
    pins_.rst_ni = 1;
}

template <class Pins, bool Counted>
ReaderSimulationOf<Pins, Counted>::~ReaderSimulationOf() {
    Verilated::threadContextp(&context_);
    pins_.final();
    save_coverage(context_);
}

template <class Pins, bool Counted>
void ReaderSimulationOf<Pins, Counted>::place(const port::CardProfile& profile,
                                              port::StorePort& store) {
    const std::size_t size = profile.uid.size();
    if (size != 4 && size != 7 && size != 10)
        throw std::invalid_argument{"CardProfile: uid is not 4, 7 or 10 bytes"};
    if (profile.kind != port::CardKind::Classic1k)
        throw std::invalid_argument{"CardProfile: this simulation has a Classic 1K"};
    for (std::size_t i = 0; i < size; ++i)
        pins_.uid_i[i / 4] |= static_cast<std::uint32_t>(profile.uid[i]) << (8 * (i % 4));
    pins_.uid_size_i = size == 4 ? 0 : size == 7 ? 1 : 2;
    pins_.atqa_i = profile.atqa;
    pins_.sak_i = profile.sak;
    pins_.present_i = 1;
    store_ = &store;
}

template <class Pins, bool Counted>
ReaderSimulation::Accessed ReaderSimulationOf<Pins, Counted>::access(unsigned address, bool write,
                                                                     std::uint32_t value) {
    pins_.psel_i = 1;
    pins_.penable_i = 0;
    pins_.pwrite_i = write ? 1 : 0;
    pins_.paddr_i = static_cast<std::uint16_t>(address);
    pins_.pwdata_i = value;
    tick();
    pins_.penable_i = 1;
    {
        const Inside inside{context_};
        pins_.eval();
    }
    const Accessed accessed{pins_.prdata_o, pins_.pslverr_o != 0};
    tick();
    // Nobody is asked, so whatever else the bus carries means nothing: it stays as it was.
    pins_.psel_i = 0;
    pins_.penable_i = 0;
    return accessed;
}

template <class Pins, bool Counted>
bool ReaderSimulationOf<Pins, Counted>::run(base::Tick until, bool stop_at_irq) {
    while (now_ < until) {
        if (stop_at_irq && pins_.irq_o != 0) return true;
        tick();
    }
    return pins_.irq_o != 0;
}

template <class Pins, bool Counted>
void ReaderSimulationOf<Pins, Counted>::tick() {
    const Inside inside{context_};
    pins_.clk_i = 0;
    pins_.eval();
    pins_.clk_i = 1;
    pins_.eval();
    ++now_;
    if (monitor_) watch();
    if (store_ == nullptr) return;
    serve_power();
    serve_store();
}

template <class Pins, bool Counted>
void ReaderSimulationOf<Pins, Counted>::observe(port::FrameObserver& observer) {
    monitor_.emplace([&observer](const port::AirFrame& frame) { observer.on_frame(frame); },
                     [](const port::AirFrame&) {},
                     [&observer](bool on, base::Tick tick) { observer.on_field(on, tick); });
}

template <class Pins, bool Counted>
void ReaderSimulationOf<Pins, Counted>::watch() {
    const bool carrier = pins_.carrier_o != 0;
    const bool pause = pins_.pause_o != 0;
    const bool load = pins_.load_o != 0;
    if (carrier != seen_.carrier) monitor_->carrier(carrier, now_);
    if (pause != seen_.pause) monitor_->pause(pause, now_);
    if (load != seen_.load) monitor_->load(0, load, now_);
    seen_ = {carrier, pause, load};
    if (monitor_->deadline() <= now_) monitor_->expire(now_);
}

template <class Pins, bool Counted>
void ReaderSimulationOf<Pins, Counted>::serve_power() {
    if (pins_.carrier_o != 0) {
        if (!carrier_since_) carrier_since_ = now_;
        carrier_lost_.reset();
        if (powered_ || now_ < *carrier_since_ + PowerUpTicks) return;
        powered_ = true;
        store_->power_up(now_);
        return;
    }
    if (!carrier_since_) return;
    if (!carrier_lost_) carrier_lost_ = now_;
    if (powered_ && now_ < *carrier_lost_ + NvmHoldTicks) return;
    carrier_since_.reset();
    carrier_lost_.reset();
    if (!powered_) return;
    powered_ = false;
    programmed_at_.reset();
    store_->power_lost(now_);
}

template <class Pins, bool Counted>
void ReaderSimulationOf<Pins, Counted>::serve_store() {
    pins_.store_ready_i = 0;
    if (store_rests_ > 0) {
        --store_rests_;
        return;
    }
    if (pins_.store_valid_o == 0 || pins_.powered_o == 0) return;
    if (pins_.store_op_o == StoreRead) {
        pins_.store_rdata_i = store_->read(pins_.store_block_o, now_)[pins_.store_offset_o];
    } else if (pins_.store_op_o == StoreLoad) {
        page_[pins_.store_offset_o] = pins_.store_wdata_o;
    } else {
        if (!programmed_at_) {
            const auto programming = store_->program(pins_.store_block_o, page_, now_);
            programmed_at_ = programming.done;
            programmed_ = programming.ok;
        }
        if (now_ + 1 < *programmed_at_) return;
        programmed_at_.reset();
    }
    pins_.store_error_i = programmed_ ? 0 : 1;
    programmed_ = true;
    pins_.store_ready_i = 1;
    store_rests_ = 1;
}

// Verilator gives the counts away in a file only: one line a bit, its place and its count.
template <class Pins, bool Counted>
std::optional<std::uint64_t> ReaderSimulationOf<Pins, Counted>::toggles(
    std::string_view instance) const {
    if constexpr (!Counted) return {};
    const auto path = std::filesystem::temp_directory_path() /
                      fmt::format("cartouche_toggles_{}.dat", ::getpid());
    context_.coveragep()->write(path.c_str());
    const std::string wanted = fmt::format(".{}", instance);
    std::uint64_t sum = 0;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        const auto place = line.find("\001h\002");
        const auto count = line.rfind("' ");
        if (place == std::string::npos || count == std::string::npos) continue;
        if (line.find(wanted, place) == std::string::npos) continue;
        std::uint64_t value = 0;
        std::from_chars(line.data() + count + 2, line.data() + line.size(), value);
        sum += value;
    }
    std::filesystem::remove(path);
    return sum;
}

}  // namespace

std::unique_ptr<ReaderSimulation> ReaderSimulation::make(const port::AirProfile& air,
                                                         bool counted) {
    if (counted) return std::make_unique<ReaderSimulationOf<Vsim_reader_counted, true>>(air);
    return std::make_unique<ReaderSimulationOf<Vsim_reader, false>>(air);
}

}  // namespace tb
