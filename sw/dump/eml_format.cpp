// eml_format.cpp - .eml of proxmark: a line of 32 hex digits for each block.
#include <algorithm>

#include "dump/formats.hpp"

namespace dump {

CardImage parse_eml(std::string_view text, std::string_view name) {
    CardImage image;
    image.format = Format::Eml;
    Lines lines{text};
    std::vector<BlockText> blocks;
    while (const auto line = lines.next()) {
        if (trimmed(*line).empty()) continue;
        const auto block = block_from(*line);
        if (!block) {
            const bool page = blocks.empty() && trimmed(*line).size() == 8;
            throw Error(name, lines.where(),
                        page ? "no MIFARE Classic image: pages of 4 bytes (Ultralight or NTAG?)"
                             : "expected the 32 hex digits of a block");
        }
        if (blocks.size() == 256)
            throw Error(name, lines.where(), "more than the 256 blocks of a 4K card");
        blocks.push_back(*block);
    }
    const auto kind = kind_of(blocks.size());
    if (!kind)
        throw Error(
            name, lines.where(),
            "ends after " + std::to_string(blocks.size()) + " blocks, expected 20, 64 or 256");
    image.kind = *kind;
    image.blocks.resize(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) set_block(image, i, blocks[i]);
    identify_by_block_0(image);
    note_unknown(image);
    return image;
}

std::string eml_text(const CardImage& image) {
    std::string text;
    for (std::size_t i = 0; i < image.blocks.size(); ++i) text += block_text(image, i, "") + "\n";
    return text;
}

}  // namespace dump
