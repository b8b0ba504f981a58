/// \file spidev.hpp
/// SpiPort on Linux' /dev/spidevB.C.
#pragma once

#include <filesystem>

#include "driver/spi_port.hpp"

namespace driver {

/// Mode 0, eight bits a word. Errors: std::runtime_error with the device and why.
class Spidev final : public SpiPort {
public:
    explicit Spidev(const std::filesystem::path& device, std::uint32_t hertz);
    ~Spidev() override;
    Spidev(const Spidev&) = delete;
    Spidev& operator=(const Spidev&) = delete;

    [[nodiscard]] base::Bytes transfer(base::ByteView mosi) override;

private:
    [[noreturn]] void fail(const char* what) const;

    std::filesystem::path device_;
    std::uint32_t hertz_;
    int file_;
};

}  // namespace driver
