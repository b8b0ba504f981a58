#include "control/flash_file.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/file.hpp"
#include "control/octets.hpp"

namespace control {
namespace {

constexpr std::string_view Magic = "CTRD";
constexpr std::uint8_t FlashFormat = 1;
constexpr std::size_t HeadBytes = 9;  // before the factory
constexpr std::size_t AllRegions = Regions * Flash::RegionBytes;

void put_long(base::Bytes& out, base::ByteView bytes) {
    put(out, bytes.size(), 4);
    put(out, bytes);
}

base::ByteView view(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text(base::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

base::Bytes bytes_of(const Factory& factory) {
    base::Bytes out;
    put_short(out, factory.identity.serial);
    put(out, factory.identity.package_key.expose());
    put(out, factory.identity.update_key);
    put_long(out, factory.credentials.bytes());
    put_long(out, view(factory.logic));
    put_long(out, view(factory.software));
    return out;
}

std::optional<Factory> factory_from(base::ByteView bytes) {
    Taker taker{bytes};
    Factory made;
    made.identity.serial = text(taker.short_bytes());
    std::array<std::uint8_t, 16> key{};
    const auto package_key = taker.bytes(key.size());
    std::copy(package_key.begin(), package_key.end(), key.begin());
    made.identity.package_key = AesKey{key};
    base::wipe(key);
    const auto update_key = taker.bytes(made.identity.update_key.size());
    std::copy(update_key.begin(), update_key.end(), made.identity.update_key.begin());
    const auto take_long = [&] { return taker.bytes(taker.number(4)); };
    const auto credentials = Credentials::parse(take_long());
    made.logic = text(take_long());
    made.software = text(take_long());
    const auto& serial = made.identity.serial;
    if (!taker.whole() || !credentials || serial.empty() ||
        serial.size() > UpdateHeader::MostSerial)
        return {};
    made.credentials = *credentials;
    return made;
}

std::size_t place(Region region, std::size_t offset, std::size_t size) {
    if (offset > Flash::RegionBytes || size > Flash::RegionBytes - offset)
        throw std::out_of_range{"beyond the end of a region"};
    return static_cast<std::size_t>(region) * Flash::RegionBytes + offset;
}

}  // namespace

base::Bytes FlashFile::content(const Factory& factory) {
    const auto made = bytes_of(factory);
    if (made.size() > MostFactory) throw std::invalid_argument{"a factory of more than 64 KiB"};
    base::Bytes out;
    put(out, Magic);
    put(out, FlashFormat, 1);
    put_long(out, made);
    out.insert(out.end(), AllRegions, Erased);
    return out;
}

std::optional<FlashFile::Parsed> FlashFile::parse(base::ByteView content) {
    Taker taker{content};
    if (text(taker.bytes(Magic.size())) != Magic || taker.number(1) != FlashFormat) return {};
    const auto size = taker.number(4);
    if (size > MostFactory) return {};
    auto factory = factory_from(taker.bytes(size));
    const auto regions = taker.rest();
    if (!factory || regions.size() != AllRegions) return {};
    return Parsed{std::move(*factory), {regions.begin(), regions.end()}};
}

FlashFile::FlashFile(std::filesystem::path path) : path_{std::move(path)} {
    auto content = base::read_file(path_, HeadBytes + MostFactory + AllRegions);
    auto parsed = parse(content);
    if (!parsed) throw base::FileError{path_.string(), "content", "is no reader's memory"};
    factory_ = std::move(parsed->factory);
    regions_ = std::move(parsed->regions);
    content.resize(content.size() - AllRegions);
    head_ = std::move(content);
}

base::Bytes FlashFile::read(Region region, std::size_t offset, std::size_t size) const {
    const auto from = regions_.begin() + static_cast<std::ptrdiff_t>(place(region, offset, size));
    return {from, from + static_cast<std::ptrdiff_t>(size)};
}

void FlashFile::program(Region region, std::size_t offset, base::ByteView data) {
    const std::size_t at = place(region, offset, data.size());
    auto regions = regions_;
    // Cells go from 1 to 0 only, as in any flash: programming twice shows.
    for (std::size_t i = 0; i < data.size(); ++i) regions[at + i] &= data[i];
    keep(std::move(regions));
}

void FlashFile::erase(Region region) {
    const auto at = static_cast<std::ptrdiff_t>(place(region, 0, RegionBytes));
    auto regions = regions_;
    std::fill_n(regions.begin() + at, RegionBytes, Erased);
    keep(std::move(regions));
}

void FlashFile::keep(base::Bytes regions) {
    base::Bytes all = head_;
    all.insert(all.end(), regions.begin(), regions.end());
    base::replace_file(path_, all);
    regions_ = std::move(regions);
}

}  // namespace control
