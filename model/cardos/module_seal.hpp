/// \file module_seal.hpp
/// How the secure channel module seals what it says and opens what it gets (docs/choices.md, system
/// B: keys of a download).
#pragma once

#include <array>
#include <optional>

#include "cardos/context.hpp"
#include "domain/engine.hpp"

namespace cardos {

/// Eight random bytes of the module, good for one package.
using Request = std::array<std::uint8_t, 8>;

class ModuleSeal {
public:
    static constexpr std::size_t ChunkBytes = 192;  ///< of cryptogram in a block; the last has less
    static constexpr std::size_t BlockMacBytes = 8;
    static constexpr std::size_t HeaderMacBytes = 16;

    ModuleSeal(Context& context, const domain::Secret& module_key, const Request& request)
        : engine_{context.crypto(), context.work()}, key_{module_key}, request_{request} {}

    /// Request, cryptogram, MAC.
    [[nodiscard]] base::Bytes seal(base::ByteView plain);
    [[nodiscard]] bool is_header(base::ByteView header, base::ByteView mac);
    [[nodiscard]] bool is_block(std::uint16_t number, base::ByteView chunk, base::ByteView mac);
    /// Nothing when the padding is not right.
    [[nodiscard]] std::optional<domain::Secret> open(base::ByteView cryptogram);

private:
    [[nodiscard]] domain::Secret key(std::uint8_t label);

    domain::Engine engine_;
    domain::Secret key_;
    Request request_;
};

}  // namespace cardos
