/// \file memory_card.hpp
/// A MIFARE Classic card as PC/SC sees it: the reader's storage-card commands of class FF (PC/SC
/// part 3, 3.2.2.1) become authentication, reading and writing on the air.
///
///   FF 82 00|20 number 06 key                      keep a key, number 00 to 1F
///   FF 86 00 00 05 01 00 block 60|61 number        authenticate for the block's sector
///   FF B0 00 block Le                              read: the block, or its first Le bytes
///   FF D6 00 block 10 data                         write
#pragma once

#include <array>
#include <optional>

#include "apdu/command.hpp"
#include "base/key.hpp"
#include "reader/reader.hpp"

namespace hostlink {

class MemoryCard {
public:
    static constexpr std::size_t Keys = 32;

    explicit MemoryCard(reader::Reader& reader) : reader_{&reader} {}

    /// The card that is ACTIVE from now on. Keys outlive it.
    void begin(const reader::Card& card) { card_ = card; }

    /// A command of class FF, and its answer: 6D00 when it is none of the above. Nothing: the card
    /// is gone. A card that refused something (a read without authentication too) or was not
    /// understood is selected anew.
    [[nodiscard]] std::optional<apdu::Response> run(const apdu::Command& command);

private:
    using Answer = std::optional<apdu::Response>;

    [[nodiscard]] apdu::Response load_key(const apdu::Command& command);
    [[nodiscard]] Answer authenticate(const apdu::Command& command);
    [[nodiscard]] Answer read(const apdu::Command& command);
    [[nodiscard]] Answer write(const apdu::Command& command);
    /// `sw` from a card that is ACTIVE again; nothing when it is not.
    [[nodiscard]] Answer refused(apdu::StatusWord sw);
    [[nodiscard]] bool has_block(std::uint16_t block) const noexcept;

    reader::Reader* reader_;
    reader::Card card_{};
    std::array<std::optional<base::SectorKey>, Keys> keys_{};
};

}  // namespace hostlink
