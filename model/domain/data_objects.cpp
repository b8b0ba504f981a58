#include "domain/data_objects.hpp"

#include <algorithm>

#include "domain/bytes_io.hpp"
#include "domain/channels.hpp"
#include "domain/scp10_opening.hpp"

namespace domain {

namespace {

constexpr apdu::Tag KeyInformationTag = 0xE0;
constexpr apdu::Tag SequenceTag = 0xC1;
constexpr apdu::Tag ConfirmationTag = 0xC2;
constexpr apdu::Tag LevelTag = 0xD3;
constexpr apdu::Tag CapabilityTag = 0x67;
constexpr apdu::Tag ApplicationsTag = 0x2F00;
constexpr apdu::Tag ResourcesTag = 0xFF21;

constexpr auto ConfirmationObject = object_id(ObjectKind::Card, IssuerSlot, 0);

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

base::Bytes object_identifier(std::initializer_list<std::uint8_t> arcs) {
    constexpr std::array<std::uint8_t, 6> GlobalPlatform{0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B};
    base::Bytes value(GlobalPlatform.begin(), GlobalPlatform.end());
    append(value, base::Bytes{arcs});
    return apdu::tlv(0x06, value);
}

base::Bytes key_information(Card& card, Slot domain) {
    base::Bytes list;
    for (const auto version : card.keys.versions(domain)) {
        const auto set = card.keys.read(domain, version);
        if (!set) continue;
        for (const auto& key : set->keys) {
            const bool extended =
                std::any_of(key.components.begin(), key.components.end(),
                            [](const auto& part) { return part.value.size() > 0xFF; });
            ByteWriter out;
            out.byte(key.id).byte(version);
            for (const auto& part : key.components) {
                if (extended) {
                    out.byte(KeyType::Extended).byte(part.type).word(part.value.size());
                } else {
                    out.byte(part.type).byte(part.value.size());
                }
            }
            if (extended) out.byte(1).byte(key.usage).byte(1).byte(key.access);
            append(list, apdu::tlv(0xC0, out.take()));
        }
    }
    return list;
}

base::Bytes sequence(Card& card, Slot domain) {
    const Slot holder = key_holder(card, domain);
    const auto set = card.keys.default_set(holder);
    if (!set) return {};
    const auto counter = card.keys.counter(holder, set->version);
    ByteWriter out;
    if (*set->protocol() == Protocol::Scp03) out.byte(counter.sequence >> 16);
    return out.word(counter.sequence).take();
}

/// Secure channels with their key sizes, what domains and applications may be given, and the
/// hashes of load files.
base::Bytes capability(Card& card, Slot domain) {
    constexpr std::uint8_t AllAesSizes = 0x07;
    base::Bytes value;
    for (const auto& [protocol, option] : protocols(card, domain)) {
        base::Bytes one = apdu::tlv(0x80, base::Bytes{protocol});
        append(one, apdu::tlv(0x81, base::Bytes{option}));
        if (protocol == 3) append(one, apdu::tlv(0x82, base::Bytes{AllAesSizes}));
        append(value, apdu::tlv(0xA0, one));
    }
    append(value, apdu::tlv(0x81, IssuerPrivileges.bytes()));
    append(value, apdu::tlv(0x83, base::Bytes{0x01, 0x02, 0x03, 0x04}));
    return value;
}

base::Bytes application_list(Context& context) {
    base::Bytes list;
    for (const auto& entry : context.card.registry.entries()) {
        if (entry.kind == Entry::Kind::LoadFile || !context.owns(entry)) continue;
        append(list, apdu::tlv(0x61, apdu::tlv(AidTag, entry.aid.bytes())));
    }
    return list;
}

/// Number of applications, free memory (ETSI TS 102 226, 8.2.1.7).
base::Bytes resources(Card& card) {
    std::size_t applications = 0;
    for (const auto& entry : card.registry.entries()) {
        if (entry.kind == Entry::Kind::Application) ++applications;
    }
    const auto free = card.ledger.free_bytes();
    ByteWriter memory;
    memory.word(free >> 16).word(free);
    const auto bytes = memory.take();
    base::Bytes value = apdu::tlv(0x81, ByteWriter{}.byte(applications).take());
    append(value, apdu::tlv(0x82, bytes));
    append(value, apdu::tlv(0x83, bytes));
    return value;
}

/// Value of an object, dynamic or stored; empty when the domain has none.
base::Bytes value_of(Context& context, apdu::Tag tag) {
    auto& card = context.card;
    switch (tag) {
        case CardDataTag: {
            auto stored = data_object(card, context.domain, tag);
            if (!stored.empty() || context.is_issuer()) return stored;
            return apdu::tlv(RecognitionTag, recognition_data(card, context.domain));
        }
        case CapabilityTag:
            return context.is_issuer() ? capability(card, context.domain) : base::Bytes{};
        case CertificateTag:
            return data_object(card, key_holder(card, context.domain), tag);
        case KeyInformationTag:
            return key_information(card, context.domain);
        case SequenceTag:
            return sequence(card, context.domain);
        case ConfirmationTag: {
            if (!context.is_issuer()) return {};
            const auto count = card.ledger.read(ConfirmationObject);
            return count ? *count : base::Bytes(2);
        }
        case LevelTag: {
            const bool open = context.session.open;
            return {static_cast<std::uint8_t>(open ? Level::Authenticated | context.session.level()
                                                   : Level::None)};
        }
        case ApplicationsTag:
            return application_list(context);
        case ResourcesTag:
            return context.is_issuer() ? resources(card) : base::Bytes{};
        default:
            return data_object(card, context.domain, tag);
    }
}

}  // namespace

std::vector<std::array<std::uint8_t, 2>> protocols(Card& card, Slot domain) {
    std::vector<std::array<std::uint8_t, 2>> found;
    for (const auto slot : {domain, IssuerSlot}) {
        const auto* entry = card.registry.at(slot);
        if (entry == nullptr) continue;
        apdu::TlvReader reader{entry->parameters};
        while (const auto tlv = reader.next()) {
            if (tlv->tag == 0x81 && tlv->value.size() == 2) {
                found.push_back({tlv->value[0], tlv->value[1]});
            }
        }
        if (!found.empty()) break;
    }
    return found;
}

base::Bytes data_object(Card& card, Slot domain, apdu::Tag tag) {
    const auto all = card.ledger.read(object_id(ObjectKind::Data, domain));
    if (!all) return {};
    const auto value = apdu::find(*all, tag);
    return value ? base::Bytes(value->begin(), value->end()) : base::Bytes{};
}

void set_data_object(Card& card, Slot domain, apdu::Tag tag, base::ByteView value) {
    const auto id = object_id(ObjectKind::Data, domain);
    const auto old = card.ledger.read(id).value_or(base::Bytes{});
    base::Bytes all;
    apdu::TlvReader reader{old};
    while (const auto tlv = reader.next()) {
        if (tlv->tag != tag) apdu::append_tlv(all, tlv->tag, tlv->value);
    }
    if (!value.empty()) apdu::append_tlv(all, tag, value);
    if (all.empty()) {
        card.ledger.erase(id);
    } else {
        card.ledger.write(id, all);
    }
}

bool can_be_stored(apdu::Tag tag) noexcept {
    switch (tag) {
        case KeyInformationTag:
        case SequenceTag:
        case ConfirmationTag:
        case LevelTag:
        case ApplicationsTag:
        case ResourcesTag:
        case CapabilityTag:
            return false;
        default:
            return true;
    }
}

std::uint16_t next_confirmation(Card& card) {
    const auto old = card.ledger.read(ConfirmationObject).value_or(base::Bytes(2));
    const auto next = static_cast<std::uint16_t>(ByteReader{old}.word() + 1);
    card.ledger.write(ConfirmationObject, ByteWriter{}.word(next).take());
    return next;
}

base::Bytes recognition_data(Card& card, Slot domain) {
    base::Bytes value = object_identifier({0x01});
    append(value, apdu::tlv(0x60, object_identifier({0x02, 0x02, 0x03})));
    append(value, apdu::tlv(0x63, object_identifier({0x03})));
    for (const auto& [protocol, option] : protocols(card, domain)) {
        append(value, apdu::tlv(0x64, object_identifier({0x04, protocol, option})));
    }
    for (const auto& reference : scp10_key_references(card, domain)) {
        append(value, apdu::tlv(domain == IssuerSlot ? 0x67 : 0x68, reference));
    }
    return value;
}

base::Bytes fci(Card& card, const Entry& domain) {
    constexpr std::uint8_t MostData = 255;
    base::Bytes proprietary = apdu::tlv(RecognitionTag, recognition_data(card, domain.slot));
    append(proprietary, apdu::tlv(0x9F65, base::Bytes{MostData}));
    base::Bytes value = apdu::tlv(0x84, domain.aid.bytes());
    append(value, apdu::tlv(0xA5, proprietary));
    return apdu::tlv(0x6F, value);
}

apdu::Response get_data(Context& context, const apdu::Command& command) {
    const apdu::Tag tag = command.p1p2();
    auto value = value_of(context, tag);
    if (value.empty()) return apdu::Sw::ReferencedDataNotFound;
    const bool proprietary = (command.cla & 0x80) != 0;
    return {proprietary ? apdu::tlv(tag, value) : std::move(value), apdu::Sw::Ok};
}

}  // namespace domain
