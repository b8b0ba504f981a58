// The file of a whole card. The input's checksum is put right, or no mutation would get past it.
#include <string_view>

#include "fuzz.hpp"
#include "nvm/crc_32.hpp"
#include "store/card_file.hpp"
#include "store/objects.hpp"

namespace {

store::Objects objects_of(store::SectorStore& memory) {
    return {memory.memory(), memory.object_root(), memory.object_heap(), 128};
}

/// Whatever lies in the heap: it can be read, or it is refused; it can be written, or it is full.
void use_objects(store::SectorStore memory) {
    auto objects = objects_of(memory);
    if (!objects.mount()) return;
    std::size_t bytes = 0;
    for (const auto id : objects.ids()) bytes += objects.read(id).value().size();
    fuzz::require(bytes <= memory.object_heap().size, "more in the heap than it holds");
    // No card leaves weak bits in pages that count; a file may, and then they read as they like.
    if (memory.weak_bits() != 0) return;
    store::Work work;
    objects.begin();
    objects.write(7, base::Bytes(100, 0x77));
    if (!objects.commit(work)) return;
    fuzz::require(objects.mount() && objects.read(7) == base::Bytes(100, 0x77), "lost an object");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::Bytes input(data, data + size);
    if (size >= 4) {
        const std::uint32_t crc = nvm::crc_32({data, size - 4}, nvm::Crc32Start);
        for (std::size_t i = 0; i < 4; ++i)
            input[size - 4 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    }
    try {
        const store::Card card = store::parse_card(input, "input");
        fuzz::require(card.memory.kind() == card.profile.kind, "kinds differ");
        fuzz::require(card.memory.contents().size() == card.memory.block_count(), "blocks");
        if (card.memory.options().object_pages != 0) use_objects(card.memory);
        const base::Bytes once = store::serialise(card.profile, card.memory);
        const store::Card again = store::parse_card(once, "again");
        fuzz::require(store::serialise(again.profile, again.memory) == once,
                      "written and read differ");
    } catch (const base::FileError& error) {
        const std::string_view text = error.what();
        fuzz::require(text.starts_with("input: offset "), "the error does not name the place");
        fuzz::require(text.find('\n') == std::string_view::npos, "the error is more than one line");
    }
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    std::vector<base::Bytes> all;
    port::CardProfile profile;
    for (const auto kind : {port::CardKind::Mini, port::CardKind::Classic1k}) {
        profile.kind = kind;
        store::SectorStore memory{kind};
        all.push_back(store::serialise(profile, memory));
        port::Block block{};
        block.fill(0x5A);
        (void)memory.program(5, block, 0);
        all.push_back(store::serialise(profile, memory));
    }
    store::SectorStore::Options options;
    options.object_pages = 12;
    store::SectorStore memory{port::CardKind::Mini, options};
    auto objects = objects_of(memory);
    objects.format();
    require(objects.mount(), "a fresh heap");
    store::Work work;
    objects.begin();
    objects.write(1, base::Bytes(150, 0x11));
    objects.write(2, {});
    require(objects.commit(work), "room");
    profile.kind = port::CardKind::Mini;
    profile.sak = 0x20;
    profile.ats = {0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
    all.push_back(store::serialise(profile, memory));
    profile.technology = port::Technology::B;
    profile.uid = {0x56, 0x64, 0x73, 0xF2};
    all.push_back(store::serialise(profile, memory));
    return all;
}
