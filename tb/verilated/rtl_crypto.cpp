#include "verilated/rtl_crypto.hpp"

#include <Vtop_aes_rtl.h>
#include <verilated.h>

#ifdef CARTOUCHE_COVERAGE
#include <unistd.h>
#include <verilated_cov.h>

#include <cstdlib>
#include <string>
#endif

#include <stdexcept>

#include "driver/aes_driver.hpp"

namespace tb {

/// `top_aes` and its APB.
class RtlCrypto::Simulation final : public driver::RegisterBus {
public:
    Simulation() {
        context_.fatalOnError(false);
        top_.rst_ni = 0;
        top_.clk_i = 0;
        top_.eval();
        tick();
        top_.rst_ni = 1;
        now_ = 0;
    }
    ~Simulation() override {
        top_.final();
#ifdef CARTOUCHE_COVERAGE
        write_coverage();
#endif
    }
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    void write(std::uint8_t address, std::uint32_t value) override { access(address, true, value); }

    [[nodiscard]] std::uint32_t read(std::uint8_t address) override {
        return access(address, false, 0);
    }

    bool wait_irq(base::Tick until) override {
        while (top_.irq_o == 0 && now_ < until) tick();
        return top_.irq_o != 0;
    }

    [[nodiscard]] base::Tick now() const override { return now_; }
    [[nodiscard]] int check_failures() const { return context_.errorCount(); }

private:
    // Setup, then access: the data are there, and taken, at the end of the second tick.
    std::uint32_t access(std::uint8_t address, bool write, std::uint32_t value) {
        top_.psel_i = 1;
        top_.penable_i = 0;
        top_.pwrite_i = write ? 1 : 0;
        top_.paddr_i = address;
        top_.pwdata_i = value;
        tick();
        top_.penable_i = 1;
        top_.eval();
        if (top_.pslverr_o != 0) throw std::logic_error("AES: no such register");
        const std::uint32_t data = top_.prdata_o;
        tick();
        top_.psel_i = 0;
        top_.penable_i = 0;
        return data;
    }

    void tick() {
        top_.clk_i = 1;
        top_.eval();
        top_.clk_i = 0;
        top_.eval();
        ++now_;
    }

#ifdef CARTOUCHE_COVERAGE
    // Adds what this simulation covered to the folder that scripts/coverage.py reads.
    void write_coverage() {
        static int number = 0;
        const char* const folder = std::getenv("CARTOUCHE_COVERAGE_DIR");
        if (folder == nullptr) return;
        const auto name = std::string{folder} + "/" + std::to_string(getpid()) + "_aes_" +
                          std::to_string(number++) + ".dat";
        context_.coveragep()->write(name.c_str());
    }
#endif

    VerilatedContext context_{};
    Vtop_aes_rtl top_{&context_};
    base::Tick now_ = 0;
};

RtlCrypto::RtlCrypto()
    : simulation_{std::make_unique<Simulation>()},
      driver_{std::make_unique<driver::AesDriver>(*simulation_)} {}

RtlCrypto::~RtlCrypto() = default;

base::Tick RtlCrypto::load_key(base::ByteView key) { return driver_->load_key(key); }
base::Tick RtlCrypto::encrypt(AesBlock& block) { return driver_->encrypt(block); }
base::Tick RtlCrypto::decrypt(AesBlock& block) { return driver_->decrypt(block); }
void RtlCrypto::wipe() noexcept { driver_->wipe(); }
int RtlCrypto::check_failures() const { return simulation_->check_failures(); }

}  // namespace tb
