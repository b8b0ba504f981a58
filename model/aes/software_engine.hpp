/// \file software_engine.hpp
/// The AES engine of `--level tlm`: Crypto++ in the time of `top_aes`.
#pragma once

#include <memory>

#include "port/crypto_port.hpp"

namespace aes {

class SoftwareEngine final : public port::CryptoPort {
public:
    SoftwareEngine();
    ~SoftwareEngine() override;

    [[nodiscard]] base::Tick load_key(base::ByteView key) override;
    [[nodiscard]] base::Tick encrypt(AesBlock& block) override;
    [[nodiscard]] base::Tick decrypt(AesBlock& block) override;
    void wipe() noexcept override;

private:
    struct Schedule;
    [[nodiscard]] const Schedule& schedule() const;

    std::unique_ptr<Schedule> schedule_;  // Crypto++ wipes it
};

}  // namespace aes
