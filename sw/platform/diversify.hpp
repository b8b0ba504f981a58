/// \file diversify.hpp
/// A card's own keys from a master key and the card's ten bytes of diversification data.
#pragma once

#include <optional>
#include <string_view>

#include "platform/key_set.hpp"

namespace platform {

enum class Method : std::uint8_t {
    EmvCps,  ///< EMV Card Personalization Specification 1.1: DES keys
    Visa2,   ///< DES keys
    Kdf3,  ///< AES-CMAC in counter mode as GlobalPlatformPro has it: AES keys of the master's size
};

/// "emv-cps", "visa2", "kdf3".
[[nodiscard]] std::optional<Method> method_from(std::string_view name);

/// Throws std::invalid_argument unless `data` has ten bytes and a DES master sixteen.
[[nodiscard]] KeySet diversify(Method method, const reader::ScpKey& master, base::ByteView data,
                               std::uint8_t version);

}  // namespace platform
