#include "domain/open.hpp"

#include <stdexcept>

#include "apdu/tlv.hpp"
#include "domain/data_objects.hpp"
#include "domain/dispatch.hpp"
#include "domain/status.hpp"
#include "store/objects.hpp"

namespace domain {

Open::Open(store::Objects& objects, port::CryptoPort& crypto, Applications& applications,
           const Options& options)
    : crypto_{crypto}, card_{objects, applications, Random{options.random_seed}} {}

Open::Open(const Open& other, store::Objects& objects, port::CryptoPort& crypto,
           Applications& applications)
    : crypto_{crypto}, card_{objects, applications, other.card_.random} {
    power_up();
}

void Open::power_up() { card_.registry.reload(); }

void Open::personalise(const Factory& factory, store::Work& work) {
    Entry issuer;
    issuer.slot = IssuerSlot;
    issuer.kind = Entry::Kind::Domain;
    issuer.aid = factory.issuer;
    issuer.state = factory.state;
    issuer.privileges = factory.privileges;
    issuer.domain = IssuerSlot;
    issuer.parameters = {0x81, 0x02, 0x02, factory.scp02_i, 0x81, 0x02, 0x03, factory.scp03_i};
    for (const auto i : factory.scp10_i) {
        apdu::append_tlv(issuer.parameters, 0x81, base::Bytes{0x10, i});
    }
    card_.registry.put(issuer);

    set_data_object(card_, IssuerSlot, DiversificationTag, factory.diversification);
    set_data_object(card_, IssuerSlot, IssuerIdentificationTag, factory.iin);
    set_data_object(card_, IssuerSlot, CardImageTag, factory.cin);
    set_data_object(card_, IssuerSlot, CplcTag, factory.cplc);
    set_data_object(card_, IssuerSlot, CertificateTag, factory.certificate);

    for (const auto& keys : factory.keys) {
        const auto type = keys.aes ? KeyType::Aes : KeyType::Des;
        KeySet set{keys.version, {}};
        std::uint8_t id = 1;
        for (const auto* value : {&keys.enc, &keys.mac, &keys.dek}) {
            set.put({id++, {{type, *value}}, 0, 0});
        }
        card_.keys.write(IssuerSlot, set);
        card_.keys.write_counter(IssuerSlot, keys.version, {keys.counter, 0});
    }
    for (const auto& keys : factory.rsa_keys) {
        const KeyComponent exponent{KeyType::RsaExponent, Secret{base::Bytes{0x01, 0x00, 0x01}}};
        KeySet set{keys.version, {}};
        set.put({1,
                 {{KeyType::RsaModulus, Secret{keys.modulus}},
                  exponent,
                  {KeyType::RsaPrivateExponent, keys.private_exponent}},
                 0,
                 0});
        set.put({2, {{KeyType::RsaModulus, Secret{keys.trust_point}}, exponent}, 0, 0});
        card_.keys.write(IssuerSlot, set);
    }
    if (factory.card_data) {
        set_data_object(card_, IssuerSlot, CardDataTag,
                        apdu::tlv(RecognitionTag, recognition_data(card_, IssuerSlot)));
    }
    for (const auto& file : factory.files) {
        Entry entry;
        entry.slot = card_.registry.free_slot();
        entry.kind = Entry::Kind::LoadFile;
        entry.aid = file.aid;
        entry.state = State::Loaded;
        entry.modules = file.modules;
        entry.version = file.version;
        card_.registry.put(entry);
    }
    for (const auto& application : factory.applications) {
        const auto* file = card_.registry.find(application.load_file);
        if (file == nullptr) throw std::invalid_argument{"an application without its load file"};
        Entry entry;
        entry.slot = card_.registry.free_slot();
        entry.kind = application.privileges.has(Privilege::SecurityDomain)
                         ? Entry::Kind::Domain
                         : Entry::Kind::Application;
        entry.aid = application.aid;
        entry.state = application.state;
        entry.privileges = application.privileges;
        entry.load_file = file->slot;
        entry.module = application.module;
        entry.parameters = application.parameters;
        card_.registry.put(entry);
        if (entry.kind == Entry::Kind::Domain) continue;
        const auto sw = card_.applications->make(instance(entry), {}, entry.parameters, work);
        if (sw != apdu::Sw::Ok) throw std::invalid_argument{"an application refuses to be made"};
    }
    if (!card_.ledger.commit(work)) throw std::length_error{"the memory is too small for the card"};
}

const Entry* Open::select(base::ByteView part, const Aid* after) const {
    const auto& registry = card_.registry;
    if (card_state() == State::Terminated) return nullptr;
    const bool locked = card_state() == State::CardLocked;
    const auto fits = [&](const Entry& entry) {
        return entry.selectable() && entry.aid.starts_with(part) &&
               (!locked || entry.privileges.has(Privilege::FinalApplication));
    };
    if (part.empty() && after == nullptr) {
        const auto& entry = locked ? issuer() : default_application();
        return fits(entry) ? &entry : nullptr;
    }
    const auto whole = Aid::from(part);
    const auto* exact = whole ? registry.find(*whole) : nullptr;
    if (after == nullptr && exact != nullptr && fits(*exact)) return exact;
    bool past = after == nullptr;
    for (const auto& entry : registry.entries()) {
        if (past && fits(entry)) return &entry;
        past = past || entry.aid == *after;
    }
    return nullptr;
}

const Entry& Open::default_application() const {
    for (const auto& entry : card_.registry.entries()) {
        if (entry.privileges.has(Privilege::CardReset) && entry.selectable()) return entry;
    }
    return issuer();
}

apdu::StatusWord Open::select_status() const {
    return card_state() == State::CardLocked ? apdu::Sw::Deactivated : apdu::Sw::Ok;
}

base::Bytes Open::fci(const Entry& domain) { return domain::fci(card_, domain); }

Instance Open::instance(const Entry& application) const {
    const auto* file = card_.registry.at(application.load_file);
    return {application.slot, file == nullptr ? Aid{} : file->aid, application.module,
            application.aid, application.privileges};
}

base::Bytes Open::load_file(Slot load_file) {
    return card_.ledger.read(object_id(ObjectKind::LoadFile, load_file)).value_or(base::Bytes{});
}

apdu::Response Open::process(const apdu::Command& command, Session& session, const Aid& selected,
                             store::Work& work) {
    const auto* entry = card_.registry.find(selected);
    if (entry == nullptr || entry->kind == Entry::Kind::LoadFile) {
        session.close();
        return apdu::Sw::ConditionsNotSatisfied;
    }
    const bool is_domain = entry->kind == Entry::Kind::Domain;
    if (!is_domain && !is_channel_command(command)) return apdu::Sw::InsNotSupported;
    const Slot domain = is_domain ? entry->slot : entry->domain;
    const auto name = selected;
    Engine engine{crypto_, work};
    Context context{card_, session.state_, domain, name.bytes(), engine, work};
    return dispatch(context, command);
}

bool Open::is_channel_command(const apdu::Command& command) noexcept {
    const bool ours = (command.cla & 0xF8) == 0x80;
    return ours &&
           (command.ins == Ins::InitializeUpdate || command.ins == Ins::ExternalAuthenticate ||
            command.ins == Ins::BeginRMac || command.ins == Ins::EndRMac);
}

Open::Unwrapped Open::unwrap(const apdu::Command& command, Session& session, store::Work& work) {
    Engine engine{crypto_, work};
    Context context{card_, session.state_, session.state_.domain, {}, engine, work};
    auto plain = domain::unwrap(context, command);
    if (!plain) return {std::nullopt, apdu::Sw::SecurityNotSatisfied};
    return {std::move(plain), apdu::Sw::Ok};
}

void Open::wrap(apdu::Response& response, Session& session, store::Work& work) {
    Engine engine{crypto_, work};
    Context context{card_, session.state_, session.state_.domain, {}, engine, work};
    domain::wrap(context, response);
}

void Open::trust(Session& session) noexcept {
    session.close();
    session.state_.domain = IssuerSlot;
    session.state_.keys = IssuerSlot;
    session.state_.open = true;
}

SecuredPacket Open::receive(base::ByteView packet, store::Work& work) {
    Engine engine{crypto_, work};
    return receive_packet(card_, engine, work, packet);
}

base::Bytes Open::proof(const SecuredPacket& packet, base::ByteView data, store::Work& work) {
    Engine engine{crypto_, work};
    return proof_of_receipt(card_, engine, packet, data);
}

bool Open::set_own_state(Slot application, std::uint8_t state, store::Work& work) {
    const auto* found = card_.registry.at(application);
    if (found == nullptr || found->kind != Entry::Kind::Application || found->locked()) {
        return false;
    }
    auto entry = *found;
    const bool locks = (state & State::Locked) != 0;
    if (!locks && !may_become(entry.state, state)) return false;
    entry.state = locks ? static_cast<std::uint8_t>(entry.state | State::Locked) : state;
    card_.registry.put(entry);
    if (card_.ledger.commit(work)) return true;
    card_.registry.reload();
    return false;
}

}  // namespace domain
