#include "cardos/module_book.hpp"

#include <algorithm>

#include "apdu/tlv.hpp"
#include "base/key.hpp"
#include "domain/bytes_io.hpp"

namespace cardos {
namespace {

using domain::ByteReader;
using domain::ByteWriter;

// Numbers of the application's data.
constexpr std::uint16_t KeyNumber = 1;
constexpr std::uint16_t ElementNumber = 2;
constexpr std::uint16_t DownloadNumber = 3;
constexpr std::uint16_t VersionsNumber = 4;
constexpr std::uint16_t CardNumber = 0x10;    // + number of the card
constexpr std::uint16_t BlockNumber = 0x100;  // + number of the block

constexpr apdu::Tag KeyTag = 0x80;
constexpr apdu::Tag ElementTag = 0x81;

std::uint32_t long_word(ByteReader& in) {
    const std::uint32_t high = in.word();
    return high << 16 | in.word();
}

ByteWriter& long_word(ByteWriter& out, std::uint32_t value) {
    return out.word(value >> 16).word(value & 0xFFFF);
}

}  // namespace

bool ModuleBook::personalise(base::ByteView objects) {
    const auto all = apdu::read_all(objects);
    if (!all || all->size() != 2 || (*all)[0].tag != KeyTag || (*all)[1].tag != ElementTag ||
        (*all)[0].value.size() != KeyBytes || (*all)[1].value.size() != ElementBytes)
        return false;
    data_.write(KeyNumber, (*all)[0].value);
    data_.write(ElementNumber, (*all)[1].value);
    return true;
}

domain::Secret ModuleBook::key() const {
    auto bytes = data_.read(KeyNumber).value_or(base::Bytes{});
    domain::Secret key{bytes};
    base::wipe(bytes);
    return key;
}

base::Bytes ModuleBook::element() const {
    return data_.read(ElementNumber).value_or(base::Bytes{});
}

Download ModuleBook::download() const {
    const auto bytes = data_.read(DownloadNumber);
    if (!bytes) return {};
    ByteReader in{*bytes};
    Download made;
    made.state = static_cast<Download::State>(in.byte());
    const auto request = in.raw(made.request.size());
    made.kind = in.byte();
    made.card = in.byte();
    made.version = long_word(in);
    made.size = long_word(in);
    made.next = in.word();
    made.blocks = in.word();
    const auto mac = in.raw(made.mac.size());
    if (!in.done()) return {};
    std::copy(request.begin(), request.end(), made.request.begin());
    std::copy(mac.begin(), mac.end(), made.mac.begin());
    return made;
}

void ModuleBook::save(const Download& download) {
    ByteWriter out;
    out.byte(static_cast<std::uint8_t>(download.state)).raw(download.request);
    out.byte(download.kind).byte(download.card);
    long_word(long_word(out, download.version), download.size);
    out.word(download.next).word(download.blocks).raw(download.mac);
    data_.write(DownloadNumber, out.take());
}

base::Bytes ModuleBook::block(std::uint16_t number) const {
    return data_.read(static_cast<std::uint16_t>(BlockNumber + number)).value_or(base::Bytes{});
}

void ModuleBook::save_block(std::uint16_t number, base::ByteView chunk) {
    data_.write(static_cast<std::uint16_t>(BlockNumber + number), chunk);
}

void ModuleBook::erase_blocks(std::uint16_t count) {
    for (std::uint16_t i = 0; i < count; ++i)
        data_.erase(static_cast<std::uint16_t>(BlockNumber + i));
}

std::optional<VirtualCard> ModuleBook::card(std::uint8_t number) const {
    const auto bytes = data_.read(static_cast<std::uint16_t>(CardNumber + number));
    if (!bytes) return std::nullopt;
    ByteReader in{*bytes};
    VirtualCard made;
    made.kind = in.byte();
    made.version = long_word(in);
    const auto load_file = domain::Aid::from(in.short_run());
    const auto instance = domain::Aid::from(in.short_run());
    if (!in.done() || !load_file || !instance) return std::nullopt;
    made.load_file = *load_file;
    made.instance = *instance;
    return made;
}

void ModuleBook::save(std::uint8_t number, const VirtualCard& card) {
    ByteWriter out;
    out.byte(card.kind);
    long_word(out, card.version).short_run(card.load_file.bytes()).short_run(card.instance.bytes());
    data_.write(static_cast<std::uint16_t>(CardNumber + number), out.take());
}

std::optional<std::uint8_t> ModuleBook::target(std::uint8_t kind) const {
    std::optional<std::uint8_t> free;
    for (std::uint8_t number = MostCards; number >= 1; --number) {
        const auto held = card(number);
        if (held && held->kind == kind) return number;
        if (!held) free = number;
    }
    return free;
}

ModuleBook::Versions ModuleBook::versions() const {
    const auto bytes = data_.read(VersionsNumber).value_or(base::Bytes{});
    ByteReader in{bytes};
    Versions all;
    while (in.ok() && !in.rest().empty()) {
        const auto name = domain::Aid::from(in.short_run());
        const auto last = long_word(in);
        if (name) all[*name] = last;
    }
    return all;
}

std::uint32_t ModuleBook::version(const domain::Aid& instance) const {
    const auto all = versions();
    const auto found = all.find(instance);
    return found == all.end() ? 0 : found->second;
}

bool ModuleBook::has_room(const domain::Aid& instance) const {
    const auto all = versions();
    return all.size() < MostVersions || all.contains(instance);
}

void ModuleBook::save_version(const domain::Aid& instance, std::uint32_t version) {
    auto all = versions();
    all[instance] = version;
    ByteWriter out;
    for (const auto& [name, last] : all) long_word(out.short_run(name.bytes()), last);
    data_.write(VersionsNumber, out.take());
}

}  // namespace cardos
