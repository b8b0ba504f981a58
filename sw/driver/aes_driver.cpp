#include "driver/aes_driver.hpp"

#include <stdexcept>

#include "driver/aes_registers.hpp"

namespace driver {
namespace {

using base::Tick;

constexpr std::size_t ShortestKey = 16;
constexpr std::size_t KeyStep = 8;
constexpr std::size_t LongestKey = 32;
constexpr Tick LongestRun = 1000;  // more than a block takes with any key

}  // namespace

AesDriver::AesDriver(RegisterBus& bus) : bus_{bus} {
    bus_.write(aes_reg::IrqEnable, aes_reg::IrqEnableDone);
}

Tick AesDriver::load_key(base::ByteView key) {
    if (key.size() < ShortestKey || key.size() > LongestKey || key.size() % KeyStep != 0) {
        throw std::invalid_argument("key: not 16, 24 or 32 bytes");
    }
    const Tick start = bus_.now();
    write_key(key);
    loaded_ = true;
    return bus_.now() - start;
}

Tick AesDriver::encrypt(AesBlock& block) { return transform(aes_reg::CommandEncrypt, block); }

Tick AesDriver::decrypt(AesBlock& block) { return transform(aes_reg::CommandDecrypt, block); }

// The longest key of zeros: its round keys lie wherever those of another key can be.
void AesDriver::wipe() noexcept {
    constexpr std::array<std::uint8_t, LongestKey> Zeros{};
    write_key(Zeros);
    loaded_ = false;
}

void AesDriver::write_key(base::ByteView key) {
    const auto size = static_cast<std::uint32_t>((key.size() - ShortestKey) / KeyStep);
    bus_.write(aes_reg::Config, size << aes_reg::ConfigKeySizeShift);
    for (const auto byte : key) bus_.write(aes_reg::Key, byte);
    run(aes_reg::CommandEncrypt);
}

void AesDriver::run(std::uint32_t command) {
    bus_.write(aes_reg::Command, command);
    if (!bus_.wait_irq(bus_.now() + LongestRun)) {
        throw std::runtime_error("AES: a block does not end");
    }
    bus_.write(aes_reg::IrqStatus, aes_reg::IrqStatusDone);
}

Tick AesDriver::transform(std::uint32_t command, AesBlock& block) {
    if (!loaded_) throw std::logic_error("AES: no key was loaded");
    const Tick start = bus_.now();
    for (const auto byte : block) bus_.write(aes_reg::Block, byte);
    run(command);
    for (auto& byte : block) byte = static_cast<std::uint8_t>(bus_.read(aes_reg::Block));
    return bus_.now() - start;
}

}  // namespace driver
