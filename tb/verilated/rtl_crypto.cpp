#include "verilated/rtl_crypto.hpp"

#include <Vtop_aes_rtl.h>

#include "driver/aes_driver.hpp"
#include "driver/aes_registers.hpp"
#include "verilated/aes_simulation.hpp"

namespace tb {

struct RtlCrypto::Parts {
    AesSimulation<Vtop_aes_rtl> simulation{};
    driver::AesDriver driver{simulation};
};

RtlCrypto::RtlCrypto() : parts_{std::make_unique<Parts>()} {}
RtlCrypto::~RtlCrypto() = default;

base::Tick RtlCrypto::load_key(base::ByteView key) { return parts_->driver.load_key(key); }
base::Tick RtlCrypto::encrypt(AesBlock& block) { return parts_->driver.encrypt(block); }
base::Tick RtlCrypto::decrypt(AesBlock& block) { return parts_->driver.decrypt(block); }
void RtlCrypto::wipe() noexcept { parts_->driver.wipe(); }
RtlCrypto::Ticks RtlCrypto::counted() {
    const auto work = parts_->simulation.read(driver::aes_reg::WorkTicks);
    const auto access = parts_->simulation.read(driver::aes_reg::AccessTicks);
    return {work, access};
}
int RtlCrypto::check_failures() const { return parts_->simulation.check_failures(); }

}  // namespace tb
