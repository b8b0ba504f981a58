#include "reader/scp10_opening.hpp"

#include <cryptopp/sha.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "reader/scp10_session.hpp"

namespace reader {
namespace {

constexpr std::size_t MostCertificates = 4;
constexpr std::size_t HostChallengeBytes = 8;
constexpr std::size_t AgreementChallengeBytes = 8;
constexpr std::size_t TransportChallengeBytes = 16;
constexpr std::size_t TransportedKeyBytes = 16;
constexpr std::uint8_t CardKeyId = 0x01;

constexpr std::uint8_t InsManageEnvironment = 0x22;
constexpr std::uint8_t InsPerformOperation = 0x2A;
constexpr std::uint8_t InsExternalAuthenticate = 0x82;
constexpr std::uint8_t InsGetChallenge = 0x84;
constexpr std::uint8_t InsInternalAuthenticate = 0x88;
constexpr std::uint8_t InsGetData = 0xCA;

constexpr apdu::Tag PublicKeyName = 0x83;
constexpr apdu::Tag PrivateKeyName = 0x84;

/// Numbers of the keys that come of a seed.
constexpr std::uint32_t Enc = 1;
constexpr std::uint32_t Mac = 2;
constexpr std::uint32_t Dek = 5;

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

DesBlock eight(base::ByteView first, base::ByteView second = {}) {
    DesBlock block{};
    const auto end = std::copy(first.begin(), first.end(), block.begin());
    std::copy(second.begin(), second.end(), end);
    return block;
}

/// A key of the card: its version and number.
base::Bytes card_key(std::uint8_t version) {
    return apdu::tlv(PrivateKeyName, std::array{version, CardKeyId});
}

bool has_level(Scp10Option option, std::uint8_t level) {
    constexpr std::uint8_t Macs = SecurityLevel::CMac | SecurityLevel::RMac;
    constexpr std::uint8_t All = Macs | SecurityLevel::CDecryption | SecurityLevel::REncryption;
    return level == All || (level == Macs && option == Scp10Option::KeyTransport);
}

ScpKey drawn_key(const Random& random) {
    base::Bytes value = random(TransportedKeyBytes);
    const ScpKey key{value};
    base::wipe(value);
    return key;
}

SecretHalf drawn_half(const Random& random) {
    std::array<std::uint8_t, sizeof(SecretHalf)> value{};
    base::Bytes drawn = random(value.size());
    std::copy_n(drawn.begin(), value.size(), value.begin());
    const SecretHalf half{value};
    base::wipe(value);
    base::wipe(drawn);
    return half;
}

}  // namespace

Scp10Opening::Scp10Opening(const Scp10Host& host, Scp10Request request, Random random)
    : host_{host}, request_{std::move(request)}, random_{std::move(random)} {
    if (host_.chain.empty() || host_.chain.size() > MostCertificates)
        throw std::invalid_argument{"SCP10 takes one to four certificates"};
    for (const auto& certificate : host_.chain)
        if (!signer_of(certificate)) throw std::invalid_argument{"this is no certificate"};
    if (!has_level(request_.option, request_.level))
        throw std::invalid_argument{"this option of SCP10 does not have this level"};
    apdu::Command get{0x80, InsGetData, 0x7F, 0x21, {}, apdu::MostNe};
    get.extended = true;
    ask("GET DATA [certificate]", get, &Scp10Opening::certificate_read);
}

void Scp10Opening::ask(std::string_view name, const apdu::Command& command, Then then) {
    append(told_, command.data);
    step_ = {name, command.bytes()};
    then_ = then;
}

void Scp10Opening::fail(std::string why) {
    step_.reset();
    ready_.reset();
    trouble_ = std::move(why);
}

void Scp10Opening::take(base::ByteView answer) {
    if (!step_) throw std::logic_error{"no step is open"};
    const auto response = apdu::parse_response(answer);
    if (!response) return fail(std::string{step_->name} + " was not answered");
    if (!response->ok())
        return fail(std::string{step_->name} + " was answered " + base::to_hex(answer.last(2)));
    (this->*then_)(response->data);
}

SecureChannel Scp10Opening::channel() {
    if (!session_) throw std::logic_error{"the channel is not open"};
    return {ScpProtocol::Scp10, std::move(session_), request_.level};
}

void Scp10Opening::certificate_read(base::ByteView data) {
    const auto card = verified(data, host_.trust_point);
    if (!card || card->role != Role::Domain)
        return fail("the card's certificate is not to be believed");
    if (request_.card && card->holder != *request_.card) return fail("this is another card");
    card_ = card;
    name_next_signer();
}

void Scp10Opening::name_next_signer(base::ByteView /*data*/) {
    if (certificates_ == host_.chain.size())
        return request_.option == Scp10Option::KeyAgreement ? name_keys({}) : name_card_key({});
    const Serial signer = signer_of(host_.chain[certificates_]).value();
    ask("MANAGE SECURITY ENVIRONMENT [signer]",
        {0x00, InsManageEnvironment, 0x81, 0xB6, apdu::tlv(PublicKeyName, key_name(signer)), {}},
        &Scp10Opening::send_certificate);
}

void Scp10Opening::send_certificate(base::ByteView /*data*/) {
    const auto value = apdu::find(host_.chain[certificates_++], 0x7F21).value();
    ask("VERIFY CERTIFICATE",
        {0x00, InsPerformOperation, 0x00, 0xAE, {value.begin(), value.end()}, {}},
        &Scp10Opening::name_next_signer);
}

// Key agreement

void Scp10Opening::name_keys(base::ByteView /*data*/) {
    base::Bytes names = apdu::tlv(PublicKeyName, key_name(host_.serial));
    append(names, card_key(request_.key_version));
    ask("MANAGE SECURITY ENVIRONMENT [keys]",
        {0x00, InsManageEnvironment, 0xC1, 0xA4, std::move(names), {}},
        &Scp10Opening::internal_authenticate);
}

void Scp10Opening::internal_authenticate(base::ByteView /*data*/) {
    challenge_ = random_(HostChallengeBytes);
    base::Bytes data = challenge_;
    append(data, host_.serial);
    ask("INTERNAL AUTHENTICATE",
        {0x00, InsInternalAuthenticate, 0x00, 0x00, std::move(data), apdu::MostShortNe},
        &Scp10Opening::card_authenticated);
}

void Scp10Opening::card_authenticated(base::ByteView data) {
    card_half_ = open_token(host_.key, card_->key, data, {challenge_, host_.serial});
    if (!card_half_) return fail("the card has not proved that it has its key");
    ask("GET CHALLENGE", {0x00, InsGetChallenge, 0x00, 0x00, {}, AgreementChallengeBytes},
        &Scp10Opening::authenticate_by_token);
}

void Scp10Opening::authenticate_by_token(base::ByteView data) {
    if (data.size() != AgreementChallengeBytes) return fail("GET CHALLENGE has no sound answer");
    const base::Bytes filling = random_(filling_bytes(host_.key));
    const SecretHalf half = drawn_half(random_);
    const SecretHalf seed = joined(half, *card_half_);
    const base::ByteView seed_bytes{seed.expose()};
    ready_ = make_scp10_session({session_key(seed_bytes, Enc), session_key(seed_bytes, Mac),
                                 session_key(seed_bytes, Dek),
                                 eight(data.last(4), base::ByteView{challenge_}.last(4))});
    ask("EXTERNAL AUTHENTICATE",
        {0x00,
         InsExternalAuthenticate,
         0x00,
         0x00,
         make_token(host_.key, card_->key, filling, half, {data, card_->holder}),
         {}},
        &Scp10Opening::opened);
}

// Key transport

void Scp10Opening::name_card_key(base::ByteView /*data*/) {
    ask("MANAGE SECURITY ENVIRONMENT [card's key]",
        {0x00, InsManageEnvironment, 0x41, 0xB8, card_key(request_.key_version), {}},
        &Scp10Opening::transport_keys);
}

void Scp10Opening::transport_keys(base::ByteView /*data*/) {
    constexpr std::uint8_t BothUsages = 0x3C;
    constexpr std::uint8_t MacUsage = 0x34;
    const bool encrypted = (request_.level & SecurityLevel::CDecryption) != 0;
    if (encrypted) enc_ = drawn_key(random_);
    mac_ = drawn_key(random_);
    base::Bytes block;
    block.reserve(64);  // no copy of a key is left behind
    apdu::append_tlv(block, 0x95, std::array{encrypted ? BothUsages : MacUsage});
    if (enc_) apdu::append_tlv(block, 0x80, enc_->expose());
    apdu::append_tlv(block, enc_ ? 0x81 : 0x80, mac_->expose());
    auto cryptogram = card_->key.encrypt_oaep(block, random_);
    base::wipe(block);
    ask("DECIPHER", {0x00, InsPerformOperation, 0x80, 0x84, std::move(cryptogram), {}},
        &Scp10Opening::name_own_key);
}

void Scp10Opening::name_own_key(base::ByteView /*data*/) {
    ask("MANAGE SECURITY ENVIRONMENT [host's key]",
        {0x00,
         InsManageEnvironment,
         0x81,
         0xA4,
         apdu::tlv(PublicKeyName, key_name(host_.serial)),
         {}},
        &Scp10Opening::ask_challenge);
}

void Scp10Opening::ask_challenge(base::ByteView /*data*/) {
    ask("GET CHALLENGE", {0x00, InsGetChallenge, 0x00, 0x00, {}, TransportChallengeBytes},
        &Scp10Opening::authenticate_by_signature);
}

void Scp10Opening::authenticate_by_signature(base::ByteView data) {
    if (data.size() != TransportChallengeBytes) return fail("GET CHALLENGE has no sound answer");
    base::Bytes seed;
    seed.reserve(2 * TransportedKeyBytes);  // no copy is left behind
    if (enc_) append(seed, enc_->expose());
    append(seed, mac_->expose());
    ready_ = make_scp10_session({enc_, *mac_, session_key(seed, Dek), eight(data.last(8))});
    base::wipe(seed);
    base::Bytes message(data.begin(), data.end());
    append(message, card_->holder);
    append(message, request_.aid);
    CryptoPP::SHA256 hash;
    std::array<std::uint8_t, CryptoPP::SHA256::DIGESTSIZE> digest{};
    hash.CalculateDigest(digest.data(), told_.data(), told_.size());
    append(message, digest);
    ask("EXTERNAL AUTHENTICATE",
        {0x00, InsExternalAuthenticate, 0x00, 0x00, host_.key.sign(message), {}},
        &Scp10Opening::opened);
}

void Scp10Opening::opened(base::ByteView data) {
    if (!data.empty()) return fail("EXTERNAL AUTHENTICATE has no sound answer");
    step_.reset();
    session_ = std::move(ready_);
}

}  // namespace reader
