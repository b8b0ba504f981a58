#include "board/board_world.hpp"

#include <Vsim_board.h>
#include <verilated.h>

#include <optional>
#include <utility>

#include "driver/pcd_driver.hpp"
#include "verilated/air_settings.hpp"
#include "verilated/coverage.hpp"

namespace tb {

class BoardWorld::Simulation final : public driver::RegisterBus, public driver::SpiPort {
public:
    Simulation(driver::BoardCard& host, const port::AirProfile& air, unsigned half)
        : host_{host}, half_{half} {
        const AirSettings settings = AirSettings::from(air);
        context_.fatalOnError(false);
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
        pins_.cs_ni = 1;
        pins_.aes_cs_ni = 1;
        pins_.rst_ni = 1;
        edge();
        pins_.rst_ni = 0;
        edge();
        pins_.rst_ni = 1;
        // The board leaves its reset two ticks later than the reader.
        reader_.emplace(*this, pauses_of(air));
    }
    ~Simulation() override {
        pins_.final();
        save_coverage(context_);
    }

    void write(std::uint8_t address, std::uint32_t value) override {
        static_cast<void>(access(address, true, value));
    }
    [[nodiscard]] std::uint32_t read(std::uint8_t address) override {
        return access(address, false, 0);
    }
    bool wait_irq(base::Tick until) override {
        while (now_ < until && pins_.irq_o == 0) tick();
        return pins_.irq_o != 0;
    }
    [[nodiscard]] base::Bytes transfer(base::ByteView mosi) override {
        aes_mosi_.emplace(mosi.begin(), mosi.end());
        aes_miso_.reset();
        while (!aes_miso_) tick();
        return *std::exchange(aes_miso_, {});
    }
    [[nodiscard]] base::Tick now() const override { return now_; }
    [[nodiscard]] port::ReaderPort& reader() { return *reader_; }
    [[nodiscard]] std::uint64_t transactions() const { return transactions_; }
    [[nodiscard]] int check_failures() const { return context_.errorCount(); }

private:
    static constexpr unsigned GapTicks = 4;  // CS high, and from its fall to the first bit

    std::uint32_t access(std::uint8_t address, bool write, std::uint32_t value) {
        pins_.psel_i = 1;
        pins_.penable_i = 0;
        pins_.pwrite_i = write ? 1 : 0;
        pins_.paddr_i = address;
        pins_.pwdata_i = value;
        tick();
        pins_.penable_i = 1;
        pins_.eval();
        const std::uint32_t data = pins_.prdata_o;
        tick();
        pins_.psel_i = 0;
        pins_.penable_i = 0;
        return data;
    }

    void edge() {
        pins_.clk_i = 0;
        pins_.eval();
        pins_.clk_i = 1;
        pins_.eval();
    }

    void tick() {
        spi();
        edge();
        ++now_;
    }

    /// The host's end of the wires in this tick.
    void spi() {
        const std::size_t bit = step_ / (2 * half_);
        if (pins_.cs_ni != 0 && pins_.aes_cs_ni != 0) {
            if (++step_ < GapTicks + 2 * half_) return;
            mosi_ = aes_mosi_ ? *aes_mosi_ : host_.next(now_);
            miso_.assign(mosi_.size(), 0);
            pins_.cs_ni = aes_mosi_ ? 1 : 0;
            pins_.aes_cs_ni = aes_mosi_ ? 0 : 1;
            lead_ = GapTicks;
            step_ = 0;
        } else if (lead_ != 0) {
            --lead_;
        } else if (bit == 8 * mosi_.size()) {
            const bool is_aes = pins_.aes_cs_ni == 0;
            pins_.sck_i = 0;
            pins_.cs_ni = 1;
            pins_.aes_cs_ni = 1;
            step_ = 0;
            ++transactions_;
            if (is_aes) {
                aes_mosi_.reset();
                aes_miso_ = miso_;
            } else {
                host_.finish(miso_, now_);
            }
        } else {
            const unsigned place = 7 - bit % 8;
            const bool high = step_ % (2 * half_) >= half_;
            if (high && pins_.sck_i == 0 && pins_.miso_o != 0)
                miso_[bit / 8] = static_cast<std::uint8_t>(miso_[bit / 8] | 1U << place);
            pins_.mosi_i = mosi_[bit / 8] >> place & 1U;
            pins_.sck_i = high ? 1 : 0;
            ++step_;
        }
    }

    VerilatedContext context_{};
    Vsim_board pins_{&context_};
    driver::BoardCard& host_;
    unsigned half_;
    base::Tick now_ = 0;
    base::Bytes mosi_{};
    base::Bytes miso_{};
    std::optional<base::Bytes> aes_mosi_{};  ///< to be sent, or under way
    std::optional<base::Bytes> aes_miso_{};
    std::size_t step_ = 0;
    unsigned lead_ = 0;
    std::uint64_t transactions_ = 0;
    std::optional<driver::PcdDriver> reader_{};
};

BoardWorld::BoardWorld(driver::BoardCard& host, const port::AirProfile& air, unsigned half)
    : simulation_{std::make_unique<Simulation>(host, air, half)} {}

BoardWorld::~BoardWorld() = default;

port::ReaderPort& BoardWorld::reader() { return simulation_->reader(); }
driver::SpiPort& BoardWorld::aes() { return *simulation_; }
base::Tick BoardWorld::now() const { return simulation_->now(); }
std::uint64_t BoardWorld::transactions() const { return simulation_->transactions(); }
int BoardWorld::check_failures() const { return simulation_->check_failures(); }

}  // namespace tb
