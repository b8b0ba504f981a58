/// \file data_objects.hpp
/// Data objects of the domains: what STORE DATA keeps and GET DATA tells.
#pragma once

#include <array>
#include <vector>

#include "apdu/command.hpp"
#include "apdu/tlv.hpp"
#include "domain/context.hpp"

namespace domain {

inline constexpr apdu::Tag IssuerIdentificationTag = 0x42;
inline constexpr apdu::Tag CardImageTag = 0x45;
inline constexpr apdu::Tag AidTag = 0x4F;
inline constexpr apdu::Tag CardDataTag = 0x66;
inline constexpr apdu::Tag RecognitionTag = 0x73;
inline constexpr apdu::Tag DiversificationTag = 0xCF;
inline constexpr apdu::Tag CplcTag = 0x9F7F;
inline constexpr apdu::Tag CertificateTag = 0x7F21;
inline constexpr std::size_t DiversificationBytes = 10;

/// Pairs of protocol and option i that a domain speaks: its own (C9, tag 81), else the issuer's.
[[nodiscard]] std::vector<std::array<std::uint8_t, 2>> protocols(Card& card, Slot domain);

/// The value as it was stored; empty when there is none.
[[nodiscard]] base::Bytes data_object(Card& card, Slot domain, apdu::Tag tag);
/// An empty value takes it away.
void set_data_object(Card& card, Slot domain, apdu::Tag tag, base::ByteView value);
/// Whether STORE DATA may set it: not what the card reckons itself.
[[nodiscard]] bool can_be_stored(apdu::Tag tag) noexcept;

/// How many receipts were made; `next` is kept in the ledger.
[[nodiscard]] std::uint16_t next_confirmation(Card& card);

/// The value of 73: which GlobalPlatform, which secure channels.
[[nodiscard]] base::Bytes recognition_data(Card& card, Slot domain);
/// SELECT's answer.
[[nodiscard]] base::Bytes fci(Card& card, const Entry& domain);

[[nodiscard]] apdu::Response get_data(Context& context, const apdu::Command& command);

}  // namespace domain
