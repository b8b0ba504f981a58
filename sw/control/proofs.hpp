/// \file proofs.hpp
/// What client, reader and platform prove to each other: CMACs with constants that keep the
/// directions apart (reader-host.md, 3; docs/choices.md, Reader as a device).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/key.hpp"

namespace control {

using Nonce = std::array<std::uint8_t, 16>;
using Proof = std::array<std::uint8_t, 16>;
using AesKey = base::Key<16>;

/// K_R = CMAC(master, 01 | serial).
[[nodiscard]] AesKey reader_key(const AesKey& master, std::string_view serial);

/// The first authentication information: CMAC(client's key, "C1" | counter (8) | serial | client).
[[nodiscard]] Proof client_proof(const AesKey& key, std::uint64_t counter, std::string_view serial,
                                 std::string_view client);

/// What both sides of a platform's login know.
struct Meeting {
    Nonce platform{};  ///< N_P
    Nonce reader{};    ///< N_R
};

/// T_R = CMAC(K_R, "R1" | N_P | N_R | serial).
[[nodiscard]] Proof reader_proof(const AesKey& key, const Meeting& meeting,
                                 std::string_view serial);
/// T_P = CMAC(K_R, "P2" | N_R | N_P | serial).
[[nodiscard]] Proof platform_proof(const AesKey& key, const Meeting& meeting,
                                   std::string_view serial);
/// K_S = CMAC(K_R, "S3" | N_P | N_R).
[[nodiscard]] AesKey session_key(const AesKey& key, const Meeting& meeting);

enum class Direction : std::uint8_t { ToReader = 'P', ToPlatform = 'R' };

/// counter (4) | body | CMAC(K_S, direction | counter | body).
[[nodiscard]] base::Bytes protect(const AesKey& session, Direction direction, std::uint32_t counter,
                                  base::ByteView body);
/// The body of message `counter`; throws Refusal (Unauthentic) for any other, or a wrong MAC.
[[nodiscard]] base::Bytes unprotect(const AesKey& session, Direction direction,
                                    std::uint32_t counter, base::ByteView message);

[[nodiscard]] bool equal(const Proof& a, const Proof& b) noexcept;
[[nodiscard]] bool equal(const Proof& a, base::ByteView b) noexcept;

}  // namespace control
