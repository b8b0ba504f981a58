/// \file application_package.hpp
/// What an issuer gives to be installed as a virtual card (docs/choices.md, system B).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace ota {

/// Whose card it is; one of each kind in a secure element.
enum class Kind : std::uint8_t { OneCard = 0x01, Bank = 0x02, Merchant = 0x03 };

/// Nothing for other bytes.
[[nodiscard]] std::optional<Kind> kind_from(std::uint8_t value) noexcept;
/// "one-card", "bank", "merchant".
[[nodiscard]] std::string_view to_string(Kind kind) noexcept;
/// The other way; nothing for other names.
[[nodiscard]] std::optional<Kind> kind_named(std::string_view name) noexcept;

/// One package in clear. It holds the card's keys: wiped when it goes, never logged.
struct ApplicationPackage {
    static constexpr std::size_t MostBytes = 16'384;
    static constexpr std::size_t MostBusinessBytes = 64;

    Kind kind = Kind::OneCard;
    std::uint32_t version = 1;  ///< counts up for an instance AID
    base::Bytes load_file{};    ///< AID; its own for each issuer
    base::Bytes module{};       ///< AID of native code, as of the purse D276000118AA3001
    base::Bytes instance{};     ///< AID of the virtual card
    std::string business{};     ///< for the card manager, 1 to 64 bytes
    base::Bytes parameters{};   ///< value of C9: keys, accounts, files
    base::Bytes block{};        ///< load file data block, as cap::load_file_data_block makes it

    ApplicationPackage() = default;
    ApplicationPackage(const ApplicationPackage&) = default;
    ApplicationPackage(ApplicationPackage&&) = default;
    ApplicationPackage& operator=(const ApplicationPackage&) = default;
    ApplicationPackage& operator=(ApplicationPackage&&) = default;
    ~ApplicationPackage();

    /// Throws std::invalid_argument when a field breaks its bounds.
    [[nodiscard]] base::Bytes bytes() const;
    /// Nothing when these are not the bytes of a package.
    [[nodiscard]] static std::optional<ApplicationPackage> parse(base::ByteView bytes);

    friend bool operator==(const ApplicationPackage&, const ApplicationPackage&) = default;
};

}  // namespace ota
