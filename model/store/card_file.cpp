#include "store/card_file.hpp"

#include <algorithm>
#include <concepts>
#include <stdexcept>
#include <string>
#include <utility>

#include "nvm/crc_32.hpp"

namespace store {
namespace {

// All numbers low byte first:
//   8 magic | 2 version | 1 kind | 1 UID length | 10 UID | 2 ATQA | 1 SAK | 1 flags | 2 PRNG seed |
//   4 nonce seed | 1 ATS length | 20 ATS | 1 technology | 1 AFI | 7 ATQB | 4 pages of the objects |
//   8 random state | 4 wear limit | 4 pages | cells | weak bits | 4 a page: erases | 4 CRC-32
// Version 1 has neither ATS nor objects, versions 1 and 2 have no type B.
constexpr std::uint8_t Magic[] = {'C', 'A', 'R', 'T', 'N', 'V', 'M', 0x00};
constexpr std::uint16_t Version = 3;
constexpr std::uint16_t VersionWithoutTypeB = 2;
constexpr std::uint16_t VersionWithoutObjects = 1;
constexpr std::size_t MostBytes = 1U << 20;
constexpr std::size_t UidBytes = 10;
constexpr std::size_t AtsBytes = 20;
constexpr std::size_t PupiBytes = 4;
constexpr std::uint8_t RandomUid = 1;
constexpr std::uint8_t NakSilent = 2;
constexpr std::uint8_t NonceUnpredictable = 4;

template <std::unsigned_integral T>
void put(base::Bytes& out, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
        out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
}

/// Takes fields off the front, and knows where it is.
class Fields {
public:
    Fields(base::ByteView content, std::string_view name) : content_{content}, name_{name} {}

    [[nodiscard]] base::Bytes bytes(std::size_t count) {
        if (count > content_.size() - at_) fail("ends too early");
        const auto part = content_.subspan(at_, count);
        at_ += count;
        return {part.begin(), part.end()};
    }
    template <std::unsigned_integral T>
    [[nodiscard]] T number() {
        const base::Bytes part = bytes(sizeof(T));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) value |= std::uint64_t{part[i]} << (8 * i);
        return static_cast<T>(value);
    }
    [[nodiscard]] std::size_t left() const noexcept { return content_.size() - at_; }
    [[noreturn]] void fail(std::string_view reason) const {
        throw base::FileError(name_, "offset " + std::to_string(at_), reason);
    }

private:
    base::ByteView content_;
    std::string_view name_;
    std::size_t at_ = 0;
};

port::CardProfile read_profile(Fields& fields) {
    port::CardProfile profile;
    const auto kind = fields.number<std::uint8_t>();
    if (kind >= port::CardKinds.size()) fields.fail("unknown kind");
    profile.kind = static_cast<port::CardKind>(kind);
    const auto length = fields.number<std::uint8_t>();
    if (length != 4 && length != 7 && length != UidBytes) fields.fail("a UID has 4, 7 or 10 bytes");
    profile.uid = fields.bytes(UidBytes);
    profile.uid.resize(length);
    profile.atqa = fields.number<std::uint16_t>();
    profile.sak = fields.number<std::uint8_t>();
    const auto flags = fields.number<std::uint8_t>();
    if (flags > (RandomUid | NakSilent | NonceUnpredictable)) fields.fail("unknown flags");
    profile.random_uid = (flags & RandomUid) != 0;
    profile.nak_silent = (flags & NakSilent) != 0;
    profile.nonce_unpredictable = (flags & NonceUnpredictable) != 0;
    profile.prng_seed = fields.number<std::uint16_t>();
    profile.nonce_seed = fields.number<std::uint32_t>();
    if (profile.prng_seed == 0 || profile.nonce_seed == 0) fields.fail("a seed is 0");
    return profile;
}

void read_type_b(Fields& fields, port::CardProfile& profile) {
    const auto technology = fields.number<std::uint8_t>();
    if (technology > static_cast<std::uint8_t>(port::Technology::B)) fields.fail("unknown type");
    profile.technology = static_cast<port::Technology>(technology);
    if (profile.technology == port::Technology::B && profile.uid.size() != PupiBytes)
        fields.fail("a PUPI has 4 bytes");
    profile.afi = fields.number<std::uint8_t>();
    const base::Bytes atqb = fields.bytes(profile.atqb.size());
    std::copy(atqb.begin(), atqb.end(), profile.atqb.begin());
}

base::Bytes read_ats(Fields& fields) {
    const auto length = fields.number<std::uint8_t>();
    if (length > AtsBytes) fields.fail("an ATS has at most 20 bytes");
    base::Bytes ats = fields.bytes(AtsBytes);
    ats.resize(length);
    if (length != 0 && ats[0] != length) fields.fail("the ATS says another length");
    return ats;
}

}  // namespace

bool is_card_file(base::ByteView content) noexcept {
    return content.size() >= std::size(Magic) &&
           std::equal(std::begin(Magic), std::end(Magic), content.begin());
}

base::Bytes serialise(const port::CardProfile& profile, const SectorStore& memory) {
    if (profile.kind != memory.kind() || profile.uid.size() > UidBytes ||
        profile.ats.size() > AtsBytes)
        throw std::invalid_argument("profile and memory are of different cards");
    const nvm::Nvm::State cells = memory.settled_cells();
    base::Bytes out(std::begin(Magic), std::end(Magic));
    put(out, Version);
    put(out, static_cast<std::uint8_t>(profile.kind));
    put(out, static_cast<std::uint8_t>(profile.uid.size()));
    base::Bytes uid = profile.uid;
    uid.resize(UidBytes);
    out.insert(out.end(), uid.begin(), uid.end());
    put(out, profile.atqa);
    put(out, profile.sak);
    put(out, static_cast<std::uint8_t>((profile.random_uid ? RandomUid : 0) |
                                       (profile.nak_silent ? NakSilent : 0) |
                                       (profile.nonce_unpredictable ? NonceUnpredictable : 0)));
    put(out, profile.prng_seed);
    put(out, profile.nonce_seed);
    put(out, static_cast<std::uint8_t>(profile.ats.size()));
    base::Bytes ats = profile.ats;
    ats.resize(AtsBytes);
    out.insert(out.end(), ats.begin(), ats.end());
    put(out, static_cast<std::uint8_t>(profile.technology));
    put(out, profile.afi);
    out.insert(out.end(), profile.atqb.begin(), profile.atqb.end());
    put(out, static_cast<std::uint32_t>(memory.options().object_pages));
    put(out, cells.random);
    put(out, cells.wear_limit);
    put(out, static_cast<std::uint32_t>(cells.erases.size()));
    out.insert(out.end(), cells.cells.begin(), cells.cells.end());
    out.insert(out.end(), cells.weak.begin(), cells.weak.end());
    for (const std::uint32_t erases : cells.erases) put(out, erases);
    put(out, nvm::crc_32(out, nvm::Crc32Start));
    return out;
}

Card parse_card(base::ByteView content, std::string_view name, SectorStore::Options options) {
    Fields fields{content, name};
    if (!is_card_file(content)) fields.fail("no card file of cartouche");
    (void)fields.bytes(std::size(Magic));
    const auto version = fields.number<std::uint16_t>();
    if (version < VersionWithoutObjects || version > Version)
        fields.fail("version " + std::to_string(version) + ", this program reads versions " +
                    std::to_string(VersionWithoutObjects) + " to " + std::to_string(Version));
    port::CardProfile profile = read_profile(fields);
    options.object_pages = 0;
    if (version > VersionWithoutObjects) {
        profile.ats = read_ats(fields);
        if (version > VersionWithoutTypeB) read_type_b(fields, profile);
        options.object_pages = fields.number<std::uint32_t>();
        if (options.object_pages > MostBytes / nvm::PageBytes) fields.fail("too many pages");
    }
    nvm::Nvm::State cells;
    cells.random = fields.number<std::uint64_t>();
    cells.wear_limit = fields.number<std::uint32_t>();
    const std::size_t pages = fields.number<std::uint32_t>();
    if (pages > MostBytes / nvm::PageBytes) fields.fail("too many pages");
    cells.cells = fields.bytes(pages * nvm::PageBytes);
    cells.weak = fields.bytes(pages * nvm::PageBytes);
    for (std::size_t i = 0; i < pages; ++i) cells.erases.push_back(fields.number<std::uint32_t>());
    const std::uint32_t crc =
        nvm::crc_32(content.first(content.size() - fields.left()), nvm::Crc32Start);
    if (fields.number<std::uint32_t>() != crc) fields.fail("the checksum is wrong");
    if (fields.left() != 0) fields.fail("more bytes than a card has");

    options.seed = cells.random;
    options.wear_limit = cells.wear_limit;
    const port::CardKind kind = profile.kind;
    try {
        return {std::move(profile), SectorStore{kind, options, std::move(cells)}};
    } catch (const std::invalid_argument& error) {
        fields.fail(error.what());
    }
}

Card load_card(const std::filesystem::path& path, SectorStore::Options options) {
    return parse_card(base::read_file(path, MostBytes), path.string(), options);
}

void save_card(const port::CardProfile& profile, const SectorStore& memory,
               const std::filesystem::path& path) {
    base::replace_file(path, serialise(profile, memory));
}

}  // namespace store
