#include "aes/software_engine.hpp"

#include <cryptopp/aes.h>

#include <stdexcept>

#include "aes/ticks.hpp"

namespace aes {

struct SoftwareEngine::Schedule {
    explicit Schedule(base::ByteView key)
        : key_bytes{key.size()},
          forward{key.data(), key.size()},
          backward{key.data(), key.size()} {}

    std::size_t key_bytes;
    CryptoPP::AES::Encryption forward;
    CryptoPP::AES::Decryption backward;
};

SoftwareEngine::SoftwareEngine() = default;
SoftwareEngine::~SoftwareEngine() = default;

base::Tick SoftwareEngine::load_key(base::ByteView key) {
    if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
        throw std::invalid_argument("key: not 16, 24 or 32 bytes");
    }
    schedule_ = std::make_unique<Schedule>(key);
    return load_key_ticks(key.size());
}

base::Tick SoftwareEngine::encrypt(AesBlock& block) {
    schedule().forward.ProcessBlock(block.data());
    return block_ticks(schedule().key_bytes);
}

base::Tick SoftwareEngine::decrypt(AesBlock& block) {
    schedule().backward.ProcessBlock(block.data());
    return block_ticks(schedule().key_bytes);
}

void SoftwareEngine::wipe() noexcept { schedule_.reset(); }

const SoftwareEngine::Schedule& SoftwareEngine::schedule() const {
    if (!schedule_) throw std::logic_error("AES: no key was loaded");
    return *schedule_;
}

}  // namespace aes
