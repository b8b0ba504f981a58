#include "domain/scp10.hpp"

#include "apdu/tlv.hpp"

namespace domain {

namespace {

constexpr std::size_t BlockBytes = 8;
constexpr std::size_t MacBytes = 8;
constexpr std::size_t MacObjectBytes = 2 + MacBytes;
constexpr std::uint8_t SecureMessaging = 0x0C;
constexpr std::uint8_t ChannelBits = 0x03;
constexpr std::uint8_t PaddedWith80 = 0x01;  // padding indicator of 87

constexpr apdu::Tag Plain = 0x81;
constexpr apdu::Tag Cryptogram = 0x87;
constexpr apdu::Tag MacTag = 0x8E;
constexpr apdu::Tag LengthExpected = 0x97;
constexpr apdu::Tag Status = 0x99;

// Which key of a seed.
constexpr std::uint8_t ForEnc = 1;
constexpr std::uint8_t ForMac = 2;
constexpr std::uint8_t ForDek = 5;

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

/// Le as 97 has it: one byte or two, zeros are the most there can be.
std::optional<std::size_t> read_length(base::ByteView value) {
    if (value.size() == 1) return value[0] == 0 ? apdu::MostShortNe : value[0];
    if (value.size() != 2) return std::nullopt;
    const auto length = static_cast<std::size_t>(value[0] << 8 | value[1]);
    return length == 0 ? apdu::MostNe : length;
}

}  // namespace

Secret Scp10::derive(Engine& engine, const Secret& seed, std::uint8_t number) {
    base::Bytes input;
    input.reserve(seed.size() + 4);  // no copy stays behind
    append(input, seed.expose());
    append(input, base::Bytes{0, 0, 0, number});
    base::Bytes bytes = engine.hash(Hash::Sha1, input);
    const Secret key{base::ByteView{bytes}.first(KeyBytes)};
    base::wipe(input);
    base::wipe(bytes);
    return key;
}

Scp10::Keys Scp10::agreed(Engine& engine, const Secret& seed) {
    return {derive(engine, seed, ForEnc), derive(engine, seed, ForMac),
            derive(engine, seed, ForDek)};
}

Scp10::Keys Scp10::transported(Engine& engine, const Secret& enc, const Secret& mac) {
    base::Bytes both;
    both.reserve(enc.size() + mac.size());
    append(both, enc.expose());
    append(both, mac.expose());
    const Secret seed{both};
    base::wipe(both);
    return {enc, mac, derive(engine, seed, ForDek)};
}

std::uint8_t Scp10::level() const noexcept {
    constexpr std::uint8_t Macs = Level::CMac | Level::RMac;
    constexpr std::uint8_t Encryption = Level::CDecryption | Level::REncryption;
    return keys_.enc.empty() ? Macs : static_cast<std::uint8_t>(Macs | Encryption);
}

void Scp10::step() noexcept {
    for (auto place = sequence_.rbegin(); place != sequence_.rend(); ++place) {
        if (++*place != 0) break;
    }
}

base::Bytes Scp10::mac(Engine& engine, base::ByteView header, base::ByteView objects) const {
    base::Bytes message(sequence_.begin(), sequence_.end());
    append(message, header);
    if (!header.empty() && !objects.empty()) message = pad_80(message, BlockBytes);
    append(message, objects);
    return engine.retail_mac(keys_.mac, {}, message);
}

std::optional<apdu::Command> Scp10::unwrap(Engine& engine, const apdu::Command& command) {
    step();
    if (command.data.size() < MacObjectBytes) return std::nullopt;
    const auto read = apdu::read_all(command.data);
    if (!read || read->back().tag != MacTag || read->back().value.size() != MacBytes) {
        return std::nullopt;
    }
    const base::Bytes header{static_cast<std::uint8_t>(command.cla & ~ChannelBits), command.ins,
                             command.p1, command.p2};
    const auto signed_part =
        base::ByteView{command.data}.first(command.data.size() - MacObjectBytes);
    const auto expected = mac(engine, header, signed_part);
    if (!base::equal_in_constant_time(expected, read->back().value)) return std::nullopt;

    apdu::Command plain = command;
    plain.cla = static_cast<std::uint8_t>(command.cla & ~SecureMessaging);
    plain.data.clear();
    plain.ne.reset();
    auto object = read->begin();
    const auto last = read->end() - 1;
    const bool encrypts = !keys_.enc.empty();
    if (object != last && object->tag == (encrypts ? Cryptogram : Plain)) {
        plain.data.assign(object->value.begin(), object->value.end());
        if (encrypts) {
            const auto value = object->value;
            if (value.size() % BlockBytes != 1 || value.size() == 1 || value[0] != PaddedWith80) {
                return std::nullopt;
            }
            plain.data = engine.des3_cbc_decrypt(keys_.enc, value.subspan(1));
            if (!unpad_80(plain.data)) return std::nullopt;
        }
        if (plain.data.empty()) return std::nullopt;
        ++object;
    }
    if (object != last && object->tag == LengthExpected) {
        plain.ne = read_length(object->value);
        if (!plain.ne) return std::nullopt;
        ++object;
    }
    if (object != last) return std::nullopt;
    return plain;
}

void Scp10::wrap(Engine& engine, apdu::Response& response) {
    step();
    if (apdu::is_error(response.sw)) response.data.clear();
    base::Bytes objects;
    if (!response.data.empty() && keys_.enc.empty()) {
        objects = apdu::tlv(Plain, response.data);
    } else if (!response.data.empty()) {
        base::Bytes value{PaddedWith80};
        append(value, engine.des3_cbc_encrypt(keys_.enc, pad_80(response.data, BlockBytes)));
        objects = apdu::tlv(Cryptogram, value);
    }
    apdu::append_tlv(objects, Status,
                     base::Bytes{static_cast<std::uint8_t>(response.sw >> 8),
                                 static_cast<std::uint8_t>(response.sw)});
    apdu::append_tlv(objects, MacTag, mac(engine, {}, objects));
    response.data = std::move(objects);
}

std::optional<Secret> Scp10::decrypt_secret(Engine& engine, base::ByteView data) const {
    if (data.empty() || data.size() % BlockBytes != 0) return std::nullopt;
    base::Bytes plain = engine.des3_cbc_decrypt(keys_.dek, data);
    const Secret secret{plain};
    base::wipe(plain);
    return secret;
}

}  // namespace domain
