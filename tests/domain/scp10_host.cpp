#include "scp10_host.hpp"

#include <cryptopp/des.h>
#include <cryptopp/modes.h>
#include <cryptopp/nbtheory.h>
#include <cryptopp/sha.h>

#include "apdu/tlv.hpp"

namespace domain_test {

namespace {

CryptoPP::Integer number(ByteView bytes) { return {bytes.data(), bytes.size()}; }

Bytes bytes_of(const CryptoPP::Integer& value, std::size_t size) {
    Bytes out(size);
    value.Encode(out.data(), size);
    return out;
}

template <typename Hash>
Bytes hash(ByteView data) {
    Bytes out(Hash::DIGESTSIZE);
    Hash{}.CalculateDigest(out.data(), data.data(), data.size());
    return out;
}

Bytes mgf1(ByteView seed, std::size_t size) {
    Bytes out;
    for (std::uint8_t i = 0; out.size() < size; ++i) {
        out = std::move(out) + sha256(Bytes(seed.begin(), seed.end()) + Bytes{0, 0, 0, i});
    }
    out.resize(size);
    return out;
}

Bytes exclusive_or(Bytes a, ByteView b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<std::uint8_t>(a[i] ^ b[i]);
    return a;
}

Bytes part(const Bytes& bytes, std::size_t from, std::size_t size) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(from);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

Bytes padded(Bytes data) {
    data.push_back(0x80);
    data.resize((data.size() + 7) / 8 * 8);
    return data;
}

}  // namespace

Bytes operator+(Bytes a, ByteView b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Bytes Rsa::encrypt(ByteView x) const {
    return bytes_of(CryptoPP::ModularExponentiation(number(x), 65'537, number(n)), size());
}
Bytes Rsa::decrypt(ByteView x) const {
    return bytes_of(CryptoPP::ModularExponentiation(number(x), number(d), number(n)), size());
}
Bytes Rsa::sign(ByteView block) const {
    const auto s = number(decrypt(block));
    return bytes_of(std::min(s, number(n) - s), size());
}
Bytes Rsa::open(ByteView signature) const {
    auto block = encrypt(signature);
    if (block[0] != 0x6A) block = bytes_of(number(n) - number(block), size());
    return block;
}

Bytes sha1(ByteView data) { return hash<CryptoPP::SHA1>(data); }
Bytes sha256(ByteView data) { return hash<CryptoPP::SHA256>(data); }

Bytes oaep(const Rsa& to, ByteView message) {
    const Bytes seed(32, 0xA5);
    Bytes data = sha256({});
    data.resize(to.size() - 33 - message.size() - 1);
    data.push_back(0x01);
    data = exclusive_or(std::move(data) + message, mgf1(seed, to.size() - 33));
    const auto masked_seed = exclusive_or(seed, mgf1(data, 32));
    return to.encrypt(Bytes{0x00} + masked_seed + data);
}

Bytes pkcs1(const Rsa& by, ByteView message) {
    const auto info = hex("3031300D060960864801650304020105000420") + sha256(message);
    Bytes block{0x00, 0x01};
    block.resize(by.size() - info.size() - 1, 0xFF);
    block.push_back(0x00);
    return by.decrypt(std::move(block) + info);
}

Bytes des3(const Bytes& key, ByteView data, bool encrypt) {
    const auto whole = key + ByteView{key}.first(8);
    const Bytes iv(8);
    Bytes out(data.size());
    if (encrypt) {
        CryptoPP::CBC_Mode<CryptoPP::DES_EDE3>::Encryption{whole.data(), 24, iv.data()}.ProcessData(
            out.data(), data.data(), data.size());
    } else {
        CryptoPP::CBC_Mode<CryptoPP::DES_EDE3>::Decryption{whole.data(), 24, iv.data()}.ProcessData(
            out.data(), data.data(), data.size());
    }
    return out;
}

Bytes retail_mac(const Bytes& key, ByteView data) {
    const auto message = padded({data.begin(), data.end()});
    CryptoPP::DES::Encryption first{key.data(), 8};
    CryptoPP::DES::Decryption second{key.data() + 8, 8};
    Bytes chain(8);
    for (std::size_t i = 0; i < message.size(); i += 8) {
        chain = exclusive_or(chain, ByteView{message}.subspan(i, 8));
        first.ProcessBlock(chain.data());
    }
    second.ProcessBlock(chain.data());
    first.ProcessBlock(chain.data());
    return chain;
}

Bytes trust_serial(const Rsa& key) { return part(sha256(key.n), 0, 8); }

Bytes certificate(const Rsa& signer, const Claims& claims) {
    const auto content = Bytes{static_cast<std::uint8_t>(claims.profile)} + claims.authority +
                         hex(claims.holder_front) + claims.holder + hex(claims.prefix) +
                         Bytes{static_cast<std::uint8_t>(claims.role)} + claims.modulus +
                         hex(claims.exponent);
    const std::size_t recovered = signer.size() - 35;
    const auto block = hex(claims.block_begin) + part(content, 0, recovered) + sha256(content) +
                       hex(claims.block_end);
    return apdu::tlv(0x5F37, signer.sign(block)) +
           apdu::tlv(0x5F38, part(content, recovered, content.size() - recovered)) +
           apdu::tlv(0x42, claims.authority);
}

domain::Factory scp10_card() {
    const Rsa card{rsa::Card};
    const Rsa trust{rsa::Trust};
    auto factory = domain::test_card();
    factory.scp10_i = {0x01, 0x02};
    factory.rsa_keys = {{0x10, card.n, domain::Secret{card.d}, trust.n}};
    factory.certificate =
        certificate(trust, {trust_serial(trust), hex("2233445566778899"), 0x03, card.n});
    return factory;
}

void Messaging::step() {
    for (std::size_t i = ssc.size(); i-- > 0;) {
        if (++ssc[i] != 0) break;
    }
}

Bytes Messaging::wrap(const apdu::Command& plain) {
    step();
    auto sent = plain;
    sent.cla = static_cast<std::uint8_t>(plain.cla | 0x0C);
    Bytes objects;
    if (!plain.data.empty()) {
        objects = enc.empty() ? apdu::tlv(0x81, plain.data)
                              : apdu::tlv(0x87, Bytes{0x01} + des3(enc, padded(plain.data), true));
    }
    if (plain.ne) {
        objects = std::move(objects) + Bytes{0x97, 0x01, static_cast<std::uint8_t>(*plain.ne)};
    }
    const auto header =
        Bytes{static_cast<std::uint8_t>(sent.cla & ~0x03), sent.ins, sent.p1, sent.p2};
    const auto message = objects.empty() ? ssc + header : ssc + padded(header) + objects;
    sent.data = objects + apdu::tlv(0x8E, retail_mac(mac, message));
    sent.ne = sent.data.size() > 255 ? 65'536 : 256;
    return sent.bytes();
}

std::string Messaging::unwrap(ByteView answer) {
    const auto response = apdu::parse_response(answer);
    if (!response || response->data.size() < 14) return "?";
    step();
    const auto objects = apdu::read_all(response->data);
    const auto size = response->data.size();
    if (!objects || objects->back().tag != 0x8E || (*objects)[objects->size() - 2].tag != 0x99) {
        return "?";
    }
    const auto expected = retail_mac(mac, ssc + ByteView{response->data}.first(size - 10));
    if (text(expected) != text(objects->back().value)) return "?";
    Bytes plain;
    if (objects->size() == 3) {
        const auto& first = objects->front();
        if (first.tag != (enc.empty() ? 0x81U : 0x87U)) return "?";
        plain.assign(first.value.begin(), first.value.end());
        if (!enc.empty()) {
            plain = des3(enc, first.value.subspan(1), false);
            while (!plain.empty() && plain.back() == 0x00) plain.pop_back();
            if (plain.empty() || plain.back() != 0x80) return "?";
            plain.pop_back();
        }
    }
    const auto status = text((*objects)[objects->size() - 2].value);
    if (status != text(answer.last(2))) return "?";
    return text(plain) + status;
}

Entity Entity::usual(const Rsa& trust) {
    Entity made;
    made.trust_point = trust_serial(trust);
    const auto authority_serial = hex("00000000000000CA");
    const Rsa authority{rsa::Authority};
    made.chain = {{made.trust_point,
                   certificate(trust, {made.trust_point, authority_serial, 0x01, authority.n})},
                  {authority_serial,
                   certificate(authority, {authority_serial, made.serial, 0x02, made.key.n})}};
    return made;
}

Scp10Host::Scp10Host(Send send_by, Entity entity_of, unsigned version_of, std::string_view aid_of)
    : transmit{std::move(send_by)},
      entity{std::move(entity_of)},
      version{version_of},
      aid{hex(aid_of)} {}

Scp10Host::Scp10Host(Card& card, Entity entity_of, unsigned version_of, std::string_view aid_of)
    : Scp10Host{[&card](ByteView bytes) { return card.send(bytes); }, std::move(entity_of),
                version_of, aid_of} {}

std::string Scp10Host::send(std::string_view header, ByteView data, std::optional<std::size_t> ne) {
    const auto h = hex(header);
    apdu::Command command{h[0], h[1], h[2], h[3], {data.begin(), data.end()}, ne};
    heard = std::move(heard) + data;
    std::size_t sent = 0;
    for (constexpr std::size_t Part = 255; chains && data.size() - sent > Part; sent += Part) {
        const auto part_of = data.subspan(sent, Part);
        const auto answer = transmit(apdu::Command{
            static_cast<std::uint8_t>(h[0] | 0x10),
            h[1],
            h[2],
            h[3],
            {part_of.begin(), part_of.end()},
            {}}.bytes());
        if (text(answer) != "9000") return text(answer);
    }
    command.data.erase(command.data.begin(),
                       command.data.begin() + static_cast<std::ptrdiff_t>(sent));
    last_sent = command.bytes();
    return text(transmit(last_sent));
}

std::string Scp10Host::certificates() {
    heard.clear();
    std::string answer;
    for (const auto& [signer, paper] : entity.chain) {
        answer = send("002281B6", hex("830C00000000") + signer);
        if (answer != "9000") break;
        answer = send("002A00AE", paper);
        if (answer != "9000") break;
    }
    return answer;
}

std::string Scp10Host::choose_agreement() {
    transports = false;
    return send("0022C1A4", hex("830C00000000") + entity.serial + hex("8402") +
                                Bytes{static_cast<std::uint8_t>(version), 0x01});
}

std::string Scp10Host::internal() {
    const auto answer = send("00880000", host_random + entity.serial, 256);
    if (answer.size() != 2 * (card_key.size() + 2)) return answer;
    const auto signature = entity.key.decrypt(part(hex(answer), 0, card_key.size()));
    if (number(signature) + number(signature) > number(card_key.n)) return "not the smaller one";
    const auto block = card_key.open(signature);
    const auto message = part(block, 1, block.size() - 22);
    card_half = part(message, message.size() - 32, 32);
    const auto hashed = sha1(message + host_random + entity.serial);
    const bool good = block.front() == 0x6A && block.back() == 0xBC &&
                      part(block, block.size() - 21, 20) == hashed;
    return good ? answer : "a lying card";
}

std::string Scp10Host::challenge() {
    const std::size_t size = transports ? 16 : 8;
    const auto answer = send("00840000", {}, size);
    if (answer.size() == 2 * (size + 2)) card_random = part(hex(answer), 0, size);
    return answer;
}

std::string Scp10Host::external() {
    if (transports) {
        return send("00820000", pkcs1(entity.key, card_random + card_serial + aid + sha256(heard)));
    }
    auto random = host_prnd;
    random.resize(entity.key.size() - 54, 0x5A);
    const auto message = random + host_half;
    const auto block =
        hex(block_begin) + message + sha1(message + card_random + card_serial) + hex(block_end);
    return send("00820000", card_key.encrypt(entity.key.sign(block)));
}

std::string Scp10Host::choose_transport() {
    transports = true;
    return send("002241B8", Bytes{0x84, 0x02, static_cast<std::uint8_t>(version), 0x01});
}

std::string Scp10Host::decipher() { return send("002A8084", oaep(card_key, key_block)); }

std::string Scp10Host::choose_signer() {
    return send("002281A4", hex("830C00000000") + entity.serial);
}

bool Scp10Host::agree() {
    if (certificates() != "9000" || choose_agreement() != "9000" || internal().size() < 100 ||
        challenge().size() != 20 || external() != "9000") {
        return false;
    }
    const auto seed = exclusive_or(host_half, card_half);
    const auto key = [&](std::uint8_t i) { return part(sha1(seed + Bytes{0, 0, 0, i}), 0, 16); };
    channel = {key(1), key(2), key(5), part(card_random, 4, 4) + part(host_random, 4, 4)};
    return true;
}

bool Scp10Host::transport(bool encrypts) {
    if (!encrypts) key_block = hex("9501348010505152535455565758595A5B5C5D5E5F");
    if (certificates() != "9000" || choose_transport() != "9000" || decipher() != "9000" ||
        choose_signer() != "9000" || challenge().size() != 36 || external() != "9000") {
        return false;
    }
    const auto first = part(key_block, 5, 16);
    const auto second = encrypts ? part(key_block, 23, 16) : Bytes{};
    const auto dek = part(sha1(first + second + hex("00000005")), 0, 16);
    channel = {encrypts ? first : Bytes{}, encrypts ? second : first, dek, part(card_random, 8, 8)};
    return true;
}

std::string Scp10Host::ask(std::string_view command) { return ask(*apdu::parse(hex(command))); }

std::string Scp10Host::ask(const apdu::Command& command) {
    return channel.unwrap(transmit(channel.wrap(command)));
}

}  // namespace domain_test
