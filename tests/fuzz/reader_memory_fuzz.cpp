// A reader's memory in a file: any bytes. What is taken for one is written back as it was.
#include "control/flash_file.hpp"
#include "fuzz.hpp"

namespace {

/// Only the front of the file varies: the regions are long, and bytes of any value.
constexpr std::size_t AllRegions = control::Regions * control::Flash::RegionBytes;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)control::FlashFile::parse({data, size});
    base::Bytes file{data, data + size};
    file.insert(file.end(), AllRegions, control::Flash::Erased);
    const auto parsed = control::FlashFile::parse(file);
    if (!parsed) return 0;
    fuzz::require(parsed->regions.size() == AllRegions, "regions of another length");
    fuzz::require(control::FlashFile::content(parsed->factory) == file,
                  "another factory than the file's");
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    control::Factory made;
    made.identity.serial = "RDR-7";
    made.logic = "service a\n  display show line=\"a\"\nend\n";
    made.software = "software";
    std::vector<base::Bytes> all;
    for (const char* id : {"desk", "door"}) {
        made.credentials.clients.push_back({id, control::AesKey{}, 0x3F});
        auto content = control::FlashFile::content(made);
        content.resize(content.size() - AllRegions);
        all.push_back(std::move(content));
    }
    return all;
}
