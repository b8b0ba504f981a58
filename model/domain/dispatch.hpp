/// \file dispatch.hpp
/// From a command as it came to what does it: class, chaining, secure messaging, and the rule that
/// a command's changes are kept together or not at all.
#pragma once

#include "apdu/command.hpp"
#include "domain/channels.hpp"
#include "domain/context.hpp"

namespace domain {

/// Instructions of security domains (GlobalPlatform Card Specification, table 11-1).
struct Ins {
    static constexpr std::uint8_t InitializeUpdate = 0x50;
    static constexpr std::uint8_t EndRMac = 0x78;
    static constexpr std::uint8_t BeginRMac = 0x7A;
    static constexpr std::uint8_t ExternalAuthenticate = 0x82;
    static constexpr std::uint8_t GetData = 0xCA;
    static constexpr std::uint8_t PutKey = 0xD8;
    static constexpr std::uint8_t StoreData = 0xE2;
    static constexpr std::uint8_t Delete = 0xE4;
    static constexpr std::uint8_t Install = 0xE6;
    static constexpr std::uint8_t Load = 0xE8;
    static constexpr std::uint8_t SetStatus = 0xF0;
    static constexpr std::uint8_t GetStatus = 0xF2;
};

[[nodiscard]] apdu::Response dispatch(Context& context, const apdu::Command& command);

}  // namespace domain
