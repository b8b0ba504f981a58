#include <deque>

#include "apdu/tlv.hpp"
#include "domain/bytes_io.hpp"
#include "domain/channels.hpp"
#include "domain/key_data.hpp"
#include "domain/store_data.hpp"

namespace domain {

namespace {

// Data grouping identifiers.
constexpr std::uint16_t ObjectsGrouping = 0x0070;
constexpr std::uint16_t KeyTemplates = 0x00B9;
constexpr std::uint16_t SymmetricKey = 0x8113;
constexpr std::uint16_t RsaModulus = 0x0010;
constexpr std::uint16_t RsaExponent = 0x0011;
constexpr std::uint16_t RsaPrivateExponent = 0x8112;

constexpr std::size_t PairModulusBytes = 256;

constexpr apdu::Tag KeyTemplate = 0xB9;
constexpr std::uint8_t MostKeyVersion = 0x7F;

/// What a template says about a key that is still to come.
struct Announced {
    std::uint8_t type = 0;
    std::uint8_t usage = 0;
    std::uint8_t access = 0;
    std::uint8_t id = 0;
    std::uint8_t version = 0;
    std::size_t size = 0;
    base::Bytes check{};
};

std::optional<Announced> read_template(base::ByteView value) {
    const auto byte = [&](apdu::Tag tag) -> std::uint8_t {
        const auto found = apdu::find(value, tag);
        return found && found->size() == 1 ? (*found)[0] : std::uint8_t{0};
    };
    Announced key;
    key.usage = byte(0x95);
    key.access = byte(0x96);
    key.type = byte(0x80);
    key.id = byte(0x82);
    key.version = byte(0x83);
    if (const auto size = apdu::find(value, 0x81)) {
        for (const auto part : *size) key.size = key.size << 8 | part;
    }
    if (const auto check = apdu::find(value, 0x84)) key.check.assign(check->begin(), check->end());
    const bool good = apdu::read_all(value).has_value() && key.version != 0 &&
                      key.version <= MostKeyVersion && key.id != 0 && key.id <= MostKeyVersion &&
                      (KeyType::is_secret(key.type) || key.type == KeyType::RsaModulus ||
                       key.type == KeyType::RsaPrivateExponent);
    return good ? std::optional{key} : std::nullopt;
}

bool announce(base::ByteView templates, std::deque<Announced>& keys) {
    const auto all = apdu::read_all(templates);
    if (!all) return false;
    for (const auto& one : *all) {
        const auto key = one.tag == KeyTemplate ? read_template(one.value) : std::nullopt;
        if (!key) return false;
        keys.push_back(*key);
    }
    return true;
}

apdu::StatusWord keep(Context& context, Slot domain, const Announced& announced,
                      std::vector<KeyComponent> components) {
    auto& keys = context.card.keys;
    auto set = keys.read(domain, announced.version).value_or(KeySet{announced.version, {}});
    const DomainKey key{announced.id, std::move(components), announced.usage, announced.access};
    const auto* old = set.find(key.id);
    if (old != nullptr && !old->like(key)) return apdu::Sw::WrongData;
    const bool renews = old != nullptr && set.protocol() == Protocol::Scp03;
    set.put(key);
    keys.write(domain, set);
    // As with PUT KEY: the counter of an SCP03 set goes on as long as one old key is in use.
    if (!renews && set.protocol()) keys.write_counter(domain, set.version, {});
    note_key_change(context, domain, set.version);
    return apdu::Sw::Ok;
}

/// The domain's own pair: the halves must fit, as a check value shows it for other secrets.
apdu::StatusWord keep_pair(Context& context, Slot domain, const Announced& announced,
                           const RsaPublic& key, base::ByteView ciphertext) {
    const base::Bytes exponent_f4{0x01, 0x00, 0x01};
    if (announced.size != PairModulusBytes || key.modulus.size() != PairModulusBytes ||
        (key.modulus.front() & 0x80) == 0 || (key.modulus.back() & 0x01) == 0 ||
        key.exponent != exponent_f4 || ciphertext.size() != PairModulusBytes) {
        return apdu::Sw::WrongData;
    }
    const auto secret = decrypt_secret(context, ciphertext);
    if (!secret) return apdu::Sw::WrongData;
    base::Bytes probe(PairModulusBytes);
    probe.back() = 0x02;
    if (!context.engine.rsa_private(key, *secret, probe)) return apdu::Sw::SecurityNotSatisfied;
    return keep(context, domain, announced,
                {{KeyType::RsaModulus, Secret{key.modulus}},
                 {KeyType::RsaExponent, Secret{key.exponent}},
                 {KeyType::RsaPrivateExponent, *secret}});
}

}  // namespace

apdu::StatusWord store_groupings(Context& context, Slot domain, base::ByteView bytes) {
    std::deque<Announced> announced;
    RsaPublic rsa;
    ByteReader in{bytes};
    while (in.ok() && !in.rest().empty()) {
        const auto id = in.word();
        constexpr std::uint8_t TwoByteLength = 0xFF;
        auto size = std::size_t{in.byte()};
        if (size == TwoByteLength) size = in.word();
        const auto value = in.raw(size);
        if (!in.ok()) return apdu::Sw::WrongData;

        apdu::StatusWord sw = apdu::Sw::Ok;
        if (id == ObjectsGrouping) {
            sw = store_objects(context, domain, value);
        } else if (id == KeyTemplates) {
            if (!announce(value, announced)) sw = apdu::Sw::WrongData;
        } else if (announced.empty()) {
            sw = apdu::Sw::WrongData;
        } else if (id == SymmetricKey && KeyType::is_secret(announced.front().type)) {
            const auto& next = announced.front();
            auto key = decipher_key(context, next.type, value, next.size, next.check);
            sw = key.sw != apdu::Sw::Ok ? key.sw : keep(context, domain, next, {key.component});
            announced.pop_front();
        } else if (id == RsaExponent) {
            rsa = {{}, {value.begin(), value.end()}};
        } else if (id == RsaModulus && !rsa.exponent.empty()) {
            rsa.modulus.assign(value.begin(), value.end());
            if (announced.front().type != KeyType::RsaModulus) continue;
            sw = keep(context, domain, announced.front(),
                      {{KeyType::RsaModulus, Secret{rsa.modulus}},
                       {KeyType::RsaExponent, Secret{rsa.exponent}}});
            announced.pop_front();
        } else if (id == RsaPrivateExponent &&
                   announced.front().type == KeyType::RsaPrivateExponent) {
            sw = keep_pair(context, domain, announced.front(), rsa, value);
            announced.pop_front();
        } else {
            sw = apdu::Sw::WrongData;
        }
        if (sw != apdu::Sw::Ok) return sw;
    }
    if (!in.ok() || !announced.empty()) return apdu::Sw::WrongData;
    note_key_set(context, domain);
    return apdu::Sw::Ok;
}

}  // namespace domain
