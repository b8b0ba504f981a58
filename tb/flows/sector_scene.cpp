#include "flows/sector_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "dump/access_bits.hpp"

namespace flows {
namespace {

// Keys and password of the fact sheet's first row.
constexpr std::array<std::uint8_t, 6> KeyA{0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5};
constexpr std::array<std::uint8_t, 6> KeyB{0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5};
/// Data read with either key and written with either, keys written with key B only, neither read:
/// access groups 000, 000, 000, 011.
constexpr std::array<std::uint8_t, 4> Rights{0x7F, 0x07, 0x88, 0x69};
constexpr std::uint8_t FirstBlock = SectorScene::Sector * SectorScene::Blocks;
constexpr std::uint8_t ClaSector = 0x80;

const base::Bytes Application = base::from_hex("D276000118AA4001").value();

port::Block block_of(base::ByteView bytes) {
    port::Block block{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), block.size()), block.begin());
    return block;
}

port::Block text_block(std::string_view text) {
    return block_of(base::Bytes{text.begin(), text.end()});
}

port::Block trailer() {
    base::Bytes bytes{KeyA.begin(), KeyA.end()};
    bytes.insert(bytes.end(), Rights.begin(), Rights.end());
    bytes.insert(bytes.end(), KeyB.begin(), KeyB.end());
    return block_of(bytes);
}

cardos::ChipOptions chip() {
    cardos::ChipOptions options;
    options.sectors[FirstBlock] = text_block("MONTHLY TICKET 7");
    options.sectors[FirstBlock + 1] = block_of(value_block(2500, FirstBlock + 1));
    options.sectors[FirstBlock + 3] = trailer();
    base::Bytes keys{SectorScene::Sector};
    keys.insert(keys.end(), KeyA.begin(), KeyA.end());
    keys.insert(keys.end(), KeyB.begin(), KeyB.end());
    base::Bytes objects = apdu::tlv(0x81, keys);
    const auto pin = SectorScene::pin();
    const auto of_pin = apdu::tlv(0x84, base::Bytes{pin.begin(), pin.end()});
    objects.insert(objects.end(), of_pin.begin(), of_pin.end());
    cardos::preload(options.factory, "sector-access", objects);
    return options;
}

}  // namespace

base::Bytes value_block(std::int32_t value, std::uint8_t address) {
    base::Bytes block;
    const auto put = [&](std::uint32_t word) {
        for (unsigned i = 0; i < 4; ++i)
            block.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
    };
    const auto word = static_cast<std::uint32_t>(value);
    put(word);
    put(~word);
    put(word);
    for (unsigned i = 0; i < 4; ++i)
        block.push_back(i % 2 == 0 ? address : static_cast<std::uint8_t>(~address));
    return block;
}

SectorScene::SectorScene(const FlowOptions& options)
    : options_{options}, key_a_{KeyA}, stage_{stage_options(options), chip()} {
    stage_.log().hide(KeyA);
    stage_.log().hide(KeyB);
    stage_.log().hide(password());
    stage_.log().hide(wrong_password());
}

base::Bytes SectorScene::password() { return base::from_hex("8C7F46D76CE01266").value(); }
base::Bytes SectorScene::wrong_password() { return base::from_hex("0B54570745FE3AE7").value(); }

apdu::Response SectorScene::select() {
    return stage_.exchange(options_.via, {0x00, 0xA4, 0x04, 0x00, Application, 256});
}

apdu::Response SectorScene::get_data() {
    return stage_.exchange(options_.via, {ClaSector, 0xCA, Sector, 0x00, {}, 256});
}

apdu::Response SectorScene::verify(std::string_view pin) {
    return stage_.exchange(options_.via, {0x00, 0x20, 0x00, 0x00, {pin.begin(), pin.end()}, {}});
}

apdu::Response SectorScene::read_buffer(std::uint8_t block) {
    return stage_.exchange(options_.via, {ClaSector, 0xB0, Sector, block, {}, BlockBytes});
}

apdu::Response SectorScene::enter(std::uint8_t block, base::ByteView data) {
    return stage_.exchange(options_.via,
                           {ClaSector, 0xD6, Sector, block, {data.begin(), data.end()}, {}});
}

apdu::Response SectorScene::modify() {
    return stage_.exchange(options_.via, {ClaSector, 0x34, Sector, 0x00, {}, {}});
}

apdu::Response SectorScene::restore() {
    return stage_.exchange(options_.via, {ClaSector, 0x36, Sector, 0x00, {}, {}});
}

apdu::Response SectorScene::read_by_password(base::ByteView password) {
    base::Bytes body{Sector, 0x00, 0x0F};
    body.insert(body.end(), password.begin(), password.end());
    return stage_.exchange(options_.via, {0x84, 0xB4, 0x00, 0x00, apdu::tlv(0x07, body), 256});
}

base::Bytes SectorScene::by_gate() {
    open_by_gate();
    base::Bytes sector;
    for (std::size_t i = 0; i < Blocks; ++i) {
        const auto block = read_by_gate(i);
        sector.insert(sector.end(), block.begin(), block.end());
    }
    end_by_gate();
    return sector;
}

void SectorScene::open_by_gate() {
    require(stage_.gate().open(FirstBlock, key_a_) == reader::Status::Ok,
            "the gate cannot open the sector");
}

base::Bytes SectorScene::read_by_gate(std::size_t block) {
    auto read = stage_.gate().read(static_cast<std::uint8_t>(FirstBlock + block));
    require(read.status == reader::Status::Ok, fmt::format("the gate cannot read block {}", block));
    return std::move(read.data);
}

void SectorScene::end_by_gate() {
    require(stage_.gate().halt() == reader::Status::Ok, "the card does not halt");
}

void SectorScene::change_keys_by_gate() {
    constexpr std::uint8_t Trailer = FirstBlock + Blocks - 1;
    auto changed = trailer();
    changed[0] ^= 0x0F;
    stage_.log().hide(base::ByteView{changed}.first(KeyA.size()));
    Gate& gate = stage_.gate();
    require(gate.open(Trailer, base::SectorKey{KeyB}, reader::KeyKind::B) == reader::Status::Ok,
            "the gate cannot open the sector");
    require(gate.write(Trailer, changed).status == reader::Status::Ok,
            "the gate cannot write the keys");
    require(gate.halt() == reader::Status::Ok, "the card does not halt");
}

std::vector<std::string> decoded(base::ByteView sector) {
    std::vector<std::string> lines;
    const std::size_t blocks = sector.size() / SectorScene::BlockBytes;
    for (std::size_t i = 0; i < blocks; ++i) {
        const auto block = sector.subspan(i * SectorScene::BlockBytes, SectorScene::BlockBytes);
        std::string meaning;
        if (i + 1 == blocks) {
            const auto groups = dump::decode_access({block[6], block[7], block[8]});
            meaning = groups ? "access bits " + dump::access_text(*groups) : "blocked";
        } else {
            const auto value = static_cast<std::int32_t>(
                static_cast<std::uint32_t>(block[0]) | static_cast<std::uint32_t>(block[1]) << 8 |
                static_cast<std::uint32_t>(block[2]) << 16 |
                static_cast<std::uint32_t>(block[3]) << 24);
            const auto as_value = value_block(value, block[12]);
            if (std::equal(block.begin(), block.end(), as_value.begin()))
                meaning = fmt::format("value {}, address {}", value, block[12]);
            else if (std::all_of(block.begin(), block.end(), [](auto c) { return c == 0; }))
                meaning = "empty";
            else if (std::all_of(block.begin(), block.end(),
                                 [](auto c) { return c == 0 || std::isprint(c) != 0; }))
                meaning = "text \"" +
                          std::string{block.begin(), std::find(block.begin(), block.end(), 0)} +
                          '"';
        }
        lines.push_back(fmt::format("block {}: {}  {}", i, base::to_hex(block, " "), meaning));
    }
    return lines;
}

}  // namespace flows
