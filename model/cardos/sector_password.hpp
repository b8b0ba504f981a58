/// \file sector_password.hpp
/// The 8-byte password with which the inside of a dual-interface card opens a sector: it follows
/// from the sector's two keys (fact sheet mifare-contact-access.md, section 1).
#pragma once

#include <array>

#include "base/key.hpp"
#include "domain/engine.hpp"

namespace cardos {

using SectorPassword = base::Key<8>;

/// Example: keys FF x 6 and FF x 6 give 0B 54 57 07 45 FE 3A E7
[[nodiscard]] SectorPassword sector_password(domain::Engine& engine, const base::SectorKey& key_a,
                                             const base::SectorKey& key_b);

}  // namespace cardos
