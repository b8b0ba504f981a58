/// \file secure_module.hpp
/// The secure channel module of a secure element: orders, takes and installs virtual cards
/// (systems.md B1, B2, B4; docs/choices.md, system B).
#pragma once

#include "cardos/application.hpp"
#include "cardos/module_book.hpp"

namespace cardos {

/// DETERMINE TARGET 30, BEGIN 32, BLOCK 34, INSTALL 36, DOWNLOAD STATUS 38, in the secure channel
/// of its domain with C-MAC or from a secured short message; else 6982.
class SecureModule final : public Application {
public:
    // Status words of its own.
    static constexpr apdu::StatusWord OldVersion = 0x63F0;
    static constexpr apdu::StatusWord MoneyLeft = 0x63F2;

    [[nodiscard]] apdu::StatusWord install(Context& context, base::ByteView parameters) override;
    [[nodiscard]] apdu::Response process(Context& context, const apdu::Command& command) override;
    [[nodiscard]] bool has_secure_channel() const override { return true; }
    [[nodiscard]] bool manages_cards() const override { return true; }

private:
    [[nodiscard]] static apdu::Response determine(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response begin(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response block(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response status(Context& context);
};

}  // namespace cardos
