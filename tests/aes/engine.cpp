#include "engine.hpp"

#include <algorithm>
#include <stdexcept>

#include "aes/software_engine.hpp"
#include "base/hex.hpp"
#include "verilated/rtl_crypto.hpp"

namespace aes_test {

std::unique_ptr<port::CryptoPort> make_engine(std::string_view level) {
    if (level == "rtl") return std::make_unique<tb::RtlCrypto>();
    return std::make_unique<aes::SoftwareEngine>();
}

int check_failures(const port::CryptoPort& engine) {
    const auto* const rtl = dynamic_cast<const tb::RtlCrypto*>(&engine);
    return rtl == nullptr ? 0 : rtl->check_failures();
}

base::Bytes hex(std::string_view text) {
    auto bytes = base::from_hex(text);
    if (!bytes) throw std::invalid_argument("hex: " + std::string{text});
    return *bytes;
}

aes::Block block(std::string_view text) {
    const auto bytes = hex(text);
    aes::Block result{};
    if (bytes.size() != result.size()) throw std::invalid_argument("block: not 16 bytes");
    std::ranges::copy(bytes, result.begin());
    return result;
}

}  // namespace aes_test
