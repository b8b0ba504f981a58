/// \file pcd_driver.hpp
/// ReaderPort over the registers of `top_pcd`.
#pragma once

#include <array>

#include "driver/register_bus.hpp"
#include "port/reader_port.hpp"

namespace driver {

/// Time on the bus stays up to 256 ticks behind what `wait_until` was told, so that something may
/// still be started at that very tick.
///
/// Drives one `top_pcd` that has just been reset; `bus` must outlive it.
/// Errors: a bad request throws std::invalid_argument naming the field; a bus that is so slow that
/// a start tick is missed throws std::runtime_error.
class PcdDriver final : public port::ReaderPort {
public:
    /// P at fc/128, fc/64, fc/32 and fc/16: 20..60, 16..20, 8..10, 4..5.
    using PauseTicks = std::array<unsigned, 4>;
    explicit PcdDriver(RegisterBus& bus, const PauseTicks& pauses = {34, 18, 9, 4});

    void field(bool on, base::Tick at) override;
    port::Answer exchange(const port::Request& request) override;
    port::AuthAnswer authenticate(const port::AuthRequest& request) override;
    void crypto1_off() override;
    [[nodiscard]] bool crypto1_on() const override { return crypto1_on_; }
    void wait_until(base::Tick at) override;
    [[nodiscard]] base::Tick now() const override { return now_; }

private:
    void bring_near(base::Tick at);
    std::uint32_t run(std::uint32_t command, std::uint32_t config, base::Tick start,
                      base::Tick timeout);
    void free_from(base::Tick at);
    [[nodiscard]] base::Tick stamp(std::uint8_t address);
    void load(base::ByteView data);
    void fetch(std::size_t size, port::Answer& answer);

    RegisterBus& bus_;
    PauseTicks pauses_;
    bool crypto1_on_ = false;
    base::Tick now_ = 0;
};

}  // namespace driver
