/// \file update_door.hpp
/// What a platform in session may ask of the reader: versions, updates, a restart (systems.md, E6).
#pragma once

#include <functional>

#include "control/update_store.hpp"

namespace control {

enum class PlatformCommand : std::uint8_t {
    Status = 1,  ///< for each kind: version (4), next block wanted (2, FFFF: none)
    Begin = 2,   ///< header and signature (130); answered by the next block wanted (2)
    Block = 3,   ///< kind (1), index (2), digest of the next (32), block (256)
    Commit = 4,  ///< kind (1)
    Restart = 5  ///< the newest software runs from then on; everything is disabled
};
inline constexpr std::uint64_t NoBlock = 0xFFFF;

class UpdateDoor {
public:
    /// `changed`: a kind has a new active content. `restart`: is wanted, after the answer.
    UpdateDoor(UpdateStore& store, std::function<void(UpdateKind)> changed,
               std::function<void()> restart)
        : store_{store}, changed_{std::move(changed)}, restart_{std::move(restart)} {}

    /// Throws Refusal.
    base::Bytes handle(base::ByteView body);

private:
    base::Bytes status() const;

    UpdateStore& store_;
    std::function<void(UpdateKind)> changed_;
    std::function<void()> restart_;
};

}  // namespace control
