/// \file image_property.hpp
/// What holds for every input of a reader of card images.
#pragma once

#include <string_view>

#include "dump/card_image.hpp"
#include "fuzz.hpp"

namespace fuzz {

/// Refused with one line, or a whole card that survives being written and read again.
/// `parse` takes content and name.
template <typename Parse>
void check_image(base::ByteView input, const Parse& parse) {
    dump::CardImage image;
    try {
        image = parse(input, "input");
    } catch (const dump::Error& error) {
        const std::string_view text = error.what();
        require(text.starts_with("input: "), "the error does not begin with the file");
        require(text.find('\n') == std::string_view::npos, "the error is more than one line");
        return;
    }
    const std::size_t blocks = image.blocks.size();
    require(blocks == port::blocks_of(image.kind), "no such card");
    const std::size_t uid = image.uid.size();
    require(uid == 4 || uid == 7 || uid == 10, "no such UID");
    require(image.unknown.empty() || image.unknown.size() == blocks * 16, "unknown bytes");
    const dump::CardImage again = parse(dump::serialise(image), "again");
    require(again.blocks == image.blocks && again.kind == image.kind, "written and read differ");
    require(again.unknown == image.unknown, "unknown bytes are lost");
    if (image.format == dump::Format::Proxmark || image.format == dump::Format::Flipper)
        require(again.uid == image.uid && again.atqa == image.atqa && again.sak == image.sak,
                "identity is lost");
}

/// A reader of text as one of bytes.
template <dump::CardImage (*Parse)(std::string_view, std::string_view)>
dump::CardImage text_parser(base::ByteView content, std::string_view name) {
    return Parse({reinterpret_cast<const char*>(content.data()), content.size()}, name);
}

/// Cards of all kinds in one format, some bytes of one of them unknown where the format can say so.
inline std::vector<base::Bytes> image_seeds(dump::Format format) {
    std::vector<base::Bytes> seeds;
    for (const auto kind : port::CardKinds) {
        for (const std::size_t uid : {4U, 7U}) {
            if (port::is_type2(kind) && uid != 7) continue;
            dump::CardImage image =
                dump::fresh(kind, base::Bytes(uid, 0x2A), dump::default_identity(kind, uid));
            image.format = format;
            seeds.push_back(dump::serialise(image));
            if (format == dump::Format::Raw) continue;
            image.unknown.resize(image.blocks.size() * 16);
            image.unknown[20] = 1;
            seeds.push_back(dump::serialise(image));
        }
    }
    return seeds;
}

}  // namespace fuzz
