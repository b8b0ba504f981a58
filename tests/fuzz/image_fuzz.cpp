// Any card image: format and kind found by content.
#include "image_property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::check_image({data, size}, dump::parse);
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    std::vector<base::Bytes> all;
    for (const auto format :
         {dump::Format::Raw, dump::Format::Eml, dump::Format::Proxmark, dump::Format::Flipper})
        for (base::Bytes& seed : image_seeds(format)) all.push_back(std::move(seed));
    return all;
}
