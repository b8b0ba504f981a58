// eml_format.cpp - .eml of proxmark: a line of hex digits for each block, or page.
#include <algorithm>

#include "dump/formats.hpp"

namespace dump {

CardImage parse_eml(std::string_view text, std::string_view name) {
    CardImage image;
    image.format = Format::Eml;
    Lines lines{text};
    std::size_t bytes = BlockBytes;
    std::vector<UnitText> units;
    while (const auto line = lines.next()) {
        if (trimmed(*line).empty()) continue;
        if (units.empty() && unit_from(*line, PageBytes)) bytes = PageBytes;
        const auto unit = unit_from(*line, bytes);
        if (!unit)
            throw Error(name, lines.where(),
                        "expected the " + std::to_string(2 * bytes) + " hex digits of a " +
                            unit_name(bytes));
        if (units.size() == 256)
            throw Error(name, lines.where(), "more than the 256 blocks of a 4K card");
        units.push_back(*unit);
    }
    const auto kind = kind_of(units.size(), bytes);
    if (!kind) throw Error(name, lines.where(), "ends after " + wrong_count(units.size(), bytes));
    image.kind = *kind;
    image.blocks.resize(port::blocks_of(*kind));
    for (std::size_t i = 0; i < units.size(); ++i) set_unit(image, i, units[i]);
    identify_by_block_0(image);
    note_unknown(image);
    return image;
}

std::string eml_text(const CardImage& image) {
    std::string text;
    for (std::size_t i = 0; i < units_of(image.kind); ++i) text += unit_text(image, i, "") + "\n";
    return text;
}

}  // namespace dump
