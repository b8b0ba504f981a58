/// \file make_chip.hpp
/// Chips as they come out of our factory.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "cardos/chip.hpp"
#include "domain/factory.hpp"

namespace cardos {

struct ChipOptions {
    std::vector<port::Block> sectors = store::delivery_blocks(port::CardKind::Classic1k);
    Chip::Options chip{};
    /// The keys and the content of the GP card of the test plan.
    domain::Factory factory = domain::test_card();
    /// nullptr: aes::SoftwareEngine.
    std::unique_ptr<port::CryptoPort> crypto{};
};

/// A fresh chip. Example: make_chip()->air()->take(select, false, 1000)
[[nodiscard]] std::unique_ptr<Chip> make_chip(ChipOptions options = {});

/// Puts a native application into the factory's card: its load file, and an instance with the AID
/// of the module when `parameters` (the value of C9) are given. Throws std::invalid_argument when
/// there is no such one. Example: preload(options.factory, "purse", c9)
void preload(domain::Factory& factory, std::string_view native);
void preload(domain::Factory& factory, std::string_view native, base::ByteView parameters);

}  // namespace cardos
