#include "loader/element_file.hpp"

#include <algorithm>
#include <string>

#include "aes/software_engine.hpp"
#include "base/file.hpp"
#include "domain/bytes_io.hpp"
#include "nvm/crc_32.hpp"
#include "store/card_file.hpp"

namespace loader {
namespace {

// All numbers high byte first:
//   8 magic | 2 version | 4 bytes of boot memory's cells | cells | weak bits | 4 a page: erases |
//   8 random state | 4 wear limit | 4 load of the OS | 4 bytes of its card file, 0: none | card
//   file | 4 CRC-32
constexpr std::array<std::uint8_t, 8> Magic{'C', 'A', 'R', 'T', 'S', 'E', 'L', 0};
constexpr std::uint16_t Version = 1;
constexpr std::size_t CrcBytes = 4;

void put(domain::ByteWriter& out, std::uint64_t value, unsigned bytes) {
    while (bytes-- > 0) out.byte(static_cast<std::uint8_t>(value >> (8 * bytes)));
}

std::uint64_t number(domain::ByteReader& in, unsigned bytes) {
    std::uint64_t value = 0;
    for (const auto byte : in.raw(bytes)) value = value << 8 | byte;
    return value;
}

base::Bytes bytes_of(base::ByteView view) { return {view.begin(), view.end()}; }

}  // namespace

base::Bytes serialise(Element& element) {
    element.vault().memory().finish();
    const auto cells = element.vault().memory().cells().state();
    domain::ByteWriter out;
    out.raw(Magic).word(Version);
    put(out, cells.cells.size(), 4);
    out.raw(cells.cells).raw(cells.weak);
    for (const auto erases : cells.erases) put(out, erases, 4);
    put(out, cells.random, 8);
    put(out, cells.wear_limit, 4);
    put(out, element.last_load(), 4);
    base::Bytes os;
    if (auto* chip = element.last_os())
        os = store::serialise(port::CardProfile{.kind = chip->memory().kind()}, chip->memory());
    put(out, os.size(), 4);
    out.raw(os);
    base::Bytes all = out.take();
    const auto crc = nvm::crc_32(all, nvm::Crc32Start);
    for (const int shift : {24, 16, 8, 0}) all.push_back(static_cast<std::uint8_t>(crc >> shift));
    return all;
}

std::unique_ptr<Element> parse_element(base::ByteView content, std::string_view name) {
    const auto fail = [&](std::string_view reason) {
        return base::FileError{name, "secure element", reason};
    };
    if (content.size() < Magic.size() + CrcBytes || content.size() > MostElementFileBytes ||
        !std::equal(Magic.begin(), Magic.end(), content.begin()))
        throw fail("no secure element of cartouche");
    const auto body = content.first(content.size() - CrcBytes);
    domain::ByteReader sum{content.last(CrcBytes)};
    if (number(sum, 4) != nvm::crc_32(body, nvm::Crc32Start)) throw fail("the checksum is wrong");

    domain::ByteReader in{body.subspan(Magic.size())};
    if (in.word() != Version) throw fail("a version that this program does not read");
    nvm::Nvm::State cells;
    const auto size = static_cast<std::size_t>(number(in, 4));
    cells.cells = bytes_of(in.raw(size));
    cells.weak = bytes_of(in.raw(size));
    for (std::size_t i = 0; i < size / nvm::PageBytes && in.ok(); ++i)
        cells.erases.push_back(static_cast<std::uint32_t>(number(in, 4)));
    cells.random = number(in, 8);
    cells.wear_limit = static_cast<std::uint32_t>(number(in, 4));
    const auto load = static_cast<std::uint32_t>(number(in, 4));
    const auto os = in.raw(static_cast<std::size_t>(number(in, 4)));
    if (!in.done()) throw fail("another length than it says");

    ElementOptions options;
    // The place that the keys take in the cells: what they are comes from the file.
    options.keys.enc = options.keys.mac = options.keys.dek = options.keys.image =
        domain::Secret{base::Bytes(CipherBytes)};
    options.keys.signer = base::Bytes(SignatureBytes);
    auto element = std::make_unique<Element>(std::move(options));
    try {
        element->vault().restore(std::move(cells));
        if (!os.empty())
            element->adopt(std::make_unique<cardos::Chip>(store::parse_card(os, name).memory,
                                                          cardos::Chip::Options{},
                                                          std::make_unique<aes::SoftwareEngine>()),
                           load);
    } catch (const std::invalid_argument& error) {
        throw fail(error.what());
    }
    return element;
}

}  // namespace loader
