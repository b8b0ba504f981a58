#include "platform/source.hpp"

#include <cryptopp/osrng.h>

#include <chrono>

namespace platform {

Seconds system_clock() {
    using namespace std::chrono;
    return duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

base::Bytes system_random(std::size_t size) {
    base::Bytes bytes(size);
    CryptoPP::OS_GenerateRandomBlock(false, bytes.data(), bytes.size());
    return bytes;
}

}  // namespace platform
