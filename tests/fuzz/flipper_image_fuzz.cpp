// Images of Flipper, .nfc.
#include "dump/formats.hpp"
#include "image_property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::check_image({data, size}, fuzz::text_parser<dump::parse_flipper>);
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() { return image_seeds(dump::Format::Flipper); }
