/// \file shown.hpp
/// Commands as people read them in logs: without what is secret in them.
#pragma once

#include <string>

#include "base/bytes.hpp"

namespace apdu {

/// A command in hex, with ** for each byte of data that is, or may be, a key, a password or a PIN:
///   - VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER; ENVELOPE, whatever it carries
///   - GlobalPlatform: INSTALL [for install] and STORE DATA, in which applications get their keys.
///     PUT KEY carries encrypted keys and their check values: it is shown
///   - classes 8x: B4, D4 and D6, sector access by its password, blocks with keys
///   - class FF, the reader's: LOAD KEY, and UPDATE BINARY of a sector trailer
///   - bytes that are no command: all behind the header
/// Example: shown({0x00, 0x20, 0x00, 0x00, 0x02, 0x12, 0x34}) == "00 20 00 00 02 ** **"
[[nodiscard]] std::string shown(base::ByteView command);

}  // namespace apdu
