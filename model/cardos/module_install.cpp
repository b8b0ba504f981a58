#include "cardos/module_install.hpp"

#include <algorithm>
#include <array>

#include "apdu/tlv.hpp"
#include "cardos/module_book.hpp"
#include "cardos/secure_module.hpp"

namespace cardos {
namespace {

using apdu::Command;
using apdu::Response;
using apdu::Sw;
using State = Download::State;

constexpr std::uint8_t InsInstall = 0xE6;
constexpr std::uint8_t InsLoad = 0xE8;
constexpr std::uint8_t InsDelete = 0xE4;
constexpr std::uint8_t InsStoreData = 0xE2;
constexpr std::uint8_t ForLoad = 0x02;
constexpr std::uint8_t ForInstallAndSelect = 0x0C;
constexpr std::uint8_t ForPersonalization = 0x20;
constexpr std::uint8_t LastBlock = 0x80;
constexpr std::size_t LoadBlockBytes = 239;

constexpr std::uint8_t ManagerFile[] = {0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, 0x70};
constexpr std::uint8_t ManagerModule[] = {0xD2, 0x76, 0x00, 0x01, 0x18, 0xAA, 0x70, 0x01};

constexpr apdu::Tag AtrTag = 0x5F51;
constexpr apdu::Tag AidTag = 0x4F;

/// A value behind its length, as INSTALL has them.
void append_run(base::Bytes& out, base::ByteView value) {
    apdu::append_length(out, value.size());
    out.insert(out.end(), value.begin(), value.end());
}

Command install_command(std::uint8_t p1, std::initializer_list<base::ByteView> fields) {
    Command command{0x80, InsInstall, p1, 0x00, {}, apdu::MostShortNe};
    for (const base::ByteView field : fields) append_run(command.data, field);
    command.data.push_back(0);  // no token
    return command;
}

/// The steps of one installation, over the line to the target card.
class Installation {
public:
    Installation(Context& context, const ModulePackage& package)
        : context_{context}, package_{package} {}

    [[nodiscard]] apdu::StatusWord load() {
        if (context_.bay->knows(package_.load_file.bytes())) return Sw::Ok;
        const auto ready = send(install_command(ForLoad, {package_.load_file.bytes(), {}, {}, {}}));
        if (ready != Sw::Ok) return ready;
        base::Bytes bytes;
        apdu::append_tlv(bytes, 0xC4, package_.block);
        const std::size_t count = (bytes.size() + LoadBlockBytes - 1) / LoadBlockBytes;
        for (std::size_t i = 0; i < count; ++i) {
            const auto part = base::ByteView{bytes}.subspan(
                i * LoadBlockBytes, std::min(LoadBlockBytes, bytes.size() - i * LoadBlockBytes));
            const bool last = i + 1 == count;
            const auto sw = send({0x80,
                                  InsLoad,
                                  last ? LastBlock : std::uint8_t{0},
                                  static_cast<std::uint8_t>(i),
                                  {part.begin(), part.end()},
                                  apdu::MostShortNe});
            if (sw != Sw::Ok) return sw;
        }
        return Sw::Ok;
    }

    [[nodiscard]] apdu::StatusWord install() {
        if (context_.bay->knows(package_.instance.bytes())) return Sw::Ok;
        return send(install_command(
            ForInstallAndSelect,
            {package_.load_file.bytes(), package_.module.bytes(), package_.instance.bytes(),
             std::array<std::uint8_t, 1>{0}, apdu::tlv(0xC9, package_.parameters)}));
    }

    /// Business information goes to the card's manager, which is made with the first card.
    [[nodiscard]] apdu::StatusWord tell_manager(std::uint8_t card) {
        base::Bytes name{std::begin(ManagerModule), std::end(ManagerModule)};
        name.push_back(card);
        base::Bytes words = apdu::tlv(AidTag, package_.instance.bytes());
        apdu::append_tlv(words, 0x80, std::array{package_.kind});
        const std::uint32_t v = package_.version;
        apdu::append_tlv(
            words, 0x81,
            std::array{static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
                       static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)});
        apdu::append_tlv(words, 0x86, package_.business);
        if (!context_.bay->knows(name))
            return send(install_command(ForInstallAndSelect,
                                        {ManagerFile, ManagerModule, name,
                                         std::array<std::uint8_t, 1>{0}, apdu::tlv(0xC9, words)}));
        const auto ready = send(install_command(ForPersonalization, {{}, {}, name, {}, {}}));
        if (ready != Sw::Ok) return ready;
        return send({0x80, InsStoreData, LastBlock, 0x00, words, {}});
    }

    [[nodiscard]] apdu::StatusWord erase(const domain::Aid& name) {
        if (!context_.bay->knows(name.bytes())) return Sw::Ok;
        return send(
            {0x80, InsDelete, 0x00, 0x00, apdu::tlv(AidTag, name.bytes()), apdu::MostShortNe});
    }

private:
    [[nodiscard]] apdu::StatusWord send(const Command& command) {
        return context_.bay->exchange(command, context_.work()).sw;
    }

    Context& context_;
    const ModulePackage& package_;
};

bool has_money(Context& context, const VirtualCard& card) {
    for (const std::uint8_t account : {std::uint8_t{1}, std::uint8_t{2}}) {
        const auto balance = context.bay->published(card.instance.bytes(), account);
        if (balance && std::any_of(balance->begin(), balance->end(), [](auto b) { return b != 0; }))
            return true;
    }
    return false;
}

/// Why this package may not begin to change the card; 9000: it may.
apdu::StatusWord judge(Context& context, const ModuleBook& book, const Download& download,
                       const ModulePackage& package) {
    if (package.kind != download.kind || package.version != download.version) return Sw::WrongData;
    if (package.version <= book.version(package.instance)) return SecureModule::OldVersion;
    if (!book.has_room(package.instance)) return Sw::NotEnoughMemory;
    if (context.bay->knows(package.instance.bytes()) ||
        context.bay->knows(package.load_file.bytes()))
        return Sw::FileExists;
    const auto held = book.card(download.card);
    if (held && has_money(context, *held)) return SecureModule::MoneyLeft;
    return Sw::Ok;
}

domain::Secret clear_package(Context& context, const ModuleBook& book, const Download& download) {
    base::Bytes cryptogram;
    for (std::uint16_t i = 0; i < download.blocks; ++i) {
        const auto chunk = book.block(i);
        cryptogram.insert(cryptogram.end(), chunk.begin(), chunk.end());
    }
    auto plain = ModuleSeal{context, book.key(), download.request}.open(cryptogram);
    return plain && plain->size() == download.size ? std::move(*plain) : domain::Secret{};
}

Response given_up(Context& context, ModuleBook& book, const Download& download,
                  apdu::StatusWord sw) {
    book.erase_blocks(download.blocks);
    book.save(Download{});
    return context.keep_now() ? sw : Sw::MemoryFailure;
}

}  // namespace

std::optional<ModulePackage> ModulePackage::parse(base::ByteView bytes) {
    constexpr std::size_t MostBusinessBytes = 64;
    const auto outer = apdu::read_all(bytes);
    if (!outer || outer->size() != 1 || outer->front().tag != 0xE1) return std::nullopt;
    const auto all = apdu::read_all(outer->front().value);
    constexpr std::array<apdu::Tag, 8> Tags{0x80, 0x81, 0x4F, 0x82, 0x84, 0x86, 0xC9, 0xC4};
    if (!all || all->size() != Tags.size()) return std::nullopt;
    for (std::size_t i = 0; i < Tags.size(); ++i)
        if ((*all)[i].tag != Tags[i]) return std::nullopt;
    const auto value = [&](std::size_t i) { return (*all)[i].value; };
    const auto load_file = domain::Aid::from(value(2));
    const auto module = domain::Aid::from(value(3));
    const auto instance = domain::Aid::from(value(4));
    if (value(0).size() != 1 || value(1).size() != 4 || !load_file || !module || !instance ||
        value(5).empty() || value(5).size() > MostBusinessBytes || value(7).empty())
        return std::nullopt;
    ModulePackage made{value(0)[0], 0,        *load_file, *module,
                       *instance,   value(5), value(6),   value(7)};
    for (const std::uint8_t byte : value(1)) made.version = made.version << 8 | byte;
    return made;
}

Response install_package(Context& context) {
    ModuleBook book{context};
    Download download = book.download();
    if (download.state == State::Installed) return Sw::Ok;
    if (download.state != State::Complete && download.state != State::Installing)
        return Sw::ConditionsNotSatisfied;
    const domain::Secret plain = clear_package(context, book, download);
    const auto package = ModulePackage::parse(plain.expose());
    if (!package) return given_up(context, book, download, Sw::WrongData);

    if (download.state == State::Complete) {
        const auto sw = judge(context, book, download, *package);
        if (sw != Sw::Ok) return given_up(context, book, download, sw);
        download.state = State::Installing;
        book.save(download);
        if (!context.keep_now()) return Sw::MemoryFailure;
    }
    const base::Bytes atr = context.bay->reset(download.card);
    Installation installation{context, *package};
    auto sw = installation.load();
    if (sw == Sw::Ok) sw = installation.install();
    if (sw != Sw::Ok) {
        (void)installation.erase(package->load_file);
        return given_up(context, book, download, sw);
    }
    // From here on the new card is there: what is left is done now or by the next INSTALL.
    sw = installation.tell_manager(download.card);
    if (sw != Sw::Ok) return sw;
    if (const auto old = book.card(download.card); old && old->instance != package->instance) {
        // Somebody may have put money on it since the card began to change.
        if (has_money(context, *old)) return SecureModule::MoneyLeft;
        sw = installation.erase(old->instance);
        if (sw != Sw::Ok) return sw;
        // One that others were installed from stays.
        (void)installation.erase(old->load_file);
    }
    book.save(download.card,
              {package->kind, package->version, package->load_file, package->instance});
    book.save_version(package->instance, package->version);
    book.erase_blocks(download.blocks);
    download.state = State::Installed;
    book.save(download);
    base::Bytes answer = apdu::tlv(AtrTag, atr);
    apdu::append_tlv(answer, AidTag, package->instance.bytes());
    return {std::move(answer), Sw::Ok};
}

}  // namespace cardos
