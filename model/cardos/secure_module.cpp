#include "cardos/secure_module.hpp"

#include <algorithm>
#include <array>

#include "apdu/tlv.hpp"
#include "cardos/module_install.hpp"
#include "domain/bytes_io.hpp"
#include "domain/secure_channel.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;
using State = Download::State;

constexpr std::uint8_t InsDetermine = 0x30;
constexpr std::uint8_t InsBegin = 0x32;
constexpr std::uint8_t InsBlock = 0x34;
constexpr std::uint8_t InsInstall = 0x36;
constexpr std::uint8_t InsStatus = 0x38;

constexpr std::uint8_t HeaderFormat = 1;
constexpr std::size_t HeaderBytes = 1 + 1 + 8 + 4 + 4 + 2;
constexpr std::uint32_t MostPackageBytes = 16'384;
constexpr std::size_t AesBytes = 16;
constexpr std::uint8_t LastKind = 3;

base::Bytes number(std::uint64_t value, unsigned bytes) {
    base::Bytes out;
    for (unsigned i = bytes; i > 0; --i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
    return out;
}

std::uint32_t long_word(domain::ByteReader& in) {
    const std::uint32_t high = in.word();
    return high << 16 | in.word();
}

std::size_t cryptogram_bytes(std::size_t plain) { return (plain / AesBytes + 1) * AesBytes; }

bool is_allowed(const Context& context) {
    const auto level = context.security_level;
    const bool channel = (level & domain::Level::CMac) != 0;
    return (level & domain::Level::Authenticated) != 0 && (channel || context.via == Via::Message);
}

/// The download as it was, given up: its request is used and its blocks are gone.
void give_up(ModuleBook& book, Download download) {
    book.erase_blocks(download.next);
    book.save(Download{});
}

/// Kept although the command fails.
Response refused(Context& context, ModuleBook& book, const Download& download,
                 apdu::StatusWord sw) {
    give_up(book, download);
    return context.keep_now() ? sw : Sw::MemoryFailure;
}

}  // namespace

apdu::StatusWord SecureModule::install(Context& context, base::ByteView parameters) {
    return ModuleBook{context}.personalise(parameters) ? Sw::Ok : Sw::WrongData;
}

Response SecureModule::process(Context& context, const Command& command) {
    if ((command.cla & 0xF8) != 0x80) return Sw::ClaNotSupported;
    if (!is_allowed(context)) return Sw::SecurityNotSatisfied;
    if (context.bay == nullptr) return Sw::ConditionsNotSatisfied;
    switch (command.ins) {
        case InsDetermine:
            return determine(context, command);
        case InsBegin:
            return begin(context, command);
        case InsBlock:
            return block(context, command);
        case InsInstall:
            return command.p1p2() == 0 ? install_package(context) : Response{Sw::WrongP1P2};
        case InsStatus:
            return status(context);
        default:
            return Sw::InsNotSupported;
    }
}

Response SecureModule::determine(Context& context, const Command& command) {
    if (command.p1 == 0 || command.p1 > LastKind || command.p2 != 0) return Sw::WrongP1P2;
    ModuleBook book{context};
    Download last = book.download();
    if (last.state == State::Installing) {
        // A card that has begun to change is brought to its end first.
        const Response done = install_package(context);
        last = book.download();
        if (last.state == State::Installing) return done.sw;
    }
    const auto target = book.target(command.p1);
    if (!target) return Sw::NotEnoughMemory;
    give_up(book, last);
    Download download;
    download.state = State::Requested;
    context.random().fill(download.request);
    download.kind = command.p1;
    download.card = *target;
    book.save(download);

    base::Bytes words;
    apdu::append_tlv(words, 0x80, std::array{download.kind});
    apdu::append_tlv(words, 0x81, std::array{download.card});
    apdu::append_tlv(words, 0x82, download.request);
    apdu::append_tlv(words, 0x83, book.element());
    if (const auto held = book.card(*target)) {
        apdu::append_tlv(words, 0x84, held->instance.bytes());
        apdu::append_tlv(words, 0x85, number(held->version, 4));
    }
    return {ModuleSeal{context, book.key(), download.request}.seal(words), Sw::Ok};
}

Response SecureModule::begin(Context& context, const Command& command) {
    constexpr std::size_t MacBytes = ModuleSeal::HeaderMacBytes;
    if (command.p1p2() != 0) return Sw::WrongP1P2;
    if (command.data.size() != HeaderBytes + MacBytes) return Sw::WrongLength;
    const base::ByteView data{command.data};
    const auto header = data.first(HeaderBytes);
    const auto mac = data.last(MacBytes);
    domain::ByteReader in{header};
    const auto format = in.byte();
    const auto card = in.byte();
    const auto request = in.raw(8);

    ModuleBook book{context};
    Download download = book.download();
    if (download.state == State::None) return Sw::ConditionsNotSatisfied;
    if (!std::equal(request.begin(), request.end(), download.request.begin()) ||
        download.state == State::Installed)
        return Sw::ReferenceDataUnusable;
    if (!ModuleSeal{context, book.key(), download.request}.is_header(header, mac))
        return Sw::SecurityNotSatisfied;
    if (download.state != State::Requested)
        return std::equal(mac.begin(), mac.end(), download.mac.begin()) ? Sw::Ok
                                                                        : Sw::ReferenceDataUnusable;

    download.version = long_word(in);
    download.size = long_word(in);
    download.blocks = in.word();
    const auto chunks =
        (cryptogram_bytes(download.size) + ModuleSeal::ChunkBytes - 1) / ModuleSeal::ChunkBytes;
    if (format != HeaderFormat || card != download.card || download.size > MostPackageBytes ||
        download.blocks != chunks)
        return Sw::WrongData;
    std::copy(mac.begin(), mac.end(), download.mac.begin());
    download.state = State::Receiving;
    book.save(download);
    return Sw::Ok;
}

Response SecureModule::block(Context& context, const Command& command) {
    constexpr std::size_t MacBytes = ModuleSeal::BlockMacBytes;
    ModuleBook book{context};
    Download download = book.download();
    if (download.state != State::Receiving) return Sw::ConditionsNotSatisfied;
    if (command.p1p2() != download.next) return refused(context, book, download, Sw::WrongP1P2);
    const std::size_t rest =
        cryptogram_bytes(download.size) - std::size_t{download.next} * ModuleSeal::ChunkBytes;
    if (command.data.size() != std::min(rest, ModuleSeal::ChunkBytes) + MacBytes)
        return refused(context, book, download, Sw::WrongLength);
    const base::ByteView data{command.data};
    const auto chunk = data.first(data.size() - MacBytes);
    if (!ModuleSeal{context, book.key(), download.request}.is_block(download.next, chunk,
                                                                    data.last(MacBytes)))
        return refused(context, book, download, Sw::SecurityNotSatisfied);
    book.save_block(download.next, chunk);
    if (++download.next == download.blocks) download.state = State::Complete;
    book.save(download);
    return Sw::Ok;
}

Response SecureModule::status(Context& context) {
    const Download download = ModuleBook{context}.download();
    // Installing is complete for whoever asks: INSTALL is what goes on.
    const auto state = download.state == State::Installing ? State::Complete : download.state;
    domain::ByteWriter out;
    out.raw(download.request).byte(static_cast<std::uint8_t>(state)).byte(download.card);
    out.word(download.next).word(download.blocks);
    return {out.take(), Sw::Ok};
}

}  // namespace cardos
