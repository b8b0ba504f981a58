/// \file store_data.hpp
/// STORE DATA (GlobalPlatform Card Specification, 11.11): data objects and keys for a domain, raw
/// blocks for an application.
#pragma once

#include "apdu/command.hpp"
#include "domain/context.hpp"

namespace domain {

/// Blocks for a domain are gathered and take effect together with the last one.
[[nodiscard]] apdu::Response store_data(Context& context, const apdu::Command& command);

/// The keys of data groupings 00B9 and those behind it, for `domain`.
[[nodiscard]] apdu::StatusWord store_groupings(Context& context, Slot domain, base::ByteView bytes);
/// Data objects in BER-TLV.
[[nodiscard]] apdu::StatusWord store_objects(Context& context, Slot domain, base::ByteView bytes);

}  // namespace domain
