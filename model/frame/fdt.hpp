/// \file fdt.hpp
/// Frame delay index n of each answer (docs/choices.md); the answer begins at G + 128 n.
#pragma once

namespace frame {

inline constexpr unsigned FdtIndexMin =
    9;  ///< ATQA, UID, SAK, {at}, every NAK, ACK of WRITE part 1
inline constexpr unsigned FdtIndexRead = 18;  ///< data of READ, ACK of value commands part 1
inline constexpr unsigned FdtIndexAuth = 35;  ///< card nonce

}  // namespace frame
