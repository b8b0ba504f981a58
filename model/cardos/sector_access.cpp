#include "cardos/sector_access.hpp"

#include <algorithm>
#include <bit>

#include "apdu/tlv.hpp"
#include "cardos/pin.hpp"
#include "cardos/sector_buffer.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;

constexpr apdu::StatusWord NoSuchBlock = 0x63D4;
constexpr apdu::StatusWord WrongPassword = 0x63E9;
constexpr apdu::StatusWord InUseOverAir = 0x63F3;
constexpr apdu::StatusWord ChangedMeanwhile = 0x63F5;

constexpr std::size_t BlockBytes = std::tuple_size_v<port::Block>;
constexpr std::size_t KeyBytes = 6;
constexpr std::size_t PasswordBytes = 8;
constexpr std::uint16_t PinNumber = 1;
constexpr std::uint16_t PukNumber = 2;
constexpr std::uint8_t PukTries = 10;
/// P2 of B0: the backup instead of what was entered.
constexpr std::uint8_t OfBackup = 0x80;

std::uint16_t keys_number(unsigned sector) { return static_cast<std::uint16_t>(0x200 + sector); }

base::SectorKey key_at(base::ByteView bytes, std::size_t at) {
    std::array<std::uint8_t, KeyBytes> key{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), KeyBytes, key.begin());
    const base::SectorKey result{key};
    base::wipe(key);
    return result;
}

constexpr std::size_t KeyBAt = 10;

/// As a READ over the air shows it: key A never, key B where the access bits let it be read.
port::Block shown_trailer(port::Block trailer) {
    const bool c1 = (trailer[7] & 0x80) != 0;
    const bool c2 = (trailer[8] & 0x08) != 0;
    const bool c3 = (trailer[8] & 0x80) != 0;
    std::fill_n(trailer.begin(), KeyBytes, std::uint8_t{0});
    if (c1 || (c2 && c3)) std::fill_n(trailer.begin() + KeyBAt, KeyBytes, std::uint8_t{0});
    return trailer;
}

/// Each of the access bits stands beside its inverse; else the card would block the sector.
bool is_sound_trailer(const port::Block& trailer) {
    const auto inverse = [](unsigned a, unsigned b) { return ((a ^ b) & 0x0F) == 0x0F; };
    return inverse(trailer[6] & 0x0F, trailer[7] >> 4) &&
           inverse(trailer[6] >> 4, trailer[8] & 0x0F) &&
           inverse(trailer[7] & 0x0F, trailer[8] >> 4);
}

port::Block block_at(base::ByteView bytes, std::size_t index) {
    port::Block block{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(index * BlockBytes), BlockBytes,
                block.begin());
    return block;
}

/// The two keys outside of the sector follow those inside.
void write_trailer(Context& context, unsigned sector, std::size_t block, const port::Block& data) {
    context.sectors().write(block, data);
    base::Bytes keys{data.begin(), data.begin() + KeyBytes};
    keys.insert(keys.end(), data.begin() + KeyBAt, data.end());
    context.data().write(keys_number(sector), keys);
    base::wipe(keys);
}

/// Changes the sector from `old` to `wanted`, block 0 of the card excepted, and keeps `old` as its
/// backup. 6A80 when the new trailer would block the sector.
apdu::StatusWord write_sector(Context& context, unsigned sector, const SectorPlace& place,
                              base::ByteView old, base::ByteView wanted) {
    for (std::size_t i = 0; i < place.count; ++i) {
        const port::Block block = block_at(wanted, i);
        if (place.first + i == 0 || block == block_at(old, i)) continue;
        if (i + 1 < place.count) {
            context.sectors().write(place.first + i, block);
            continue;
        }
        if (!is_sound_trailer(block)) return Sw::WrongData;
        write_trailer(context, sector, place.trailer(), block);
    }
    SectorBuffer{context, sector, place}.changed(old, wanted);
    return Sw::Ok;
}

/// As anybody may see it.
base::Bytes shown(base::ByteView sector) {
    base::Bytes all{sector.begin(), sector.end()};
    const auto trailer = shown_trailer(block_at(sector, sector.size() / BlockBytes - 1));
    std::copy(trailer.begin(), trailer.end(), all.end() - BlockBytes);
    return all;
}

}  // namespace

/// The body of B4 and D4.
struct SectorAccess::Blocks {
    unsigned sector = 0;
    unsigned bitmap = 0;
    SectorPassword password{};
    base::ByteView data{};
};

apdu::StatusWord SectorAccess::install(Context& context, base::ByteView parameters) {
    return personalise(context, parameters);
}

Response SectorAccess::personalise(Context& context, const Command& command) {
    return personalise(context, base::ByteView{command.data});
}

apdu::StatusWord SectorAccess::personalise(Context& context, base::ByteView objects) {
    const auto all = apdu::read_all(objects);
    if (!all) return Sw::WrongData;
    for (const apdu::Tlv& object : *all) {
        if (object.tag == 0x84 || object.tag == 0x85) {
            const bool puk = object.tag == 0x85;
            const auto sw = (puk ? Pin{context, PukNumber, PukTries} : Pin{context, PinNumber})
                                .set(object.value);
            if (sw != Sw::Ok) return sw;
            continue;
        }
        if (object.tag != 0x81 || object.value.size() != 1 + 2 * KeyBytes) return Sw::WrongData;
        const unsigned sector = object.value[0];
        const auto place = context.sectors().place(sector);
        if (!place) return Sw::WrongData;
        context.data().write(keys_number(sector), object.value.subspan(1));
        SectorBuffer{context, sector, *place}.keep(sector_bytes(context, *place));
    }
    return Sw::Ok;
}

Response SectorAccess::select(Context&) {
    verified_ = false;
    return Sw::Ok;
}

Response SectorAccess::process(Context& context, const Command& command) {
    const auto cla = command.cla & 0xFC;
    const bool is_pin = command.ins == 0x20 || command.ins == 0x24 || command.ins == 0x2C;
    if (cla == 0x00 && is_pin) return pin(context, command);
    if (cla != 0x80 && cla != 0x84) return cla == 0 ? Sw::InsNotSupported : Sw::ClaNotSupported;
    switch (command.ins) {
        case 0xCA:
            return get_data(context, command);
        case 0xB4:
            return read_blocks(context, command);
        case 0xB0:
        case 0xD6:
        case 0x32:
        case 0x34:
        case 0x36:
        case 0xD4:
            return verified_ ? change(context, command) : Sw::SecurityNotSatisfied;
        default:
            return Sw::InsNotSupported;
    }
}

Response SectorAccess::change(Context& context, const Command& command) {
    switch (command.ins) {
        case 0xB0:
            return read_buffer(context, command);
        case 0xD6:
            return enter(context, command);
        case 0x32:
            return backup(context, command);
        case 0x34:
            return modify(context, command);
        case 0x36:
            return restore(context, command);
        default:
            return write_blocks(context, command);
    }
}

apdu::StatusWord SectorAccess::permission(Context& context, unsigned sector,
                                          const SectorPassword* given) {
    const auto place = context.sectors().place(sector);
    if (!place) return NoSuchBlock;
    if (context.via == Via::Contacts && context.sectors().in_use_over_air()) return InUseOverAir;
    auto keys = context.data().read(keys_number(sector));
    if (!keys || keys->size() != 2 * KeyBytes) return Sw::ReferencedDataNotFound;

    domain::Engine engine{context.crypto(), context.work()};
    const port::Block trailer = context.sectors().read(place->trailer());
    const auto reference = sector_password(engine, key_at(trailer, 0), key_at(trailer, KeyBAt));
    const auto operation = sector_password(engine, key_at(*keys, 0), key_at(*keys, KeyBytes));
    base::wipe(*keys);
    const bool keys_match = operation == reference;
    const bool given_matches = given == nullptr || *given == reference;
    return keys_match && given_matches ? Sw::Ok : WrongPassword;
}

Response SectorAccess::get_data(Context& context, const Command& command) {
    if (command.p2 != 0) return Sw::WrongP1P2;
    if (const auto sw = permission(context, command.p1, nullptr); sw != Sw::Ok) return sw;
    return {shown(sector_bytes(context, context.sectors().place(command.p1).value())), Sw::Ok};
}

Response SectorAccess::read_buffer(Context& context, const Command& command) {
    const auto place = context.sectors().place(command.p1);
    if (!place) return NoSuchBlock;
    const SectorBuffer buffer{context, command.p1, *place};
    if (buffer.missing()) return Sw::FileNotFound;
    const bool of_backup = (command.p2 & OfBackup) != 0;
    const base::Bytes all = shown(of_backup ? buffer.backup() : buffer.entry());
    const std::size_t offset = std::size_t{command.p2} % OfBackup * BlockBytes;
    if (offset >= all.size()) return NoSuchBlock;
    const std::size_t count = std::min(command.ne.value_or(0), all.size() - offset);
    const auto part = base::ByteView{all}.subspan(offset, count);
    return {{part.begin(), part.end()}, Sw::Ok};
}

Response SectorAccess::enter(Context& context, const Command& command) {
    const auto place = context.sectors().place(command.p1);
    if (!place || command.p2 >= place->count || place->first + command.p2 == 0) return NoSuchBlock;
    if (command.data.empty() || command.data.size() % BlockBytes != 0) return Sw::WrongLength;
    const std::size_t offset = std::size_t{command.p2} * BlockBytes;
    if (offset + command.data.size() > place->count * BlockBytes) return NoSuchBlock;
    SectorBuffer buffer{context, command.p1, *place};
    if (buffer.missing()) return Sw::FileNotFound;
    if (buffer.state() != SectorBuffer::State::Entered) {
        if (const auto sw = permission(context, command.p1, nullptr); sw != Sw::Ok) return sw;
        buffer.begin_entry(sector_bytes(context, *place));
    }
    buffer.enter(offset, command.data);
    return Sw::Ok;
}

Response SectorAccess::backup(Context& context, const Command& command) {
    if (command.p2 != 0) return Sw::WrongP1P2;
    if (const auto sw = permission(context, command.p1, nullptr); sw != Sw::Ok) return sw;
    const auto place = context.sectors().place(command.p1).value();
    SectorBuffer{context, command.p1, place}.keep(sector_bytes(context, place));
    return Sw::Ok;
}

Response SectorAccess::modify(Context& context, const Command& command) {
    if (command.p2 > 1) return Sw::WrongP1P2;
    if (const auto sw = permission(context, command.p1, nullptr); sw != Sw::Ok) return sw;
    const auto place = context.sectors().place(command.p1).value();
    SectorBuffer buffer{context, command.p1, place};
    if (buffer.missing()) return Sw::FileNotFound;
    if (buffer.state() != SectorBuffer::State::Entered) return Sw::ConditionsNotSatisfied;
    const base::Bytes old = sector_bytes(context, place);
    if (!base::equal_in_constant_time(old, buffer.backup())) return ChangedMeanwhile;
    base::Bytes wanted{buffer.entry().begin(), buffer.entry().end()};
    if (command.p2 == 0) std::copy(old.end() - BlockBytes, old.end(), wanted.end() - BlockBytes);
    return write_sector(context, command.p1, place, old, wanted);
}

Response SectorAccess::restore(Context& context, const Command& command) {
    if (command.p2 > 1) return Sw::WrongP1P2;
    const auto place = context.sectors().place(command.p1);
    if (!place) return NoSuchBlock;
    SectorBuffer buffer{context, command.p1, *place};
    if (buffer.missing()) return Sw::FileNotFound;
    if (buffer.state() == SectorBuffer::State::Idle) return Sw::ConditionsNotSatisfied;
    const base::Bytes old{buffer.backup().begin(), buffer.backup().end()};
    if (buffer.state() == SectorBuffer::State::Changed) {
        if (const auto sw = permission(context, command.p1, nullptr); sw != Sw::Ok) return sw;
        const base::Bytes now = sector_bytes(context, *place);
        const bool as_written = base::equal_in_constant_time(now, buffer.entry());
        if (!as_written && command.p2 == 0) return ChangedMeanwhile;
        if (const auto sw = write_sector(context, command.p1, *place, now, old); sw != Sw::Ok)
            return sw;
    }
    buffer.keep(old);
    return Sw::Ok;
}

apdu::StatusWord SectorAccess::parse(const Command& command, std::uint8_t tag, Blocks& blocks) {
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    apdu::TlvReader reader{command.data};
    const auto body = reader.next();
    constexpr std::size_t HeadBytes = 1 + 2 + PasswordBytes;
    if (!body || body->tag != tag || !reader.rest().empty() || body->value.size() < HeadBytes)
        return Sw::WrongData;
    blocks.sector = body->value[0];
    blocks.bitmap = static_cast<unsigned>(body->value[1]) << 8 | body->value[2];
    std::array<std::uint8_t, PasswordBytes> password{};
    std::copy_n(body->value.begin() + 3, PasswordBytes, password.begin());
    blocks.password = SectorPassword{password};
    base::wipe(password);
    blocks.data = body->value.subspan(HeadBytes);
    return blocks.bitmap != 0 ? Sw::Ok : Sw::WrongData;
}

Response SectorAccess::read_blocks(Context& context, const Command& command) {
    Blocks blocks;
    if (const auto sw = parse(command, 0x07, blocks); sw != Sw::Ok) return sw;
    if (!blocks.data.empty()) return Sw::WrongData;
    const auto place = context.sectors().place(blocks.sector);
    if (!place || (blocks.bitmap >> place->count) != 0) return NoSuchBlock;
    if (const auto sw = permission(context, blocks.sector, &blocks.password); sw != Sw::Ok)
        return sw;
    base::Bytes data;
    for (std::size_t i = 0; i < place->count; ++i) {
        if ((blocks.bitmap >> i & 1) == 0) continue;
        port::Block block = context.sectors().read(place->first + i);
        if (i + 1 == place->count) block = shown_trailer(block);
        data.insert(data.end(), block.begin(), block.end());
    }
    return {apdu::tlv(0x07, data), Sw::Ok};
}

Response SectorAccess::write_blocks(Context& context, const Command& command) {
    Blocks blocks;
    if (const auto sw = parse(command, 0x06, blocks); sw != Sw::Ok) return sw;
    const auto place = context.sectors().place(blocks.sector);
    if (!place || (blocks.bitmap >> place->count) != 0 ||
        (place->first == 0 && (blocks.bitmap & 1) != 0))
        return NoSuchBlock;
    const auto count = static_cast<std::size_t>(std::popcount(blocks.bitmap));
    if (blocks.data.size() != count * BlockBytes) return Sw::WrongData;
    if (const auto sw = permission(context, blocks.sector, &blocks.password); sw != Sw::Ok)
        return sw;
    const base::Bytes old = sector_bytes(context, *place);
    base::Bytes wanted = old;
    auto next = blocks.data.begin();
    for (std::size_t i = 0; i < place->count; ++i) {
        if ((blocks.bitmap >> i & 1) == 0) continue;
        std::copy_n(next, BlockBytes, wanted.begin() + static_cast<std::ptrdiff_t>(i * BlockBytes));
        next += BlockBytes;
    }
    return write_sector(context, blocks.sector, *place, old, wanted);
}

Response SectorAccess::pin(Context& context, const Command& command) {
    const bool puk_only = command.ins == 0x2C && command.p1 == 1 && command.p2 == 0;
    if (command.p1p2() != 0 && !puk_only) return Sw::WrongP1P2;
    if (command.ins == 0x20) return verify(context, command);
    return command.ins == 0x24 ? change_pin(context, command) : unblock(context, command);
}

Response SectorAccess::verify(Context& context, const Command& command) {
    if (command.data.empty() && verified_) return Sw::Ok;
    const auto sw = Pin{context, PinNumber}.verify(command.data);
    verified_ = sw == Sw::Ok;
    return sw;
}

Response SectorAccess::change_pin(Context& context, const Command& command) {
    Pin pin{context, PinNumber};
    const std::size_t old = pin.length();
    if (command.data.size() <= old) return Sw::WrongLength;
    const base::ByteView data{command.data};
    const auto sw = pin.verify(data.first(old));
    verified_ = sw == Sw::Ok;
    return verified_ ? pin.set(data.subspan(old)) : sw;
}

Response SectorAccess::unblock(Context& context, const Command& command) {
    Pin puk{context, PukNumber, PukTries};
    const bool new_pin = command.p1 == 0;
    const std::size_t length = puk.length();
    const std::size_t more = command.data.size() - std::min(command.data.size(), length);
    if (command.data.size() < length || (new_pin ? more == 0 : more != 0)) return Sw::WrongLength;
    if (more > Pin::MostBytes) return Sw::WrongData;
    const base::ByteView data{command.data};
    if (const auto sw = puk.verify(data.first(length)); sw != Sw::Ok) return sw;
    Pin pin{context, PinNumber};
    return new_pin ? pin.set(data.subspan(length)) : pin.unblock();
}

}  // namespace cardos
