/// \file install_fields.hpp
/// The fields of INSTALL, and those variants that move what is there.
#pragma once

#include <optional>

#include "apdu/command.hpp"
#include "domain/context.hpp"

namespace domain {

/// In the order of the line; what each means depends on the variant.
struct InstallFields {
    base::ByteView first{};
    base::ByteView second{};
    base::ByteView third{};       ///< for load: the hash
    base::ByteView privileges{};  ///< not for load
    base::ByteView parameters{};
    base::ByteView token{};
    base::ByteView before_token{};  ///< what the token signs
};
/// Nothing when the lengths do not add up.
[[nodiscard]] std::optional<InstallFields> read_install_fields(base::ByteView data);
[[nodiscard]] std::optional<InstallFields> read_load_fields(base::ByteView data);

[[nodiscard]] apdu::Response extradite(Context& context, const apdu::Command& command,
                                       const InstallFields& in);
[[nodiscard]] apdu::Response update_registry(Context& context, const apdu::Command& command,
                                             const InstallFields& in);

}  // namespace domain
