#include "verilated/rtl_reader.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "driver/aes_driver.hpp"
#include "driver/pcd_driver.hpp"
#include "driver/power_driver.hpp"
#include "verilated/air_settings.hpp"
#include "verilated/reader_simulation.hpp"

namespace tb {

/// One page. Its ticks are those since the module behind it was switched on.
class RtlReader::Bus final : public driver::RegisterBus {
public:
    Bus(ReaderSimulation& simulation, unsigned page) : simulation_{simulation}, page_{page} {}

    void write(std::uint8_t address, std::uint32_t value) override {
        check(simulation_.access(page_ << 8U | address, true, value), address);
    }
    [[nodiscard]] std::uint32_t read(std::uint8_t address) override {
        return check(simulation_.access(page_ << 8U | address, false, 0), address);
    }
    bool wait_irq(base::Tick until) override {
        return simulation_.run(origin_ + until, page_ != 0);
    }
    [[nodiscard]] base::Tick now() const override { return simulation_.now() - origin_; }

    void begin() { origin_ = simulation_.now(); }

private:
    std::uint32_t check(const ReaderSimulation::Accessed& accessed, std::uint8_t address) const {
        if (accessed.error)
            throw BusError{fmt::format("page {} address {:02X}: PSLVERR", page_, address)};
        return accessed.data;
    }

    ReaderSimulation& simulation_;
    unsigned page_;
    base::Tick origin_ = 0;
};

class RtlReader::Contactless final : public port::ReaderPort {
public:
    Contactless(Bus& bus, const driver::PcdDriver::PauseTicks& pauses)
        : bus_{bus}, pauses_{pauses} {}

    void set(bool on) {
        driver_.reset();
        if (!on) return;
        bus_.begin();
        driver_.emplace(bus_, pauses_);
    }

    void field(bool on, base::Tick at) override { driver().field(on, at); }
    port::Answer exchange(const port::Request& request) override {
        return driver().exchange(request);
    }
    port::AuthAnswer authenticate(const port::AuthRequest& request) override {
        return driver().authenticate(request);
    }
    void crypto1_off() override { driver().crypto1_off(); }
    [[nodiscard]] bool crypto1_on() const override { return driver_ && driver_->crypto1_on(); }
    void wait_until(base::Tick at) override { driver().wait_until(at); }
    [[nodiscard]] base::Tick now() const override { return driver_ ? driver_->now() : 0; }

private:
    driver::PcdDriver& driver() {
        if (!driver_) throw std::logic_error{"the contactless module is off"};
        return *driver_;
    }

    Bus& bus_;
    driver::PcdDriver::PauseTicks pauses_;
    std::optional<driver::PcdDriver> driver_{};
};

class RtlReader::Secure final : public port::CryptoPort {
public:
    explicit Secure(Bus& bus) : bus_{bus} {}

    void set(bool on) {
        driver_.reset();
        if (!on) return;
        bus_.begin();
        driver_.emplace(bus_);
    }

    [[nodiscard]] base::Tick load_key(base::ByteView key) override {
        return driver().load_key(key);
    }
    [[nodiscard]] base::Tick encrypt(AesBlock& block) override { return driver().encrypt(block); }
    [[nodiscard]] base::Tick decrypt(AesBlock& block) override { return driver().decrypt(block); }
    // Off, it has forgotten the key.
    void wipe() noexcept override {
        if (driver_) driver_->wipe();
    }

private:
    driver::AesDriver& driver() {
        if (!driver_) throw std::logic_error{"the secure-access module is off"};
        return *driver_;
    }

    Bus& bus_;
    std::optional<driver::AesDriver> driver_{};
};

class RtlReader::Power final : public port::PowerPort {
public:
    Power(Bus& bus, Contactless& contactless, Secure& secure)
        : driver_{bus}, contactless_{contactless}, secure_{secure} {}

    void set(port::Module module, bool on) override {
        if (driver_.on(module) == on) return;
        driver_.set(module, on);
        if (module == port::Module::Contactless) contactless_.set(on);
        if (module == port::Module::Secure) secure_.set(on);
    }
    [[nodiscard]] bool on(port::Module module) const override { return driver_.on(module); }
    [[nodiscard]] base::Tick ticks(port::Module module) override { return driver_.ticks(module); }
    void spend(base::Tick ticks) override { driver_.spend(ticks); }

private:
    driver::PowerDriver driver_;
    Contactless& contactless_;
    Secure& secure_;
};

RtlReader::RtlReader(const RtlReaderOptions& options)
    : simulation_{ReaderSimulation::make(options.air, options.counted)} {
    for (unsigned page = 0; page < buses_.size(); ++page)
        buses_[page] = std::make_unique<Bus>(*simulation_, page);
    contactless_ = std::make_unique<Contactless>(bus_of(Page::Contactless), pauses_of(options.air));
    secure_ = std::make_unique<Secure>(bus_of(Page::Secure));
    power_ = std::make_unique<Power>(bus_of(Page::Power), *contactless_, *secure_);
}

RtlReader::~RtlReader() = default;

RtlReader::Bus& RtlReader::bus_of(Page page) { return *buses_.at(static_cast<std::size_t>(page)); }

void RtlReader::place(const port::CardProfile& profile, port::StorePort& store) {
    simulation_->place(profile, store);
}

void RtlReader::observe(port::FrameObserver& observer) { simulation_->observe(observer); }

port::PowerPort& RtlReader::power() { return *power_; }
port::ReaderPort& RtlReader::contactless() { return *contactless_; }
port::CryptoPort& RtlReader::crypto() { return *secure_; }
driver::RegisterBus& RtlReader::bus(Page page) { return bus_of(page); }
base::Tick RtlReader::now() const { return simulation_->now(); }
bool RtlReader::carrier() const { return simulation_->carrier(); }
int RtlReader::check_failures() const { return simulation_->check_failures(); }

std::optional<RtlReader::Counts> RtlReader::toggles() const {
    const auto pcd = simulation_->toggles("u_top_pcd");
    const auto aes = simulation_->toggles("u_top_aes");
    if (!pcd || !aes) return {};
    Counts counts{};
    counts[static_cast<std::size_t>(port::Module::Contactless)] = *pcd;
    counts[static_cast<std::size_t>(port::Module::Secure)] = *aes;
    return counts;
}

}  // namespace tb
