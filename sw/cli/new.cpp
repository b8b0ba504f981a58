// new.cpp - `cartouche new`: a fresh card as it leaves the factory, in the format the file name
// asks for.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <random>

#include "base/hex.hpp"
#include "cli/card_slot.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/sector_card.hpp"
#include "dump/card_image.hpp"
#include "store/card_file.hpp"

namespace cli {
namespace {

struct NewCard {
    std::filesystem::path file{};
    std::string kind = "1k";
    std::string uid{};
    std::uint32_t uid_seed = 1;
    std::string atqa{};
    std::string sak{};
    std::string ats{};
    std::string type = "a";
    std::string pupi{};
    std::string afi{};
    std::string atqb{};
    bool chip = false;
    bool sectors = false;
    bool force = false;
};

/// `count` bytes of hexadecimal text as CLI11 checks it.
std::string check_hex(const std::string& text, std::initializer_list<std::size_t> counts) {
    const auto bytes = base::from_hex(text);
    if (bytes && std::find(counts.begin(), counts.end(), bytes->size()) != counts.end()) return {};
    std::string sizes;
    for (const std::size_t count : counts)
        sizes += (sizes.empty() ? "" : " or ") + std::to_string(count);
    return "expected " + sizes + (counts.size() == 1 && *counts.begin() == 1 ? " byte" : " bytes") +
           " in hexadecimal, not " + text;
}

const std::map<std::string, port::CardKind>& kinds() {
    static const std::map<std::string, port::CardKind> Kinds{
        {"mini", port::CardKind::Mini},       {"1k", port::CardKind::Classic1k},
        {"4k", port::CardKind::Classic4k},    {"ultralight", port::CardKind::Ultralight},
        {"ntag213", port::CardKind::Ntag213}, {"ntag215", port::CardKind::Ntag215},
        {"ntag216", port::CardKind::Ntag216}, {"ultralight-aes", port::CardKind::UltralightAes}};
    return Kinds;
}

/// Bytes that ISO/IEC 14443-3 allows as a fixed UID: four, or seven for type 2 memory.
base::Bytes drawn_uid(std::uint32_t seed, port::CardKind kind) {
    constexpr std::uint8_t Nxp = 0x04;
    constexpr std::uint8_t CascadeTag = 0x88;
    std::mt19937 random{seed};
    base::Bytes uid(4);
    do {
        const std::uint32_t drawn = static_cast<std::uint32_t>(random());
        for (unsigned i = 0; i < 4; ++i) uid[i] = static_cast<std::uint8_t>(drawn >> (8 * i));
        // x8 is a cascade tag, a random UID or reserved, xF not unique.
    } while ((uid[0] & 0x0FU) == 0x08 || (uid[0] & 0x0FU) == 0x0F);
    if (port::is_type2(kind)) {
        const base::Bytes head{Nxp, uid[3], uid[2]};
        uid.insert(uid.begin(), head.begin(), head.end());
        if (uid[3] == CascadeTag) uid[3] = 0x00;
    }
    return uid;
}

dump::CardImage fresh_card(const NewCard& options) {
    const port::CardKind kind = kinds().at(options.kind);
    const base::Bytes uid =
        options.uid.empty() ? drawn_uid(options.uid_seed, kind) : *base::from_hex(options.uid);
    if (port::is_type2(kind) && uid.size() != 7)
        throw Failure(WrongUse, "--uid: type 2 memory has a UID of 7 bytes");
    dump::Identity identity = dump::default_identity(kind, uid.size());
    if (!options.atqa.empty()) {
        const base::Bytes atqa = *base::from_hex(options.atqa);
        identity.atqa = static_cast<std::uint16_t>(atqa[0] << 8 | atqa[1]);
    }
    if (!options.sak.empty()) identity.sak = base::from_hex(options.sak)->front();
    return dump::fresh(kind, uid, identity);
}

/// Raw images name neither UID size nor ATQA nor SAK: what is read back must be what was asked for.
void check_kept(const dump::CardImage& card, const std::filesystem::path& file) {
    const dump::CardImage back = dump::parse(dump::serialise(card), file.string());
    if (back.uid != card.uid || back.atqa != card.atqa || back.sak != card.sak)
        throw Failure(WrongUse, file.string() +
                                    ": this format cannot keep such a UID, ATQA or SAK; "
                                    "take .json, .nfc or .nvm");
}

void check_target(const NewCard& options) {
    if (!options.force && std::filesystem::exists(options.file))
        throw Failure(WrongUse, options.file.string() + ": exists already; --force replaces it");
}

/// Throws Failure when an option belongs to cards of the other type.
void check_type(const NewCard& options) {
    const auto only = [&](const char* type,
                          std::initializer_list<std::pair<const char*, bool>> all) {
        for (const auto& [name, given] : all)
            if (given) throw Failure(WrongUse, fmt::format("{} is of --type {}", name, type));
    };
    if (options.type == "b")
        only("a", {{"--uid", !options.uid.empty()},
                   {"--atqa", !options.atqa.empty()},
                   {"--sak", !options.sak.empty()},
                   {"--ats", !options.ats.empty()}});
    else
        only("b", {{"--pupi", !options.pupi.empty()},
                   {"--afi", !options.afi.empty()},
                   {"--atqb", !options.atqb.empty()}});
}

/// What a chip of type A is on the air.
port::CardProfile type_a_profile(const NewCard& options, const dump::CardImage& sectors) {
    port::CardProfile profile = chip_profile(sectors);
    if (!options.sectors) profile.sak = chip_profile().sak;
    if (!options.sak.empty()) profile.sak = sectors.sak;
    if (!has_card_os(profile))
        throw Failure(WrongUse, "--sak: a card with a card OS has bit 20 set");
    if (!options.ats.empty()) profile.ats = *base::from_hex(options.ats);
    return profile;
}

/// What a chip of type B is on the air. Its sectors are read over contacts only.
port::CardProfile type_b_profile(const NewCard& options, const dump::CardImage& sectors) {
    port::CardProfile profile = type_b_chip_profile();
    profile.kind = sectors.kind;
    profile.uid = sectors.uid;
    if (!options.afi.empty()) profile.afi = base::from_hex(options.afi)->front();
    if (!options.atqb.empty()) {
        const base::Bytes atqb = *base::from_hex(options.atqb);
        std::copy(atqb.begin(), atqb.end(), profile.atqb.begin());
    }
    return profile;
}

std::string on_the_air(const port::CardProfile& profile) {
    const std::string uid = base::to_hex(profile.uid);
    if (profile.technology == port::Technology::B)
        return fmt::format("type B, PUPI {}, AFI {:02X}, ATQB {}", uid, profile.afi,
                           base::to_hex(profile.atqb));
    return fmt::format("UID {}, ATQA {:04X}, SAK {:02X}, ATS {}", uid, profile.atqa, profile.sak,
                       base::to_hex(profile.ats));
}

/// A card with a card OS, which no image of another tool can hold.
void write_chip(const NewCard& options) {
    if (options.file.extension() != ".nvm")
        throw Failure(WrongUse, options.file.string() + ": a card with a card OS is kept in .nvm");
    if (port::is_type2(kinds().at(options.kind)))
        throw Failure(WrongUse, "--kind: a card with a card OS has the sectors of mini, 1k or 4k");
    const bool is_b = options.type == "b";
    NewCard made = options;
    if (is_b) made.uid = options.pupi;
    dump::CardImage sectors = fresh_card(made);
    const port::CardProfile profile =
        is_b ? type_b_profile(options, sectors) : type_a_profile(options, sectors);
    check_target(options);
    if (options.sectors) fill_with_samples(sectors);
    const auto card = options.sectors ? std::make_unique<CardSlot>(sectors, profile, CardOptions{})
                                      : std::make_unique<CardSlot>(profile, CardOptions{});
    store::save_card(profile, card->chip()->memory(), options.file);
    std::cout << fmt::format("{}: card OS, {}, {}, ISD A000000151000000\n", options.file.string(),
                             to_string(profile.kind), on_the_air(profile));
}

void write_card(const NewCard& options) {
    check_type(options);
    // Nothing but a card OS speaks type B.
    if (options.chip || options.type == "b") return write_chip(options);
    if (!options.ats.empty()) throw Failure(WrongUse, "--ats needs --chip");
    if (options.sectors) throw Failure(WrongUse, "--sectors needs --chip");
    dump::CardImage card = fresh_card(options);
    const bool whole = options.file.extension() == ".nvm";
    const auto format = dump::format_of(options.file);
    if (!whole && !format)
        throw Failure(WrongUse, options.file.string() +
                                    ": the name must end in .mfd, .bin, .eml, .json, .nfc or .nvm");
    if (format) {
        card.format = *format;
        check_kept(card, options.file);
    }
    check_target(options);
    if (whole)
        store::save_card(dump::profile_of(card), store::SectorStore{card.blocks}, options.file);
    else
        dump::save(card, options.file);
    std::cout << fmt::format("{}: {}, UID {}, ATQA {:04X}, SAK {:02X}\n", options.file.string(),
                             to_string(card.kind), base::to_hex(card.uid), card.atqa, card.sak);
}

}  // namespace

void add_new(CLI::App& app, Context& context) {
    auto options = std::make_shared<NewCard>();
    CLI::App& command = *app.add_subcommand("new", "makes a fresh card, keys FF x 6");
    command
        .add_option("FILE", options->file,
                    "what to write: image .mfd .bin .eml .json .nfc, or whole card .nvm")
        ->required();
    command.add_option("--kind", options->kind, "memory of the card")
        ->check(CLI::IsMember(&kinds()))
        ->capture_default_str();
    command.add_option("--uid", options->uid, "4, 7 or 10 bytes in hexadecimal; default: drawn")
        ->check([](const std::string& text) {
            return check_hex(text, {4, 7, 10});
        });
    command.add_option("--uid-seed", options->uid_seed, "seed of a drawn UID")
        ->capture_default_str();
    command
        .add_option("--atqa", options->atqa, "high byte first, as 0044; default: by kind and UID")
        ->check([](const std::string& text) { return check_hex(text, {2}); });
    command.add_option("--sak", options->sak, "as 08; default: by kind")
        ->check([](const std::string& text) { return check_hex(text, {1}); });
    command.add_flag(
        "--chip", options->chip,
        "with a card OS at ISO-DEP and contacts, and GlobalPlatform's test keys 40..4F; "
        "SAK 20");
    command.add_flag("--sectors", options->sectors,
                     "such a card with samples in its sectors, opened by `cartouche terminal` with "
                     "PIN 1234 (unblocking code 12345678), and by gates; SAK 28");
    command.add_option("--ats", options->ats, "of such a card, with its length byte")
        ->check([](const std::string& text) {
            const auto ats = base::from_hex(text);
            return ats && !ats->empty() && ats->size() <= 20 && ats->front() == ats->size()
                       ? std::string{}
                       : "expected 1 to 20 bytes in hexadecimal, the first their number";
        });
    command
        .add_option("--type", options->type,
                    "a, or b: such a card with a card OS on the air of type B")
        ->check(CLI::IsMember({"a", "b"}))
        ->capture_default_str();
    command.add_option("--pupi", options->pupi, "of type B, 4 bytes; default: drawn as a UID")
        ->check([](const std::string& text) { return check_hex(text, {4}); });
    command.add_option("--afi", options->afi, "of type B, application family, as 11; default: 00")
        ->check([](const std::string& text) { return check_hex(text, {1}); });
    command
        .add_option("--atqb", options->atqb,
                    "of type B, 7 bytes: application data and protocol info; default: all rates, "
                    "frames of 256, FWI 9, CID")
        ->check([](const std::string& text) { return check_hex(text, {7}); });
    command.add_flag("--force", options->force, "replace a file that is there");
    command.callback([options, &context] {
        write_card(*options);
        context.exit_code = 0;
    });
}

}  // namespace cli
