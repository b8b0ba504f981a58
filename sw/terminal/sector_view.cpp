#include "terminal/sector_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/hex.hpp"
#include "terminal/access_words.hpp"
#include "terminal/card.hpp"
#include "terminal/text.hpp"

namespace terminal {
namespace {

constexpr unsigned DirectorySector1 = 0;
constexpr unsigned DirectorySector2 = 16;

port::Block block_at(base::ByteView content, unsigned index) {
    port::Block block{};
    std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(index * BlockBytes), BlockBytes,
                block.begin());
    return block;
}

BlockView describe_trailer(unsigned number, const port::Block& data, const SectorView& sector) {
    BlockView view{number, BlockKind::Trailer, without_keys(data), {}, {}, {}};
    view.meaning = "keys and access bits " + access_meaning(sector.access);
    if (has_directory(data[GeneralAt])) view.meaning += ", card with a directory";
    return view;
}

BlockView describe_manufacturer(const port::Block& data, std::size_t uid_bytes) {
    const auto uid = base::ByteView{data}.first(std::min(uid_bytes, data.size()));
    return {0, BlockKind::Manufacturer, data, "UID " + base::to_hex(uid, " "), {}, {}};
}

void describe_directory(SectorView& view) {
    if (view.sector != DirectorySector1 && view.sector != DirectorySector2) return;
    if (!has_directory(view.trailer().data[GeneralAt])) return;
    const base::Bytes data = data_of(view);
    view.directory =
        view.sector == DirectorySector1 ? read_directory_1(data) : read_directory_2(data);
    for (BlockView& block : view.blocks) {
        if (block.kind == BlockKind::Trailer || block.kind == BlockKind::Manufacturer) continue;
        block.kind = BlockKind::Directory;
        block.meaning = view.directory->sound ? "application directory"
                                              : "application directory, its check byte is wrong";
        block.value.reset();
    }
}

void describe_ndef(SectorView& view, const Surroundings& around) {
    if (around.application != NdefAid) return;
    base::Bytes data = data_of(view);
    data.insert(data.end(), around.ndef_behind.begin(), around.ndef_behind.end());
    view.ndef = read_ndef(data);
    for (BlockView& block : view.blocks) {
        if (block.kind == BlockKind::Trailer || block.kind == BlockKind::Empty) continue;
        block.kind = BlockKind::Ndef;
        block.meaning = "NDEF message";
        block.value.reset();
    }
}

}  // namespace

std::string_view to_string(BlockKind kind) noexcept {
    switch (kind) {
        case BlockKind::Empty:
            return "empty";
        case BlockKind::Data:
            return "data";
        case BlockKind::Text:
            return "text";
        case BlockKind::Value:
            return "value";
        case BlockKind::Directory:
            return "directory";
        case BlockKind::Ndef:
            return "ndef";
        case BlockKind::Manufacturer:
            return "manufacturer";
        case BlockKind::Trailer:
            break;
    }
    return "trailer";
}

port::Block without_keys(port::Block trailer) noexcept {
    std::fill_n(trailer.begin(), KeyBytes, std::uint8_t{0});
    std::fill_n(trailer.begin() + KeyBAt, KeyBytes, std::uint8_t{0});
    return trailer;
}

std::optional<dump::AccessGroups> access_of(const port::Block& trailer) noexcept {
    return dump::decode_access({trailer[6], trailer[7], trailer[8]});
}

std::string access_meaning(const std::optional<dump::AccessGroups>& groups) {
    return groups ? dump::access_text(*groups)
                  : "whose copies do not match: gates find this sector blocked for ever";
}

std::vector<std::string> rights_of(const dump::AccessGroups& groups, unsigned blocks) {
    const bool b_works = key_b_works(groups[3]);
    std::vector<std::string> made;
    for (unsigned index = 0; index + 1 < blocks; ++index)
        made.push_back(words(data_rights(groups[group_of(index, blocks)], b_works)));
    made.push_back(words(trailer_rights(groups[3])));
    return made;
}

BlockView describe_data(unsigned number, const port::Block& data) {
    BlockView view{number, BlockKind::Data, data, {}, {}, read_value(data)};
    if (std::all_of(data.begin(), data.end(), [](std::uint8_t byte) { return byte == 0; })) {
        view.kind = BlockKind::Empty;
        view.meaning = "empty";
    } else if (view.value) {
        view.kind = BlockKind::Value;
        view.meaning = fmt::format("value {}, address {}", view.value->amount, view.value->address);
    } else if (const std::string text = text_in(data); !text.empty()) {
        view.kind = BlockKind::Text;
        view.meaning = "“" + text + "”";
    }
    return view;
}

base::Bytes data_of(const SectorView& view) {
    base::Bytes data;
    for (const BlockView& block : view.blocks)
        if (block.kind != BlockKind::Trailer && block.number != 0)
            data.insert(data.end(), block.data.begin(), block.data.end());
    return data;
}

SectorView describe(unsigned sector, base::ByteView content, const Surroundings& around) {
    const unsigned count = blocks_in(sector);
    if (content.size() != count * BlockBytes)
        throw std::invalid_argument{"a sector has all of its blocks"};
    SectorView view;
    view.sector = sector;
    view.application = around.application;
    const unsigned first = first_block(sector);
    const port::Block trailer = block_at(content, count - 1);
    view.access = access_of(trailer);
    view.key_b_works = view.access && key_b_works((*view.access)[3]);
    for (unsigned index = 0; index + 1 < count; ++index) {
        const port::Block data = block_at(content, index);
        view.blocks.push_back(first + index == 0 ? describe_manufacturer(data, around.uid_bytes)
                                                 : describe_data(first + index, data));
    }
    view.blocks.push_back(describe_trailer(first + count - 1, trailer, view));
    describe_directory(view);
    describe_ndef(view, around);
    if (!view.access) return view;
    const auto rights = rights_of(*view.access, count);
    for (unsigned index = 0; index < count; ++index) view.blocks[index].rights = rights[index];
    if (first == 0) {
        DataRights manufacturer = data_rights((*view.access)[0], view.key_b_works);
        manufacturer.write = manufacturer.increment = manufacturer.decrement = Keys::None;
        view.blocks[0].rights = words(manufacturer);
    }
    return view;
}

}  // namespace terminal
