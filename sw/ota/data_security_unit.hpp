/// \file data_security_unit.hpp
/// The business platform's data security unit: opens what a secure channel module says, and seals
/// packages for it (systems.md B3; docs/choices.md, keys of a download).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ota/application_package.hpp"
#include "reader/scp_crypto.hpp"

namespace ota {

using Request = std::array<std::uint8_t, 8>;

/// What the module says of the card that it chose.
struct TargetCard {
    Kind kind = Kind::OneCard;
    unsigned number = 0;
    Request request{};
    std::string element{};      ///< id of the secure element, hexadecimal
    std::string installed{};    ///< AID of what the card holds, hexadecimal; empty: nothing
    std::uint32_t version = 0;  ///< of what it holds
};

/// A package on its way.
struct SealedPackage {
    base::Bytes header{};               ///< data of BEGIN
    std::vector<base::Bytes> blocks{};  ///< data of each BLOCK
};

class DataSecurityUnit {
public:
    explicit DataSecurityUnit(reader::ScpKey module_key) : key_{std::move(module_key)} {}

    /// Nothing when the module did not say so.
    [[nodiscard]] std::optional<TargetCard> open(base::ByteView sealed) const;
    [[nodiscard]] SealedPackage seal(const ApplicationPackage& package,
                                     const TargetCard& target) const;

private:
    [[nodiscard]] reader::ScpKey key(std::uint8_t label, base::ByteView request) const;

    reader::ScpKey key_;
};

}  // namespace ota
