/// \file element_factory.hpp
/// A secure element as it leaves its factory: no virtual card yet, a secure channel module, the
/// code of card managers, keys that the business platform knows.
#pragma once

#include "cardos/make_chip.hpp"
#include "ota/application_package.hpp"
#include "ota/element_keys.hpp"

namespace flows {

/// `id`: 20 hexadecimal digits.
[[nodiscard]] cardos::ChipOptions secure_element(const std::string& id,
                                                 const ota::ElementKeys& keys);

/// A purse as an issuer packs it: keys of the worked example (purse.md, section 8), `balance` fen
/// on both accounts. `issuer` tells the names of packages apart: load file D276000118AB and the
/// number, instance D276000118AB and the number, 01.
[[nodiscard]] ota::ApplicationPackage purse_package(ota::Kind kind, std::uint8_t issuer,
                                                    std::uint32_t balance,
                                                    const std::string& business,
                                                    std::uint32_t version = 1);

}  // namespace flows
