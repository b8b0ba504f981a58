/// \file content.hpp
/// Content management: INSTALL, LOAD, DELETE (GlobalPlatform Card Specification, 9.3 to 9.6, 11.2,
/// 11.5, 11.6).
#pragma once

#include "apdu/command.hpp"
#include "domain/context.hpp"

namespace domain {

[[nodiscard]] apdu::Response install(Context& context, const apdu::Command& command);
[[nodiscard]] apdu::Response load(Context& context, const apdu::Command& command);
[[nodiscard]] apdu::Response delete_content(Context& context, const apdu::Command& command);

/// The module that security domains are made of: whoever has it needs no other code.
[[nodiscard]] bool is_domain_module(const Aid& module);

/// Whether a domain may own load files and applications: the issuer's, or one that is personalised
/// and not locked.
[[nodiscard]] bool may_own(const Entry& domain) noexcept;

/// Kinds of change that can be taken away from the card for good (INSTALL [for registry update],
/// D9).
struct Restriction {
    static constexpr std::uint8_t RegistryUpdate = 0x40;
    static constexpr std::uint8_t Personalization = 0x20;
    static constexpr std::uint8_t Extradition = 0x10;
    static constexpr std::uint8_t MakeSelectable = 0x08;
    static constexpr std::uint8_t Install = 0x04;
    static constexpr std::uint8_t Load = 0x02;
    static constexpr std::uint8_t Delete = 0x01;
};
[[nodiscard]] std::uint8_t restrictions(Card& card);
void restrict(Card& card, std::uint8_t kinds);

/// A load file data block: components of a CAP file, one after the other.
struct LoadFileBlock {
    std::optional<Aid> package{};
    base::Bytes version{};
    std::vector<Aid> modules{};
};
/// Nothing when it is not made of components. Example: component 03 names the applets
[[nodiscard]] std::optional<LoadFileBlock> read_load_file(base::ByteView block);

}  // namespace domain
