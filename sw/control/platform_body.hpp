/// \file platform_body.hpp
/// What a platform in session says to a reader, and what its answers mean: the bodies of protected
/// messages (docs/reader-modules.md, Updates).
#pragma once

#include <array>

#include "control/update_door.hpp"

namespace control {

/// What a reader has of a kind, and the block of it that it waits for.
struct UpdateStatus {
    std::uint32_t version = 0;
    std::uint64_t wanted = NoBlock;
};
/// In the order of UpdateKinds.
using UpdateStates = std::array<UpdateStatus, UpdateKinds.size()>;

[[nodiscard]] base::Bytes status_body();
[[nodiscard]] base::Bytes begin_body(base::ByteView signed_header);
[[nodiscard]] base::Bytes block_body(UpdateKind kind, std::size_t index,
                                     const UpdateSigner::Package::Block& block);
[[nodiscard]] base::Bytes commit_body(UpdateKind kind);
[[nodiscard]] base::Bytes restart_body();

/// What follows the 00 of an answer. Throws the Refusal that the reader gave, or BadRequest when it
/// gave none.
[[nodiscard]] base::Bytes accepted(base::ByteView answer);
/// Of an accepted status. Throws Refusal (BadRequest).
[[nodiscard]] UpdateStates states_from(base::ByteView accepted);
/// Of an accepted begin: the next block. Throws Refusal (BadRequest).
[[nodiscard]] std::size_t wanted_from(base::ByteView accepted);

/// Refusal from reason (1) and line, as refusals of frames and of bodies have them.
[[noreturn]] void throw_refusal(base::ByteView payload);

}  // namespace control
