#include "verilated/reader_simulation.hpp"

#include <Vsim_reader.h>
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
#include "verilated/air_settings.hpp"

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

}  // namespace

struct ReaderSimulation::Top {
    VerilatedContext* before = Verilated::threadContextp();  ///< before ours was made
    VerilatedContext context{};
    Vsim_reader pins{&context};
};

ReaderSimulation::ReaderSimulation(const port::AirProfile& air) : top_{std::make_unique<Top>()} {
    const AirSettings settings = AirSettings::from(air);
    auto& pins = top_->pins;
    {
        const Inside inside{top_->context};
        top_->context.fatalOnError(false);
    }
    Verilated::threadContextp(top_->before);
    pins.unmodulated_i = settings.unmodulated;
    pins.peak_i = settings.peak;
    pins.residual_i = settings.residual;
    pins.fall_i = settings.fall;
    pins.rise_i = settings.rise;
    pins.pcd_drop_i = settings.pcd_drop;
    pins.picc_drop_i = settings.picc_drop;
    // Verilator sees edges, not levels: each reset must have been high once, those of the modules
    // behind their clock gates too. Until then nothing in them holds.
    top_->context.assertOn(false);
    reset();
    access(driver::power_reg::Enable, true, ~0U);
    access(driver::power_reg::Enable, true, 0);
    reset();
    top_->context.assertOn(true);
    now_ = 0;
    const Inside inside{top_->context};
    top_->context.coveragep()->zero();
}

void ReaderSimulation::reset() {
    auto& pins = top_->pins;
    pins.rst_ni = 1;
    tick();
    pins.rst_ni = 0;
    tick();
    tick();
    pins.rst_ni = 1;
}

ReaderSimulation::~ReaderSimulation() {
    Verilated::threadContextp(&top_->context);
    top_->pins.final();
    Verilated::threadContextp(top_->before);
}

void ReaderSimulation::place(const port::CardProfile& profile, port::StorePort& store) {
    const std::size_t size = profile.uid.size();
    if (size != 4 && size != 7 && size != 10)
        throw std::invalid_argument{"CardProfile: uid is not 4, 7 or 10 bytes"};
    if (profile.kind != port::CardKind::Classic1k)
        throw std::invalid_argument{"CardProfile: this simulation has a Classic 1K"};
    auto& pins = top_->pins;
    for (std::size_t i = 0; i < size; ++i)
        pins.uid_i[i / 4] |= static_cast<std::uint32_t>(profile.uid[i]) << (8 * (i % 4));
    pins.uid_size_i = size == 4 ? 0 : size == 7 ? 1 : 2;
    pins.atqa_i = profile.atqa;
    pins.sak_i = profile.sak;
    pins.present_i = 1;
    store_ = &store;
}

ReaderSimulation::Accessed ReaderSimulation::access(unsigned address, bool write,
                                                    std::uint32_t value) {
    auto& pins = top_->pins;
    pins.psel_i = 1;
    pins.penable_i = 0;
    pins.pwrite_i = write ? 1 : 0;
    pins.paddr_i = static_cast<std::uint16_t>(address);
    pins.pwdata_i = value;
    tick();
    pins.penable_i = 1;
    {
        const Inside inside{top_->context};
        pins.eval();
    }
    const Accessed accessed{pins.prdata_o, pins.pslverr_o != 0};
    tick();
    // Nobody is asked, so whatever else the bus carries means nothing: it stays as it was.
    pins.psel_i = 0;
    pins.penable_i = 0;
    return accessed;
}

bool ReaderSimulation::run(base::Tick until, bool stop_at_irq) {
    while (now_ < until) {
        if (stop_at_irq && top_->pins.irq_o != 0) return true;
        tick();
    }
    return top_->pins.irq_o != 0;
}

bool ReaderSimulation::carrier() const { return top_->pins.carrier_o != 0; }
int ReaderSimulation::check_failures() const { return top_->context.errorCount(); }

void ReaderSimulation::tick() {
    const Inside inside{top_->context};
    auto& pins = top_->pins;
    pins.clk_i = 0;
    pins.eval();
    pins.clk_i = 1;
    pins.eval();
    ++now_;
    if (store_ == nullptr) return;
    serve_power();
    serve_store();
}

void ReaderSimulation::serve_power() {
    if (top_->pins.carrier_o != 0) {
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

void ReaderSimulation::serve_store() {
    auto& pins = top_->pins;
    pins.store_ready_i = 0;
    if (store_rests_ > 0) {
        --store_rests_;
        return;
    }
    if (pins.store_valid_o == 0 || pins.powered_o == 0) return;
    if (pins.store_op_o == StoreRead) {
        pins.store_rdata_i = store_->read(pins.store_block_o, now_)[pins.store_offset_o];
    } else if (pins.store_op_o == StoreLoad) {
        page_[pins.store_offset_o] = pins.store_wdata_o;
    } else {
        if (!programmed_at_) {
            const auto programming = store_->program(pins.store_block_o, page_, now_);
            programmed_at_ = programming.done;
            programmed_ = programming.ok;
        }
        if (now_ + 1 < *programmed_at_) return;
        programmed_at_.reset();
    }
    pins.store_error_i = programmed_ ? 0 : 1;
    programmed_ = true;
    pins.store_ready_i = 1;
    store_rests_ = 1;
}

// Verilator gives the counts away in a file only: one line a bit, its place and its count.
std::uint64_t ReaderSimulation::toggles(std::string_view instance) const {
    const auto path = std::filesystem::temp_directory_path() /
                      fmt::format("cartouche_toggles_{}.dat", ::getpid());
    top_->context.coveragep()->write(path.c_str());
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

}  // namespace tb
