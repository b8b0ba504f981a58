#include "platform/diversify.hpp"

#include <stdexcept>

namespace platform {
namespace {

constexpr std::size_t DataBytes = 10;
constexpr std::uint8_t Keys = 3;  // 1 ENC, 2 MAC, 3 DEK

/// Triple DES of X F0 k and X 0F k, X the six bytes of the method.
base::Bytes des_keys(Method method, const reader::ScpKey& master, base::ByteView data) {
    base::Bytes x(data.begin() + 4, data.end());
    if (method == Method::Visa2) {
        x.assign(data.begin(), data.begin() + 2);
        x.insert(x.end(), data.begin() + 4, data.begin() + 8);
    }
    base::Bytes all;
    all.reserve(Keys * 16U);
    for (std::uint8_t k = 1; k <= Keys; ++k) {
        for (const std::uint8_t half : {std::uint8_t{0xF0}, std::uint8_t{0x0F}}) {
            base::Bytes block = x;
            block.insert(block.end(), {half, k});
            base::Bytes part = reader::des3_ecb(master, block);
            all.insert(all.end(), part.begin(), part.end());
            base::wipe(part);
        }
    }
    return all;
}

base::Bytes aes_keys(const reader::ScpKey& master, base::ByteView data) {
    base::Bytes all;
    all.reserve(Keys * master.size());
    for (std::uint8_t k = 1; k <= Keys; ++k) {
        std::size_t left = master.size();
        for (std::uint8_t i = 1; left > 0; ++i) {
            base::Bytes input{i, 0, 0, 0, k, 0};
            input.insert(input.end(), data.begin(), data.end());
            auto block = reader::cmac(master, input);
            const std::size_t part = std::min(left, block.size());
            all.insert(all.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(part));
            base::wipe(block);
            left -= part;
        }
    }
    return all;
}

}  // namespace

std::optional<Method> method_from(std::string_view name) {
    if (name == "emv-cps") return Method::EmvCps;
    if (name == "visa2") return Method::Visa2;
    if (name == "kdf3") return Method::Kdf3;
    return {};
}

KeySet diversify(Method method, const reader::ScpKey& master, base::ByteView data,
                 std::uint8_t version) {
    const bool des = method != Method::Kdf3;
    if (data.size() != DataBytes || (des && master.size() != 16))
        throw std::invalid_argument{"ten bytes of data, and 16 of a DES master key"};
    base::Bytes keys = des ? des_keys(method, master, data) : aes_keys(master, data);
    auto set = KeySet::from(version, des ? reader::KeyType::Des : reader::KeyType::Aes, keys);
    base::wipe(keys);
    return set;
}

}  // namespace platform
