/// \file package.hpp
/// CAP files of Java Card, as GlobalPlatform tools load them (Java Card 2.2.2 VM specification,
/// chapter 6).
///
/// The cards here run native applications, so a CAP file says which ones, and its code is one
/// `return`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace cap {

struct Applet {
    std::string name{};  ///< a Java identifier, for the manifest
    base::Bytes aid{};   ///< 5 to 16 bytes: the module AID
};

struct Package {
    std::string name{};  ///< of Java, as `cartouche.purse`
    base::Bytes aid{};   ///< 5 to 16 bytes: the load file AID
    std::uint8_t major = 1;
    std::uint8_t minor = 0;
    std::vector<Applet> applets{};
};

/// One component with its tag and size.
struct Component {
    std::string name{};  ///< as `Header`
    base::Bytes content{};
};

/// All components, in the order in which they are loaded; Descriptor, which stays off the card,
/// last. Throws std::invalid_argument when a name or an AID breaks its rule.
[[nodiscard]] std::vector<Component> components(const Package& package);

/// What goes onto the card: the value of C4.
[[nodiscard]] base::Bytes load_file_data_block(const Package& package);

/// The CAP file: a zip of manifest and components, always the same bytes for the same package.
[[nodiscard]] base::Bytes write(const Package& package);

}  // namespace cap
