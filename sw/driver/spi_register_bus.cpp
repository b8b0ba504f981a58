#include "driver/spi_register_bus.hpp"

#include <array>
#include <stdexcept>

namespace driver {
namespace {

constexpr std::size_t WordBytes = 4;

}  // namespace

base::Bytes SpiRegisterBus::transfer(base::ByteView mosi) {
    base::Bytes miso = spi_.transfer(mosi);
    if ((miso.at(0) & ~(SpiStatusIrq | SpiStatusError)) != 0)
        throw std::runtime_error{"SPI: no registers there, or the wires are wrong"};
    if ((miso[0] & SpiStatusError) != 0)
        throw std::runtime_error{"SPI: an access before this one was refused"};
    return miso;
}

void SpiRegisterBus::write(std::uint8_t address, std::uint32_t value) {
    std::array<std::uint8_t, WordBytes> word{};
    for (std::size_t i = 0; i < WordBytes; ++i) word[i] = static_cast<std::uint8_t>(value >> 8 * i);
    transfer(spi_write(address, word));
}

std::uint32_t SpiRegisterBus::read(std::uint8_t address) {
    const base::Bytes miso = transfer(spi_read(address, 1, WordBytes));
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < WordBytes; ++i)
        value |= static_cast<std::uint32_t>(miso.at(SpiHeadBytes + i)) << 8 * i;
    return value;
}

bool SpiRegisterBus::wait_irq(base::Tick until) {
    for (;;) {
        const bool last = now() >= until;
        // A write of no words: its status, and nothing else.
        if ((transfer(spi_write(0, {}))[0] & SpiStatusIrq) != 0) return true;
        if (last) return false;
    }
}

}  // namespace driver
