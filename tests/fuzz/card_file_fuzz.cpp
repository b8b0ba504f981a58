// The file of a whole card. The input's checksum is put right, or no mutation would get past it.
#include <string_view>

#include "fuzz.hpp"
#include "nvm/crc_32.hpp"
#include "store/card_file.hpp"

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
    for (const auto kind : {port::CardKind::Mini, port::CardKind::Classic1k}) {
        port::CardProfile profile;
        profile.kind = kind;
        store::SectorStore memory{kind};
        all.push_back(store::serialise(profile, memory));
        port::Block block{};
        block.fill(0x5A);
        (void)memory.program(5, block, 0);
        all.push_back(store::serialise(profile, memory));
    }
    return all;
}
