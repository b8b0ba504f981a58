/// \file ndef.hpp
/// NDEF messages in the data blocks of a card: text and addresses, for people to read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace terminal {

struct NdefRecord {
    std::string type{};  ///< "text", "address", or the record's own type
    std::string text{};  ///< in UTF-8; hexadecimal where it is neither
};

struct NdefMessage {
    std::vector<NdefRecord> records{};
    bool whole = true;  ///< false: it goes on behind the bytes given, or is broken
};

/// The first NDEF message (TLV 03) in `bytes`; nothing when there is none.
/// Example: 03 08 D1 01 04 54 02 65 6E 41 FE holds a text record "A"
[[nodiscard]] std::optional<NdefMessage> read_ndef(base::ByteView bytes);

}  // namespace terminal
