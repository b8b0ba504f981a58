#include <algorithm>

#include "apdu/tlv.hpp"
#include "domain/status.hpp"

namespace domain {

namespace {

constexpr std::uint8_t Issuer = 0x80;
constexpr std::uint8_t ApplicationsAndDomains = 0x40;
constexpr std::uint8_t LoadFiles = 0x20;
constexpr std::uint8_t LoadFilesWithModules = 0x10;

constexpr std::uint8_t FirstOrAll = 0x02;
constexpr std::uint8_t Next = 0x03;

/// What fits a short response, encrypted and with the longest MAC.
constexpr std::size_t MostListBytes = 239;

constexpr apdu::Tag EntryTag = 0xE3;
constexpr apdu::Tag AidTag = 0x4F;
constexpr apdu::Tag StateTag = 0x9F70;
constexpr apdu::Tag PrivilegesTag = 0xC5;
constexpr apdu::Tag ImplicitTag = 0xCF;
constexpr apdu::Tag LoadFileTag = 0xC4;
constexpr apdu::Tag DomainTag = 0xCC;
constexpr apdu::Tag VersionTag = 0xCE;
constexpr apdu::Tag ModuleTag = 0x84;

bool fits(const Entry& entry, std::uint8_t p1) {
    switch (p1) {
        case Issuer:
            return entry.slot == IssuerSlot;
        case ApplicationsAndDomains:
            return entry.kind != Entry::Kind::LoadFile && entry.slot != IssuerSlot;
        default:
            return entry.kind == Entry::Kind::LoadFile;
    }
}

bool visible(const Context& context, const Entry& entry) {
    return context.has(Privilege::GlobalRegistry) || entry.slot == context.domain ||
           context.card.registry.is_ancestor(context.domain, entry);
}

/// Tags of a list 5C, one or two bytes each; nothing: what is told unasked.
using Tags = std::optional<std::vector<apdu::Tag>>;

Tags read_tags(base::ByteView list) {
    std::vector<apdu::Tag> tags;
    for (std::size_t i = 0; i < list.size(); ++i) {
        apdu::Tag tag = list[i];
        constexpr std::uint8_t MoreBytes = 0x1F;
        if ((tag & MoreBytes) == MoreBytes && i + 1 < list.size()) tag = tag << 8 | list[++i];
        tags.push_back(tag);
    }
    return tags;
}

base::Bytes describe(const Context& context, const Entry& entry, std::uint8_t p1,
                     const Tags& tags) {
    const bool is_file = entry.kind == Entry::Kind::LoadFile;
    const auto wanted = [&](apdu::Tag tag) {
        if (tags) return std::find(tags->begin(), tags->end(), tag) != tags->end();
        return tag != LoadFileTag && (entry.slot != IssuerSlot || tag == StateTag);
    };
    base::Bytes value = apdu::tlv(AidTag, entry.aid.bytes());
    const auto add = [&](apdu::Tag tag, base::ByteView bytes) {
        if (wanted(tag) && !bytes.empty()) apdu::append_tlv(value, tag, bytes);
    };
    add(StateTag, base::Bytes{entry.state});
    if (is_file) {
        add(VersionTag, entry.version);
    } else {
        add(PrivilegesTag, entry.privileges.bytes());
        add(ImplicitTag, entry.implicit);
        const auto* file = context.card.registry.at(entry.load_file);
        if (file != nullptr) add(LoadFileTag, file->aid.bytes());
    }
    const auto* domain = context.card.registry.at(entry.domain);
    if (domain != nullptr) add(DomainTag, domain->aid.bytes());
    if (is_file && p1 == LoadFilesWithModules) {
        for (const auto& module : entry.modules) {
            apdu::append_tlv(value, ModuleTag, module.bytes());
        }
    }
    return apdu::tlv(EntryTag, value);
}

}  // namespace

apdu::Response get_status(Context& context, const apdu::Command& command) {
    if (command.p1 != Issuer && command.p1 != ApplicationsAndDomains && command.p1 != LoadFiles &&
        command.p1 != LoadFilesWithModules) {
        return apdu::Sw::WrongP1P2;
    }
    if (command.p2 != FirstOrAll && command.p2 != Next) return apdu::Sw::WrongP1P2;

    apdu::TlvReader reader{command.data};
    const auto searched = reader.next();
    if (!searched || searched->tag != AidTag || searched->value.size() > Aid::MostBytes) {
        return apdu::Sw::WrongData;
    }
    Tags tags;
    while (const auto tlv = reader.next()) {
        if (tlv->tag == 0x5C) tags = read_tags(tlv->value);
    }
    if (!reader.ok()) return apdu::Sw::WrongData;

    std::size_t index = 0;
    auto& listing = context.session.listing;
    if (command.p2 == Next) {
        if (!listing || listing->p1 != command.p1 || listing->data != command.data) {
            return apdu::Sw::ReferencedDataNotFound;
        }
        index = listing->next;
    }
    listing.reset();

    base::Bytes list;
    std::size_t place = 0;
    for (const auto& entry : context.card.registry.entries()) {
        if (!fits(entry, command.p1) || !visible(context, entry) ||
            !entry.aid.starts_with(searched->value)) {
            continue;
        }
        if (place++ < index) continue;
        const auto one = describe(context, entry, command.p1, tags);
        if (!list.empty() && list.size() + one.size() > MostListBytes) {
            listing = Listing{command.p1, command.data, place - 1};
            return {list, apdu::Sw::MoreData};
        }
        list.insert(list.end(), one.begin(), one.end());
    }
    if (list.empty()) return apdu::Sw::ReferencedDataNotFound;
    return {list, apdu::Sw::Ok};
}

}  // namespace domain
