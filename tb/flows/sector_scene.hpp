/// \file sector_scene.hpp
/// What the flows of system A share: a chip whose sector 1 a gate uses, a terminal's commands to
/// the card's sector access, and the gate's view.
#pragma once

#include <string>

#include "flows/flow.hpp"

namespace flows {

/// Example of a run: scene.select(); scene.verify(); scene.enter(1, block); scene.modify();
class SectorScene {
public:
    static constexpr std::uint8_t Sector = 1;
    static constexpr std::size_t Blocks = 4;
    static constexpr std::size_t BlockBytes = 16;

    explicit SectorScene(const FlowOptions& options);

    [[nodiscard]] Stage& stage() noexcept { return stage_; }

    // The terminal's commands, in the order of the sheet.
    apdu::Response select();
    apdu::Response get_data();
    apdu::Response verify(std::string_view pin);
    apdu::Response read_buffer(std::uint8_t block);
    apdu::Response enter(std::uint8_t block, base::ByteView data);
    apdu::Response modify();
    apdu::Response restore();
    /// B4: by the password of the sector's two keys.
    apdu::Response read_by_password(base::ByteView password);

    /// All four blocks as a gate reads them with key A, in a session of its own that ends with
    /// HLTA. Throws FlowFailure.
    base::Bytes by_gate();
    // The same bit by bit; blocks are counted in the sector.
    void open_by_gate();
    base::Bytes read_by_gate(std::size_t block);
    void end_by_gate();
    /// A gate that knows key B writes a trailer with another key A.
    void change_keys_by_gate();

    [[nodiscard]] const base::SectorKey& key_a() const noexcept { return key_a_; }
    /// The password that follows from the keys (fact sheet mifare-contact-access.md, section 1).
    [[nodiscard]] static base::Bytes password();
    /// That of other keys.
    [[nodiscard]] static base::Bytes wrong_password();
    [[nodiscard]] static constexpr std::string_view pin() { return "1234"; }

private:
    FlowOptions options_;
    base::SectorKey key_a_;
    Stage stage_;
};

/// A value block as MIFARE Classic keeps it. Example: value_block(2500, 5)
[[nodiscard]] base::Bytes value_block(std::int32_t value, std::uint8_t address);
/// What a sector holds, for people: text, values, access bits; a line a block.
[[nodiscard]] std::vector<std::string> decoded(base::ByteView sector);

}  // namespace flows
