/// \file spi_port.hpp
/// An SPI with one target of rtl/bus/bus_spi.sv, and that target's transactions.
#pragma once

#include "base/bytes.hpp"

namespace driver {

class SpiPort {
public:
    virtual ~SpiPort() = default;

    /// One transaction, CS low from the first to the last byte: what came on MISO meanwhile.
    [[nodiscard]] virtual base::Bytes transfer(base::ByteView mosi) = 0;
};

inline constexpr std::size_t SpiHeadBytes = 2;    ///< of an answer to a read, before its words
inline constexpr std::size_t SpiMostWords = 256;  ///< of a read
inline constexpr std::uint8_t SpiStatusIrq = 1;   ///< of the first byte of every answer
inline constexpr std::uint8_t SpiStatusError = 2;

/// Writes `words`, all to the one register. Example: spi_write(0x88, {1, 2}) == {0xA2, 1, 2}
[[nodiscard]] base::Bytes spi_write(std::uint8_t address, base::ByteView words);
/// Reads `count` words of `word_bytes` bytes, 1 to SpiMostWords.
/// Example: spi_read(0x84, 1) == {0x21, 1, 0}
[[nodiscard]] base::Bytes spi_read(std::uint8_t address, std::size_t count,
                                   std::size_t word_bytes = 1);

}  // namespace driver
