// raw_format.cpp - .mfd and .bin: nothing but the blocks.
#include <algorithm>

#include "dump/formats.hpp"

namespace dump {

CardImage parse_raw(base::ByteView content, std::string_view name) {
    constexpr std::size_t BlockBytes = 16;
    const auto kind = kind_of(content.size() / BlockBytes);
    if (!kind || content.size() % BlockBytes != 0) {
        const std::string_view hint = content.size() == 64    ? " (64 bytes: MIFARE Ultralight?)"
                                      : content.size() == 192 ? " (192 bytes: a key file?)"
                                                              : "";
        throw Error(
            name, "offset " + std::to_string(content.size()),
            "no MIFARE Classic image: a raw one has 320, 1024 or 4096 bytes" + std::string{hint});
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
