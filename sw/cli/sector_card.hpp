/// \file sector_card.hpp
/// Chips whose card OS opens their MIFARE Classic sectors to who has the PIN (system A).
#pragma once

#include <string_view>
#include <vector>

#include "domain/factory.hpp"
#include "dump/card_image.hpp"

namespace cli {

/// PIN and unblocking code of the cards that we make. They are as public as the keys 40..4F.
inline constexpr std::string_view FactoryPin = "1234";
inline constexpr std::string_view FactoryUnblockingCode = "12345678";

/// Adds the application to what leaves the factory, with the keys that stand in the trailers of
/// `sectors`, and an e-purse of 48.50.
void give_sector_access(domain::Factory& factory, const std::vector<port::Block>& sectors);

/// Content to look at: a directory, an NDEF message, texts and values. `card` is fresh and has at
/// least 16 sectors.
void fill_with_samples(dump::CardImage& card);

}  // namespace cli
