/// \file sector_access.hpp
/// Sector data through the card OS, and so over contacts: viewed and changed by whoever the card
/// lets, while gates read the same sectors over the air.
#pragma once

#include <optional>

#include "cardos/application.hpp"
#include "cardos/sector_password.hpp"

namespace cardos {

/// Outside of the sectors it keeps, for each sector that it serves, a first and a second key and a
/// buffer file with a backup. Permission: the password that follows from the two keys must equal
/// the one that follows from the keys in the sector (63E9). A change needs the PIN first (6982).
///
/// Classes 80 and 84, in plain or in the secure channel of its domain:
///   CA sector 00               the whole sector, keys that nobody may read as zeros
///   B0 sector block Le         buffer file            D6 sector block Lc data   change it
///   32 sector 00               sector to buffer file
///   34 sector 00 | 01          buffer file to sector, without | with the trailer, as a whole
///   B4 00 00 07 0B sector bitmap(2) password(8)               read blocks: 07 L data
///   D4 00 00 06 L  sector bitmap(2) password(8) data          write blocks, as a whole
/// 00 20 00 00 VERIFY, 00 24 00 00 old PIN new PIN. 63D4: no such sector or block, or block 0;
/// 63F3: a reader is at work in the sectors over the air.
///
/// Personalised by C9 or STORE DATA: 81 sector first key(6) second key(6), 84 PIN.
class SectorAccess final : public Application {
public:
    [[nodiscard]] apdu::StatusWord install(Context& context, base::ByteView parameters) override;
    [[nodiscard]] apdu::Response personalise(Context& context,
                                             const apdu::Command& command) override;
    [[nodiscard]] apdu::Response select(Context& context) override;
    [[nodiscard]] apdu::Response process(Context& context, const apdu::Command& command) override;
    [[nodiscard]] bool has_secure_channel() const override { return true; }

private:
    struct Blocks;

    [[nodiscard]] static apdu::StatusWord personalise(Context& context, base::ByteView objects);
    [[nodiscard]] static apdu::StatusWord permission(Context& context, unsigned sector,
                                                     const SectorPassword* given);
    [[nodiscard]] static apdu::StatusWord parse(const apdu::Command& command, std::uint8_t tag,
                                                Blocks& blocks);
    [[nodiscard]] static apdu::Response get_data(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response buffer(Context& context, const apdu::Command& command) const;
    [[nodiscard]] static apdu::Response backup(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response modify(Context& context, const apdu::Command& command) const;
    [[nodiscard]] static apdu::Response read_blocks(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response write_blocks(Context& context, const apdu::Command& command) const;
    [[nodiscard]] apdu::Response pin(Context& context, const apdu::Command& command);

    bool verified_ = false;
};

}  // namespace cardos
