#include "driver/spidev.hpp"

#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace driver {

Spidev::Spidev(const std::filesystem::path& device, std::uint32_t hertz)
    : device_{device}, hertz_{hertz}, file_{::open(device.c_str(), O_RDWR | O_CLOEXEC)} {
    if (file_ < 0) fail("cannot be opened");
    const std::uint8_t mode = SPI_MODE_0;
    const std::uint8_t bits = 8;
    if (::ioctl(file_, SPI_IOC_WR_MODE, &mode) < 0 ||
        ::ioctl(file_, SPI_IOC_WR_BITS_PER_WORD, &bits) < 0) {
        const int error = errno;
        ::close(file_);
        errno = error;
        fail("is no SPI device");
    }
}

Spidev::~Spidev() { ::close(file_); }

base::Bytes Spidev::transfer(base::ByteView mosi) {
    base::Bytes miso(mosi.size());
    spi_ioc_transfer transfer{};
    transfer.tx_buf = reinterpret_cast<std::uintptr_t>(mosi.data());
    transfer.rx_buf = reinterpret_cast<std::uintptr_t>(miso.data());
    transfer.len = static_cast<std::uint32_t>(mosi.size());
    transfer.speed_hz = hertz_;
    if (::ioctl(file_, SPI_IOC_MESSAGE(1), &transfer) < 0) fail("does not transfer");
    return miso;
}

void Spidev::fail(const char* what) const {
    throw std::runtime_error{device_.string() + ": " + what + " (" + std::strerror(errno) + ")"};
}

}  // namespace driver
