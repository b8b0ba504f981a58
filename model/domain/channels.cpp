#include "domain/channels.hpp"

#include <algorithm>

#include "apdu/tlv.hpp"
#include "domain/bytes_io.hpp"
#include "domain/data_objects.hpp"
#include "store/objects.hpp"

namespace domain {

namespace {

constexpr std::uint8_t SecureMessaging = 0x04;
constexpr std::uint8_t IsoMessaging = 0x0C;  // header and objects as SCP10 protects them
constexpr std::uint32_t LastScp02 = 0xFFFF;
constexpr std::uint32_t LastScp03 = 0xFFFFFF;
constexpr std::uint8_t MostFailures = 0xFF;

/// What INITIALIZE UPDATE takes longer after `failures` in a row (docs/choices.md, Card OS).
base::Tick penalty(std::uint8_t failures) {
    constexpr std::uint8_t Free = 3;
    constexpr unsigned MostDoublings = 4;
    constexpr base::Tick First = 1'695'000;
    if (failures < Free) return 0;
    return First << std::min<unsigned>(failures - Free, MostDoublings);
}

/// Head of the answer: who the keys were made for, which set, which protocol.
ByteWriter answer_head(Context& context, std::uint8_t version, Protocol protocol) {
    ByteWriter out;
    base::Bytes diversification = data_object(context.card, IssuerSlot, DiversificationTag);
    diversification.resize(DiversificationBytes);
    out.raw(diversification).byte(version).byte(static_cast<std::size_t>(protocol));
    return out;
}

apdu::Response initialize_scp02(Context& context, const KeySet& set, Slot holder,
                                base::ByteView host_challenge) {
    const auto counter = context.card.keys.counter(holder, set.version);
    if (counter.sequence > LastScp02) return apdu::Sw::ConditionsNotSatisfied;
    const auto sequence = static_cast<std::uint16_t>(counter.sequence);
    Scp02 protocol{context.engine, set.channel_keys(), sequence};
    Scp02::Challenge challenge{};
    constexpr std::uint8_t PseudoRandom = 0x40;
    if ((protocol_option(context.card, holder, Protocol::Scp02) & PseudoRandom) != 0) {
        challenge = protocol.pseudo_random(context.engine, context.aid);
    } else {
        context.card.random.fill(challenge);
    }
    const auto cryptogram = protocol.begin(context.engine, host_challenge, challenge);
    context.session.protocol = std::move(protocol);
    auto out = answer_head(context, set.version, Protocol::Scp02);
    out.word(sequence).raw(challenge).raw(cryptogram);
    return {out.take(), apdu::Sw::Ok};
}

apdu::Response initialize_scp03(Context& context, const KeySet& set, Slot holder,
                                base::ByteView host_challenge) {
    const auto i = protocol_option(context.card, holder, Protocol::Scp03);
    auto counter = context.card.keys.counter(holder, set.version);
    Scp03 protocol{set.channel_keys(), i};
    base::Bytes challenge(Scp03::size(i));
    const bool pseudo_random = (i & Scp03::PseudoRandom) != 0;
    if (pseudo_random) {
        if (counter.sequence >= LastScp03) return apdu::Sw::ConditionsNotSatisfied;
        ++counter.sequence;
        context.card.keys.write_counter(holder, set.version, counter);
        if (!context.card.ledger.commit(context.work)) return apdu::Sw::MemoryFailure;
        challenge = protocol.pseudo_random(context.engine, counter.sequence, context.aid);
    } else {
        context.card.random.fill(challenge);
    }
    const auto cryptogram = protocol.begin(context.engine, host_challenge, challenge);
    context.session.protocol = std::move(protocol);
    auto out = answer_head(context, set.version, Protocol::Scp03);
    out.byte(i).raw(challenge).raw(cryptogram);
    if (pseudo_random) out.byte(counter.sequence >> 16).word(counter.sequence);
    return {out.take(), apdu::Sw::Ok};
}

/// The level that P1 asks for exists in the protocol under way.
bool has_level(const SessionState& session, std::uint8_t level) {
    if (const auto* scp03 = std::get_if<Scp03>(&session.protocol)) {
        return Scp03::has_level(scp03->i(), level);
    }
    return Scp02::has_level(level);
}

}  // namespace

Slot key_holder(Card& card, Slot domain) {
    Slot holder = domain;
    while (card.keys.channel_sets(holder) == 0) {
        const auto* entry = card.registry.at(holder);
        if (entry == nullptr || entry->domain == holder) break;
        holder = entry->domain;
    }
    return holder;
}

std::uint8_t protocol_option(Card& card, Slot domain, Protocol protocol) {
    constexpr apdu::Tag SecureChannelProtocol = 0x81;
    for (const auto slot : {domain, IssuerSlot}) {
        const auto* entry = card.registry.at(slot);
        if (entry == nullptr) continue;
        apdu::TlvReader reader{entry->parameters};
        while (const auto tlv = reader.next()) {
            if (tlv->tag == SecureChannelProtocol && tlv->value.size() == 2 &&
                tlv->value[0] == static_cast<std::uint8_t>(protocol)) {
                return tlv->value[1];
            }
        }
    }
    return protocol == Protocol::Scp02 ? 0x15 : 0x00;
}

apdu::Response initialize_update(Context& context, const apdu::Command& command) {
    context.session = SessionState{};
    const Slot holder = key_holder(context.card, context.domain);
    const auto set = command.p1 == 0 ? context.card.keys.default_set(holder)
                                     : context.card.keys.read(holder, command.p1);
    const auto protocol = set ? set->protocol() : std::nullopt;
    if (!protocol || *protocol == Protocol::Scp10) return apdu::Sw::ReferencedDataNotFound;

    const bool scp03 = *protocol == Protocol::Scp03;
    const std::size_t challenge_bytes =
        scp03 ? Scp03::size(protocol_option(context.card, holder, Protocol::Scp03)) : 8;
    if (command.data.size() != challenge_bytes) return apdu::Sw::WrongLength;

    context.work.spend(penalty(context.card.keys.counter(holder, set->version).failures));
    auto response = scp03 ? initialize_scp03(context, *set, holder, command.data)
                          : initialize_scp02(context, *set, holder, command.data);
    if (!response.ok()) {
        context.session = SessionState{};
        return response;
    }
    context.session.domain = context.domain;
    context.session.keys = holder;
    context.session.key_version = set->version;
    return response;
}

apdu::Response external_authenticate(Context& context, const apdu::Command& command) {
    auto& session = context.session;
    const bool announced = !std::holds_alternative<std::monostate>(session.protocol) &&
                           !session.open && session.domain == context.domain;
    if (!announced || (command.cla & SecureMessaging) == 0) {
        session.break_off();
        return apdu::Sw::SecurityNotSatisfied;
    }
    if (!has_level(session, command.p1) || command.p2 != 0) {
        session.break_off();
        return apdu::Sw::WrongP1P2;
    }
    auto& keys = context.card.keys;
    auto counter = keys.counter(session.keys, session.key_version);
    if (counter.failures < MostFailures) ++counter.failures;
    keys.write_counter(session.keys, session.key_version, counter);
    if (!context.card.ledger.commit(context.work)) {
        session.break_off();
        return apdu::Sw::MemoryFailure;
    }

    auto* scp02 = std::get_if<Scp02>(&session.protocol);
    const auto proof = scp02 != nullptr
                           ? scp02->prove(context.engine, command)
                           : std::get<Scp03>(session.protocol).prove(context.engine, command);
    if (proof != Proof::Right) {
        session.break_off();
        return proof == Proof::WrongMac ? apdu::Sw::SecurityNotSatisfied
                                        : apdu::Sw::VerificationFailed;
    }
    counter.failures = 0;
    if (scp02 != nullptr) counter.sequence = scp02->sequence() + 1U;
    keys.write_counter(session.keys, session.key_version, counter);
    if (!context.card.ledger.commit(context.work)) {
        session.break_off();
        return apdu::Sw::MemoryFailure;
    }
    session.open = true;
    return apdu::Sw::Ok;
}

apdu::Response begin_r_mac(Context& context, const apdu::Command& command) {
    constexpr std::uint8_t OnlyReckoned = 0x00;
    if (std::holds_alternative<Scp10>(context.session.protocol)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    if (command.p2 != 0x01) return apdu::Sw::WrongP1P2;
    if (auto* scp02 = std::get_if<Scp02>(&context.session.protocol)) {
        if (command.p1 != OnlyReckoned && command.p1 != Level::RMac) return apdu::Sw::WrongP1P2;
        if (scp02->r_mac_running() || (scp02->level() & Level::RMac) != 0) {
            return apdu::Sw::ConditionsNotSatisfied;
        }
        scp02->begin_r_mac(command.p1 == Level::RMac);
        return apdu::Sw::Ok;
    }
    auto& scp03 = std::get<Scp03>(context.session.protocol);
    const bool encrypted = command.p1 == (Level::RMac | Level::REncryption);
    if (command.p1 != Level::RMac && !encrypted) return apdu::Sw::WrongP1P2;
    const std::uint8_t level = encrypted ? 0x33 : 0x11;
    if ((scp03.level() & Level::RMac) != 0 || !Scp03::has_level(scp03.i(), level) ||
        (encrypted && (scp03.level() & Level::CDecryption) == 0) ||
        (scp03.level() & Level::CMac) == 0) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    scp03.begin_r_mac(command.p1);
    return apdu::Sw::Ok;
}

apdu::Response end_r_mac(Context& context, const apdu::Command& command) {
    constexpr std::uint8_t Present = 0x01;  // SCP02: the R-MAC so far, the session goes on
    constexpr std::uint8_t End = 0x03;
    if (std::holds_alternative<Scp10>(context.session.protocol)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    if (command.p1 != 0 || (command.p2 != Present && command.p2 != End)) {
        return apdu::Sw::WrongP1P2;
    }
    if (auto* scp02 = std::get_if<Scp02>(&context.session.protocol)) {
        if (!scp02->r_mac_running()) return apdu::Sw::ConditionsNotSatisfied;
        const apdu::Response response{scp02->r_mac(), apdu::Sw::Ok};
        if (command.p2 == End) scp02->end_r_mac();
        return response;
    }
    const auto& scp03 = std::get<Scp03>(context.session.protocol);
    if (command.p2 != End) return apdu::Sw::WrongP1P2;
    if (!scp03.r_mac_running()) return apdu::Sw::ConditionsNotSatisfied;
    return apdu::Sw::Ok;
}

std::optional<apdu::Command> unwrap(Context& context, const apdu::Command& command) {
    auto& session = context.session;
    const bool secure = (command.cla & SecureMessaging) != 0;
    const bool expected = session.open && (session.level() & Level::CMac) != 0;
    if (!secure && !expected) {
        if (auto* scp02 = std::get_if<Scp02>(&session.protocol)) scp02->note(command);
        return command;
    }
    std::optional<apdu::Command> plain;
    if (secure && expected) {
        const bool is_scp10 = std::holds_alternative<Scp10>(session.protocol);
        if (is_scp10 != ((command.cla & IsoMessaging) == IsoMessaging)) {
            session.break_off();
            return std::nullopt;
        }
        if (auto* scp02 = std::get_if<Scp02>(&session.protocol)) {
            plain = scp02->unwrap(context.engine, command);
        } else if (auto* scp03 = std::get_if<Scp03>(&session.protocol)) {
            plain = scp03->unwrap(context.engine, command);
        } else {
            plain = std::get<Scp10>(session.protocol).unwrap(context.engine, command);
        }
    }
    if (!plain) session.break_off();
    return plain;
}

void wrap(Context& context, apdu::Response& response) {
    if (!context.session.open) return;
    if (auto* scp02 = std::get_if<Scp02>(&context.session.protocol)) {
        scp02->wrap(context.engine, response);
    } else if (auto* scp03 = std::get_if<Scp03>(&context.session.protocol)) {
        scp03->wrap(context.engine, response);
    } else if (auto* scp10 = std::get_if<Scp10>(&context.session.protocol)) {
        scp10->wrap(context.engine, response);
    }
}

std::optional<Secret> decrypt_secret(Context& context, base::ByteView data) {
    if (const auto* scp02 = std::get_if<Scp02>(&context.session.protocol)) {
        return scp02->decrypt_secret(context.engine, data);
    }
    if (const auto* scp03 = std::get_if<Scp03>(&context.session.protocol)) {
        return scp03->decrypt_secret(context.engine, data);
    }
    if (const auto* scp10 = std::get_if<Scp10>(&context.session.protocol)) {
        return scp10->decrypt_secret(context.engine, data);
    }
    return std::nullopt;
}

}  // namespace domain
