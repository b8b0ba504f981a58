/// \file short_message.hpp
/// Short messages around secured packets: concatenation, SMS-DELIVER, ENVELOPE, and the SMS-SUBMIT
/// of a card's proactive command (3GPP TS 23.040, 31.115, 31.111; ota-sms.md, section 5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "apdu/command.hpp"

namespace ota {

inline constexpr std::size_t MostUserData = 140;

/// Width of a concatenation reference.
enum class Reference : std::uint8_t { Narrow = 8, Wide = 16 };

/// User data, header included, of one message or of as many as the packet needs. Throws
/// std::length_error above 255 parts.
/// Example: to_user_data(packet, 0x5A).front() begins 07 00 03 5A 02 01 70 00
[[nodiscard]] std::vector<base::Bytes> to_user_data(base::ByteView packet, std::uint16_t reference,
                                                    Reference width = Reference::Narrow);

/// Time stamp of the service centre, as it goes out: each byte with its digits changed over.
using TimeStamp = std::array<std::uint8_t, 7>;
/// SMS-DELIVER to the card: protocol identifier 7F, data coding F6. `from`: digits.
[[nodiscard]] base::Bytes deliver(base::ByteView user_data, std::string_view from,
                                  const TimeStamp& at);
/// ENVELOPE (SMS-PP download) of an SMS-DELIVER.
[[nodiscard]] apdu::Command envelope(base::ByteView deliver);

/// Whether a phone gives this SMS-DELIVER to its card.
[[nodiscard]] bool is_for_card(base::ByteView deliver) noexcept;
/// The user data of an SMS-SUBMIT; nothing when it is none.
[[nodiscard]] std::optional<base::Bytes> user_data_of_submit(base::ByteView submit);
/// The SMS-SUBMIT in a proactive command SEND SHORT MESSAGE; nothing when it is another one.
[[nodiscard]] std::optional<base::Bytes> submit_of(base::ByteView proactive);

}  // namespace ota
