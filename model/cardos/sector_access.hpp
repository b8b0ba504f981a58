/// \file sector_access.hpp
/// Sector data through the card OS, and so over contacts: viewed and changed by whoever the card
/// lets, while gates read the same sectors over the air.
#pragma once

#include <optional>

#include "cardos/application.hpp"
#include "cardos/sector_password.hpp"

namespace cardos {

/// Outside of the sectors it keeps, for each sector that it serves, a first and a second key and a
/// buffer file. Permission: the password that follows from the two keys (operation key) must equal
/// the one that follows from the keys in the sector (reference key), else 63E9. A change needs the
/// PIN first, else 6982.
///
/// Classes 80 and 84, in plain or in the secure channel of its domain; all that stands below the
/// line needs the PIN:
///   CA sector 00               the whole sector, keys that nobody may read as zeros
///   B4 00 00 07 0B sector bitmap(2) password(8)               read blocks: 07 L data
///   ----
///   B0 sector block Le         buffer file: what was entered, or the backup; keys as zeros.
///                              block 80 and above: the backup
///   D6 sector block Lc data    enters whole blocks. The first ones since the last change make a
///                              new backup, of the sector as it is
///   32 sector 00               backup of the sector as it is; what was entered is dropped
///   34 sector 00 | 01          what was entered to the sector, without | with the trailer, as a
///                              whole. 6985: nothing was entered; 63F5: the sector is no longer
///                              what it was when that began, so that a gate's change would be lost
///   36 sector 00 | 01          takes back: what was entered is dropped, or the last change is
///                              undone from the backup, trailer and all. 6985: there is nothing to
///                              take back; 63F5: the sector was changed again since (not with 01)
///   D4 00 00 06 L  sector bitmap(2) password(8) data          write blocks, as a whole; makes a
///                              backup too
/// 00 20 00 00 VERIFY, 00 24 00 00 old PIN new PIN; 00 2C 00 00 PUK new PIN, 00 2C 01 00 PUK: all
/// tries again. 63Cx, 6983: tries left; none. 63D4: no such sector or block, or block 0; 63F3: a
/// gate is at work in the sectors over the air; 6A82: the sector has no buffer file.
///
/// Personalised by C9 or STORE DATA: 81 sector first key(6) second key(6), 84 PIN, 85 PUK.
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
    [[nodiscard]] static apdu::Response read_blocks(Context& context, const apdu::Command& command);
    // With the PIN verified.
    [[nodiscard]] static apdu::Response change(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response read_buffer(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response enter(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response backup(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response modify(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response restore(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response write_blocks(Context& context,
                                                     const apdu::Command& command);
    // VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER.
    [[nodiscard]] apdu::Response pin(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response verify(Context& context, const apdu::Command& command);
    [[nodiscard]] apdu::Response change_pin(Context& context, const apdu::Command& command);
    [[nodiscard]] static apdu::Response unblock(Context& context, const apdu::Command& command);

    bool verified_ = false;
};

}  // namespace cardos
