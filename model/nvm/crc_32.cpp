#include "nvm/crc_32.hpp"

namespace nvm {

std::uint32_t crc_32(base::ByteView data, std::uint32_t crc) noexcept {
    for (const std::uint8_t byte : data) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return crc;
}

}  // namespace nvm
