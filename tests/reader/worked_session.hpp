/// \file worked_session.hpp
/// The worked sessions of globalplatform.md, sections 6.1 and 7.1: keys, challenge, the card's
/// answers.
#pragma once

#include <string_view>

#include "base/hex.hpp"
#include "reader/secure_channel.hpp"

namespace worked_session {

inline base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

inline reader::ChannelKeys keys_of(std::string_view enc, std::string_view mac,
                                   std::string_view dek) {
    return {reader::ScpKey{hex(enc)}, reader::ScpKey{hex(mac)}, reader::ScpKey{hex(dek)}};
}

inline constexpr std::string_view Test40 = "404142434445464748494A4B4C4D4E4F";
inline constexpr std::string_view Worked50 = "505152535455565758595A5B5C5D5E5F";
inline constexpr std::string_view Worked60 = "606162636465666768696A6B6C6D6E6F";
inline constexpr std::string_view WorkedHost = "1122334455667788";
inline constexpr std::string_view WorkedOffer02 =
    "0011223344556677889920020003 1E49FFD4D1E8 2ABDB1BD23BD36FF 9000";
inline constexpr std::string_view WorkedOffer03 =
    "00112233445566778899300370 BBBF3E6A8D4EB622 738F824897E4960C 000003 9000";

}  // namespace worked_session
