#include "driver/spi_port.hpp"

#include <algorithm>

namespace driver {
namespace {

constexpr unsigned WriteBit = 0x80;

}  // namespace

base::Bytes spi_write(std::uint8_t address, base::ByteView words) {
    base::Bytes mosi(1 + words.size());
    mosi[0] = static_cast<std::uint8_t>(WriteBit | static_cast<unsigned>(address) >> 2U);
    std::copy(words.begin(), words.end(), mosi.begin() + 1);
    return mosi;
}

base::Bytes spi_read(std::uint8_t address, std::size_t count, std::size_t word_bytes) {
    base::Bytes mosi(SpiHeadBytes + count * word_bytes, 0);
    mosi[0] = static_cast<std::uint8_t>(address >> 2U);
    mosi[1] = static_cast<std::uint8_t>(count);  // 0 is 256
    return mosi;
}

}  // namespace driver
