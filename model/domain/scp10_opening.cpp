#include "domain/scp10_opening.hpp"

#include <algorithm>

#include "apdu/tlv.hpp"
#include "domain/channels.hpp"
#include "domain/data_objects.hpp"
#include "domain/scp10_options.hpp"
#include "store/objects.hpp"

namespace domain {

namespace {

using Due = Scp10Opening::Due;

constexpr std::uint8_t ManageEnvironment = 0x22;
constexpr std::uint8_t PerformOperation = 0x2A;
constexpr std::uint8_t ExternalAuthenticate = 0x82;
constexpr std::uint8_t GetChallenge = 0x84;
constexpr std::uint8_t InternalAuthenticate = 0x88;

// P1 P2 of MANAGE SECURITY ENVIRONMENT and PERFORM SECURITY OPERATION.
constexpr std::uint16_t VerifyingKey = 0x81B6;
constexpr std::uint16_t MutualAuthentication = 0xC1A4;
constexpr std::uint16_t DecipheringKey = 0x41B8;
constexpr std::uint16_t Signer = 0x81A4;
constexpr std::uint16_t VerifyCertificate = 0x00AE;
constexpr std::uint16_t Decipher = 0x8084;

constexpr std::uint8_t Agreement = 0x01;  // i
constexpr std::uint8_t Transport = 0x02;

constexpr std::uint8_t PairId = 0x01;
constexpr std::uint8_t TrustPointId = 0x02;
constexpr unsigned MostCertificates = 4;
constexpr std::uint8_t MostFailures = 15;
constexpr std::size_t AgreementChallenge = 8;  // RND.ICC
constexpr std::size_t TransportChallenge = 16;

constexpr apdu::Tag PublicName = 0x83;
constexpr apdu::Tag PrivateName = 0x84;

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

bool same(base::ByteView a, base::ByteView b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

RsaPublic public_part(const DomainKey& key) {
    const auto* modulus = key.component(KeyType::RsaModulus);
    const auto* exponent = key.component(KeyType::RsaExponent);
    if (modulus == nullptr || exponent == nullptr) return {};
    return {modulus->expose(), exponent->expose()};
}

std::optional<RsaPair> pair_of(Context& context, const Scp10Opening& opening) {
    const auto set = context.card.keys.read(opening.keys, opening.version);
    const auto* key = set ? set->find(PairId) : nullptr;
    const auto* exponent = key == nullptr ? nullptr : key->component(KeyType::RsaPrivateExponent);
    if (exponent == nullptr) return std::nullopt;
    return RsaPair{public_part(*key), *exponent};
}

bool speaks(Context& context, std::uint8_t option) {
    const auto all = protocols(context.card, context.domain);
    return std::any_of(all.begin(), all.end(), [&](const auto& pair) {
        return pair[0] == static_cast<std::uint8_t>(Protocol::Scp10) &&
               (option == 0 || pair[1] == option);
    });
}

/// The value of the only object, if it is of this tag and size.
std::optional<base::ByteView> only(base::ByteView data, apdu::Tag tag, std::size_t size) {
    const auto objects = apdu::read_all(data);
    if (!objects || objects->size() != 1) return std::nullopt;
    const auto& object = objects->front();
    if (object.tag != tag || object.value.size() != size) return std::nullopt;
    return object.value;
}

/// Openings beside each other on other channels count too, so it is asked at each use again.
bool is_blocked(Context& context, const Scp10Opening& opening) {
    return context.card.keys.counter(opening.keys, opening.version).failures >= MostFailures;
}

/// Counts a use of the private key in the memory; false: it cannot.
bool count_use(Context& context, const Scp10Opening& opening) {
    auto counter = context.card.keys.counter(opening.keys, opening.version);
    ++counter.failures;
    context.card.keys.write_counter(opening.keys, opening.version, counter);
    return context.card.ledger.commit(context.work);
}

bool clear_count(Context& context, const Scp10Opening& opening) {
    auto counter = context.card.keys.counter(opening.keys, opening.version);
    counter.failures = 0;
    context.card.keys.write_counter(opening.keys, opening.version, counter);
    return context.card.ledger.commit(context.work);
}

// Certificates.

/// A new opening when `name` is a trust point of the domain's.
std::optional<Scp10Opening> begin(Context& context, base::ByteView name) {
    const Slot keys = key_holder(context.card, context.domain);
    for (const auto version : context.card.keys.versions(keys)) {
        const auto set = context.card.keys.read(keys, version);
        if (!set || set->protocol() != Protocol::Scp10) continue;
        Holder trust_point{{}, Role::Authority, public_part(*set->find(TrustPointId))};
        trust_point.name = trust_point_name(trust_point.key.modulus);
        if (!same(trust_point.name, name)) continue;
        Scp10Opening opening;
        opening.keys = keys;
        opening.version = version;
        opening.last = std::move(trust_point);
        return opening;
    }
    return std::nullopt;
}

apdu::StatusWord choose_verifying_key(Context& context, base::ByteView data) {
    const auto name = only(data, PublicName, std::tuple_size_v<KeyName>);
    if (!name) return apdu::Sw::WrongData;
    auto& opening = context.session.opening;
    if (opening && opening->due == Due::NextKey && same(*name, opening->last.name)) {
        opening->due = Due::Certificate;
        return apdu::Sw::Ok;
    }
    auto fresh = begin(context, *name);
    if (!fresh) return apdu::Sw::ReferencedDataNotFound;
    context.session = SessionState{};
    context.session.domain = context.domain;
    context.session.opening = std::move(fresh);
    return apdu::Sw::Ok;
}

apdu::StatusWord take_certificate(Context& context, Scp10Opening& opening, base::ByteView data) {
    auto certified = verify_certificate(context.engine, data, opening.last);
    if (!certified.holder) return certified.sw;
    ++opening.certificates;
    const bool may_go_on = opening.certificates < MostCertificates;
    switch (certified.holder->role) {
        case Role::Authority:
            if (!may_go_on) return apdu::Sw::VerificationFailed;
            opening.due = Due::NextKey;
            break;
        case Role::OffCardEntity:
            opening.due = Due::Option;
            break;
        default:
            return apdu::Sw::VerificationFailed;
    }
    opening.last = std::move(*certified.holder);
    return apdu::Sw::Ok;
}

// Step 2 of both options.

apdu::StatusWord choose_option(Context& context, Scp10Opening& opening,
                               const apdu::Command& command) {
    opening.transport = command.p1p2() == DecipheringKey;
    const auto objects = apdu::read_all(command.data);
    const std::size_t names = opening.transport ? 0 : 1;
    if (!objects || objects->size() != names + 1 || objects->back().tag != PrivateName ||
        objects->back().value.size() != 2) {
        return apdu::Sw::WrongData;
    }
    if (!opening.transport) {
        const auto& name = objects->front();
        if (name.tag != PublicName || name.value.size() != opening.last.name.size()) {
            return apdu::Sw::WrongData;
        }
        if (!same(name.value, opening.last.name)) return apdu::Sw::ReferencedDataNotFound;
    }
    const auto key = objects->back().value;
    if (key[0] != opening.version || key[1] != PairId) return apdu::Sw::ReferencedDataNotFound;
    if (!speaks(context, opening.transport ? Transport : Agreement)) {
        return apdu::Sw::FunctionNotSupported;
    }
    if (is_blocked(context, opening)) return apdu::Sw::MethodBlocked;
    opening.due = opening.transport ? Due::Decipher : Due::Internal;
    return apdu::Sw::Ok;
}

// The exchanges.

apdu::Response prove_card(Context& context, Scp10Opening& opening, base::ByteView data) {
    if (data.size() != AgreementChallenge + SerialBytes) return apdu::Sw::WrongLength;
    const auto random = data.first(AgreementChallenge);
    if (!same(data.last(SerialBytes), serial_of(opening.last.name))) return apdu::Sw::WrongData;
    const auto pair = pair_of(context, opening);
    if (!pair) return apdu::Sw::ReferencedDataNotFound;
    opening.host_challenge.assign(random.begin(), random.end());
    const auto cryptogram = offer_half(context, opening, *pair);
    if (!cryptogram) return apdu::Sw::ExecutionError;
    opening.due = Due::Challenge;
    return {*cryptogram, apdu::Sw::Ok};
}

apdu::StatusWord decipher_keys(Context& context, Scp10Opening& opening, base::ByteView data) {
    const auto pair = pair_of(context, opening);
    if (!pair) return apdu::Sw::ReferencedDataNotFound;
    if (data.size() != pair->key.modulus.size()) return apdu::Sw::WrongLength;
    if (is_blocked(context, opening)) return apdu::Sw::MethodBlocked;
    if (!count_use(context, opening)) return apdu::Sw::MemoryFailure;
    if (!take_keys(context, opening, *pair, data)) return apdu::Sw::WrongData;
    opening.due = Due::Signer;
    return apdu::Sw::Ok;
}

apdu::StatusWord choose_signer(Scp10Opening& opening, base::ByteView data) {
    const auto name = only(data, PublicName, opening.last.name.size());
    if (!name) return apdu::Sw::WrongData;
    if (!same(*name, opening.last.name)) return apdu::Sw::ReferencedDataNotFound;
    opening.due = Due::Challenge;
    return apdu::Sw::Ok;
}

apdu::Response challenge(Context& context, Scp10Opening& opening, const apdu::Command& command) {
    const std::size_t size = opening.transport ? TransportChallenge : AgreementChallenge;
    const auto ne = command.ne.value_or(0);
    if (!command.data.empty() || (ne != size && ne != apdu::MostShortNe)) {
        return apdu::Sw::WrongLength;
    }
    opening.challenge.resize(size);
    context.card.random.fill(opening.challenge);
    opening.due = Due::External;
    return {opening.challenge, apdu::Sw::Ok};
}

apdu::StatusWord prove_host(Context& context, Scp10Opening& opening, base::ByteView data) {
    const auto pair = pair_of(context, opening);
    if (!pair) return apdu::Sw::ReferencedDataNotFound;
    if (data.size() != pair->key.modulus.size()) return apdu::Sw::WrongLength;
    if (!opening.transport && is_blocked(context, opening)) return apdu::Sw::MethodBlocked;
    if (!opening.transport && !count_use(context, opening)) return apdu::Sw::MemoryFailure;
    auto protocol = opening.transport ? transported(context, opening, data)
                                      : agreed(context, opening, *pair, data);
    if (!protocol) return apdu::Sw::VerificationFailed;
    if (!clear_count(context, opening)) return apdu::Sw::MemoryFailure;
    SessionState session;
    session.domain = context.domain;
    session.keys = opening.keys;
    session.key_version = opening.version;
    session.protocol = std::move(*protocol);
    session.open = true;
    context.session = std::move(session);
    return apdu::Sw::Ok;
}

/// What a command is for; nothing: P1 P2 are wrong.
std::optional<Due> purpose(const apdu::Command& command) {
    const auto p1p2 = command.p1p2();
    switch (command.ins) {
        case ManageEnvironment:
            if (p1p2 == VerifyingKey) return Due::NextKey;
            if (p1p2 == MutualAuthentication || p1p2 == DecipheringKey) return Due::Option;
            if (p1p2 == Signer) return Due::Signer;
            return std::nullopt;
        case PerformOperation:
            if (p1p2 == VerifyCertificate) return Due::Certificate;
            if (p1p2 == Decipher) return Due::Decipher;
            return std::nullopt;
        default:
            if (p1p2 != 0) return std::nullopt;
            if (command.ins == GetChallenge) return Due::Challenge;
            return command.ins == InternalAuthenticate ? Due::Internal : Due::External;
    }
}

apdu::Response run(Context& context, const apdu::Command& command) {
    const auto due = purpose(command);
    if (!due) return apdu::Sw::WrongP1P2;
    if (*due == Due::NextKey) return choose_verifying_key(context, command.data);
    if (!context.session.opening || context.session.opening->due != *due) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    auto& opening = *context.session.opening;
    switch (*due) {
        case Due::Certificate:
            return take_certificate(context, opening, command.data);
        case Due::Option:
            return choose_option(context, opening, command);
        case Due::Internal:
            return prove_card(context, opening, command.data);
        case Due::Decipher:
            return decipher_keys(context, opening, command.data);
        case Due::Signer:
            return choose_signer(opening, command.data);
        case Due::Challenge:
            return challenge(context, opening, command);
        default:
            return prove_host(context, opening, command.data);
    }
}

}  // namespace

bool is_scp10_command(std::uint8_t ins) noexcept {
    return ins == ManageEnvironment || ins == PerformOperation || ins == GetChallenge ||
           ins == InternalAuthenticate || ins == ExternalAuthenticate;
}

bool speaks_scp10(Context& context) { return speaks(context, 0); }

apdu::Response scp10_command(Context& context, const apdu::Command& command) {
    auto response = run(context, command);
    auto& session = context.session;
    if (apdu::is_error(response.sw) || apdu::is_warning(response.sw)) {
        session.break_off();
    } else if (session.opening) {
        append(session.opening->heard, command.data);
    }
    return response;
}

std::vector<base::Bytes> scp10_key_references(Card& card, Slot domain) {
    std::vector<base::Bytes> all;
    const Slot keys = key_holder(card, domain);
    for (const auto version : card.keys.versions(keys)) {
        const auto set = card.keys.read(keys, version);
        if (!set || set->protocol() != Protocol::Scp10) continue;
        auto one = apdu::tlv(PrivateName, base::Bytes{version, PairId});
        const auto name = trust_point_name(public_part(*set->find(TrustPointId)).modulus);
        apdu::append_tlv(one, PublicName, name);
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace domain
