// raw_format.cpp - .mfd and .bin: nothing but the blocks, or pages.
#include <algorithm>

#include "dump/formats.hpp"

namespace dump {

std::optional<port::CardKind> raw_kind(std::size_t size) noexcept {
    for (const port::CardKind kind : port::CardKinds)
        if (units_of(kind) * unit_bytes(kind) == size) return kind;
    return std::nullopt;
}

CardImage parse_raw(base::ByteView content, std::string_view name) {
    constexpr std::size_t KeyFileBytes = 192;
    const auto kind = raw_kind(content.size());
    if (!kind) {
        const std::string_view hint =
            content.size() == KeyFileBytes ? " (192 bytes: a key file?)" : "";
        throw Error(name, "offset " + std::to_string(content.size()),
                    "no card image: a raw one has 320, 1024 or 4096 bytes, of type 2 memory 64, "
                    "180, 240, 540 or 924" +
                        std::string{hint});
    }
    CardImage image;
    image.kind = *kind;
    image.format = Format::Raw;
    image.blocks.resize(port::blocks_of(*kind));
    for (std::size_t i = 0; i < content.size(); ++i)
        image.blocks[i / BlockBytes][i % BlockBytes] = content[i];
    identify_by_block_0(image);
    return image;
}

}  // namespace dump
