/// \file os_update.hpp
/// The card OS's own part in being replaced: it says what runs, and calls the boot loader.
#pragma once

#include "cardos/application.hpp"

namespace cardos {

/// GET DATA 80 CA 00 C1: version (4), security version (4), SHA-256 of the image (32).
/// ENTER LOADER 84 FA 00 00, in a secure channel of its domain with C-MAC: after the next reset the
/// boot loader has control, and the OS stays as it is until an update begins; else 6982. 6985 on a
/// chip without boot loader.
class OsUpdate final : public Application {
public:
    [[nodiscard]] apdu::Response process(Context& context, const apdu::Command& command) override;
    [[nodiscard]] bool has_secure_channel() const override { return true; }
};

}  // namespace cardos
