/// \file test_application.hpp
/// The application that tests talk to, in classes 00 and 80.
#pragma once

#include "cardos/application.hpp"

namespace cardos {

/// COUNT 80 03 00 00 01: how often it was asked in this session. ECHO 80 04 00 00 Lc data 00.
/// LONG 80 01 hi lo 00: 00 01 02 .. that many. SLOW 80 02 00 m: works for m waiting times.
/// VERIFY 00 20 00 00 Lc PIN; the PIN is 31 32 33 34, or what C9 says. Without data: 9000 when
/// verified since the selection, else the tries.
class TestApplication final : public Application {
public:
    [[nodiscard]] apdu::StatusWord install(Context& context, base::ByteView parameters) override;
    [[nodiscard]] apdu::Response select(Context& context) override;
    [[nodiscard]] apdu::Response process(Context& context, const apdu::Command& command) override;

private:
    std::uint8_t count_ = 0;
    bool verified_ = false;
};

}  // namespace cardos
