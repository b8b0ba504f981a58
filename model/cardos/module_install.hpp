/// \file module_install.hpp
/// From a complete download to a virtual card that runs (systems.md B4).
#pragma once

#include "apdu/command.hpp"
#include "cardos/context.hpp"
#include "domain/aid.hpp"
#include "domain/secret.hpp"

namespace cardos {

/// An application package in clear (docs/choices.md); the views look into `bytes`.
struct ModulePackage {
    std::uint8_t kind = 0;
    std::uint32_t version = 0;
    domain::Aid load_file{};
    domain::Aid module{};
    domain::Aid instance{};
    base::ByteView business{};
    base::ByteView parameters{};
    base::ByteView block{};

    /// Nothing when these are not the bytes of a package.
    [[nodiscard]] static std::optional<ModulePackage> parse(base::ByteView bytes);
};

/// Resets the target card, gives it the package in blocks, then installs; makes or tells the card's
/// manager, then deletes what the card held before. What is done already is not done again. A cut
/// leaves what the next call goes on from; a refusal of the target card undoes what was done.
/// Answer: `5F51` its answer to reset, `4F` instance.
[[nodiscard]] apdu::Response install_package(Context& context);

}  // namespace cardos
