/// \file pin.hpp
/// A card holder's number with its tries.
#pragma once

#include "apdu/command.hpp"
#include "cardos/context.hpp"

namespace cardos {

/// Kept under one number of an application's data; whether it was verified is the application's
/// to remember. A try is counted in the memory before anything is compared, so that cutting the
/// power gains nothing.
class Pin {
public:
    static constexpr std::uint8_t Tries = 3;
    static constexpr std::size_t MostBytes = 12;

    Pin(Context& context, std::uint16_t number, std::uint8_t tries = Tries)
        : context_{context}, number_{number}, tries_{tries} {}

    /// Sets it, with all tries. 6A80 unless it has 1 to 12 bytes.
    [[nodiscard]] apdu::StatusWord set(base::ByteView pin);
    /// All tries again. 6984 when there is none.
    [[nodiscard]] apdu::StatusWord unblock();
    /// VERIFY: 9000, 63Cx, 6983 when blocked, 6984 when there is none. No data: how many tries.
    [[nodiscard]] apdu::StatusWord verify(base::ByteView pin);
    /// Bytes that it has; 0: there is none.
    [[nodiscard]] std::size_t length() const;

private:
    Context& context_;
    std::uint16_t number_;
    std::uint8_t tries_;
};

}  // namespace cardos
