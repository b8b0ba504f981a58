// A chip OS package from a file: whatever the bytes, it is read whole or refused, and what was read
// is what goes out again.
#include <variant>

#include "fuzz.hpp"
#include "ota/os_package.hpp"

namespace {

ota::OsKey image_key() {
    std::array<std::uint8_t, 16> key{};
    for (std::uint8_t i = 0; i < key.size(); ++i) key[i] = i;
    return ota::OsKey{key};
}

ota::OsSigner signer() {
    std::array<std::uint8_t, 32> key{};
    key.back() = 7;
    return ota::OsSigner{key};
}

base::Bytes package(std::uint16_t block_bytes, std::size_t bytes) {
    ota::OsTerms terms;
    terms.chip_type = 0x1234;
    terms.most_revision = 2;
    terms.key_version = 5;
    terms.version = 0x01020003;
    terms.security_version = 7;
    terms.load_address = 0x10000;
    terms.entry = 0x10100;
    terms.block_bytes = block_bytes;
    return ota::make_os_package(terms, base::Bytes(bytes, 0x5A), image_key(), signer()).bytes();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input{data, size};
    const auto read = ota::parse_os_package(input);
    const auto* package = std::get_if<ota::OsPackage>(&read);
    if (package == nullptr) {
        fuzz::require(!std::get<ota::OsFault>(read).text.empty(), "refused without a reason");
        return 0;
    }
    fuzz::require(package->bytes() == base::Bytes(input.begin(), input.end()),
                  "a package is not what was read");
    fuzz::require(package->digests.size() == package->blocks.size() + 1, "a digest is missing");
    for (std::size_t i = 0; i < package->blocks.size(); ++i)
        fuzz::require(package->block_data(i).size() == 34U + package->terms.block_bytes,
                      "a block of another size");
    (void)ota::verify_os_package(*package, ota::public_point(signer()));
    return 0;
}

std::vector<base::Bytes> fuzz::seeds() {
    auto cut = package(16, 40);
    cut.resize(170);
    return {package(16, 40), package(16, 1), package(192, 400), cut, {}};
}
