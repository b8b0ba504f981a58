#include "ota/data_security_unit.hpp"

#include <algorithm>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"

namespace ota {
namespace {

// Labels of the keys of one request.
constexpr std::uint8_t CiphersWords = 1;
constexpr std::uint8_t MacsWords = 2;
constexpr std::uint8_t CiphersPackage = 3;
constexpr std::uint8_t MacsPackage = 4;

constexpr std::size_t BlockBytes = 16;   // of AES
constexpr std::size_t ChunkBytes = 192;  // of cryptogram in a BLOCK
constexpr std::size_t MacBytes = 8;
constexpr std::size_t RequestBytes = 8;
constexpr std::size_t ElementBytes = 10;
constexpr std::uint8_t HeaderFormat = 1;

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

void append_number(base::Bytes& out, std::size_t value, unsigned bytes) {
    for (unsigned i = bytes; i > 0; --i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
}

std::optional<TargetCard> parse_target(base::ByteView words) {
    const auto objects = apdu::read_all(words);
    if (!objects || (objects->size() != 4 && objects->size() != 6)) return std::nullopt;
    const auto value = [&](std::size_t i, apdu::Tag tag) -> base::ByteView {
        return (*objects)[i].tag == tag ? (*objects)[i].value : base::ByteView{};
    };
    const auto kind = value(0, 0x80);
    const auto number = value(1, 0x81);
    const auto request = value(2, 0x82);
    const auto element = value(3, 0x83);
    if (kind.size() != 1 || !kind_from(kind[0]) || number.size() != 1 ||
        request.size() != RequestBytes || element.size() != ElementBytes)
        return std::nullopt;
    TargetCard target;
    target.kind = *kind_from(kind[0]);
    target.number = number[0];
    std::copy(request.begin(), request.end(), target.request.begin());
    target.element = base::to_hex(element);
    if (objects->size() == 4) return target;
    const auto installed = value(4, 0x84);
    const auto version = value(5, 0x85);
    if (installed.empty() || version.size() != 4) return std::nullopt;
    target.installed = base::to_hex(installed);
    for (const std::uint8_t byte : version) target.version = target.version << 8 | byte;
    return target;
}

}  // namespace

reader::ScpKey DataSecurityUnit::key(std::uint8_t label, base::ByteView request) const {
    base::Bytes input{label};
    append(input, request);
    return reader::ScpKey{reader::cmac(key_, input)};
}

std::optional<TargetCard> DataSecurityUnit::open(base::ByteView sealed) const {
    if (sealed.size() < RequestBytes + BlockBytes + MacBytes) return std::nullopt;
    const auto request = sealed.first(RequestBytes);
    const auto signed_part = sealed.first(sealed.size() - MacBytes);
    const auto cryptogram = signed_part.subspan(RequestBytes);
    if (cryptogram.size() % BlockBytes != 0) return std::nullopt;
    const auto mac = reader::cmac(key(MacsWords, request), signed_part);
    if (!base::equal_in_constant_time(base::ByteView{mac}.first(MacBytes), sealed.last(MacBytes)))
        return std::nullopt;
    base::Bytes words = reader::aes_cbc_decrypt(key(CiphersWords, request), {}, cryptogram);
    if (!reader::strip_padding(words)) return std::nullopt;
    auto target = parse_target(words);
    if (target && !std::equal(request.begin(), request.end(), target->request.begin()))
        return std::nullopt;
    return target;
}

SealedPackage DataSecurityUnit::seal(const ApplicationPackage& package,
                                     const TargetCard& target) const {
    base::Bytes plain = package.bytes();
    base::Bytes whole = reader::padded(plain, BlockBytes);
    const base::Bytes cryptogram =
        reader::aes_cbc_encrypt(key(CiphersPackage, target.request), {}, whole);
    const auto mac_key = key(MacsPackage, target.request);
    const std::size_t count = (cryptogram.size() + ChunkBytes - 1) / ChunkBytes;

    SealedPackage sealed;
    sealed.header = {HeaderFormat, static_cast<std::uint8_t>(target.number)};
    append(sealed.header, target.request);
    append_number(sealed.header, package.version, 4);
    append_number(sealed.header, plain.size(), 4);
    append_number(sealed.header, count, 2);
    append(sealed.header, reader::cmac(mac_key, sealed.header));
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t begin = i * ChunkBytes;
        const auto chunk = base::ByteView{cryptogram}.subspan(
            begin, std::min(ChunkBytes, cryptogram.size() - begin));
        base::Bytes input(target.request.begin(), target.request.end());
        append_number(input, i, 2);
        append(input, chunk);
        const auto mac = reader::cmac(mac_key, input);
        base::Bytes block(chunk.begin(), chunk.end());
        append(block, base::ByteView{mac}.first(MacBytes));
        sealed.blocks.push_back(std::move(block));
    }
    base::wipe(plain);
    base::wipe(whole);
    return sealed;
}

}  // namespace ota
