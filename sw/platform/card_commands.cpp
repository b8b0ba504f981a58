#include "platform/card_commands.hpp"

#include <array>
#include <stdexcept>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"

namespace platform {
namespace {

base::Bytes hex(std::string_view text) {
    auto bytes = base::from_hex(text);
    if (!bytes) throw std::invalid_argument{"expected hexadecimal digits"};
    return *bytes;
}

/// A value behind its length.
void append_lv(base::Bytes& out, base::ByteView value) {
    apdu::append_length(out, value.size());
    out.insert(out.end(), value.begin(), value.end());
}

/// Usage of keys 1, 2, 3: C-ENC and R-ENC, C-MAC and R-MAC, C-DEK and R-DEK.
constexpr std::array<std::uint8_t, 3> Usage{0x38, 0x34, 0xC8};
constexpr std::uint8_t DomainOnly = 0x01;

}  // namespace

void append_dgi(base::Bytes& out, std::uint16_t id, base::ByteView value) {
    constexpr std::uint8_t LongLength = 0xFF;
    const auto low = static_cast<std::uint8_t>(value.size());
    out.insert(out.end(), {static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)});
    if (value.size() >= LongLength)
        out.insert(out.end(), {LongLength, static_cast<std::uint8_t>(value.size() >> 8)});
    out.push_back(low);
    out.insert(out.end(), value.begin(), value.end());
}

base::Bytes select(std::string_view aid) {
    return apdu::Command{0x00, 0xA4, 0x04, 0x00, hex(aid), apdu::MostShortNe}.bytes();
}

apdu::Command install_domain(const DomainTemplate& made_of, std::string_view aid,
                             reader::KeyType type) {
    base::Bytes data;
    for (const std::string_view name :
         {std::string_view{made_of.package}, std::string_view{made_of.module}, aid,
          std::string_view{made_of.privileges}})
        append_lv(data, hex(name));
    const auto options = type == reader::KeyType::Des ? hex("0255") : hex("0370");
    base::Bytes own = apdu::tlv(0x81, options);
    if (!made_of.also_speaks.empty()) apdu::append_tlv(own, 0x81, hex(made_of.also_speaks));
    apdu::append_tlv(own, 0x82, hex("20"));
    apdu::append_tlv(own, 0x87, hex("20"));
    append_lv(data, apdu::tlv(0xC9, own));
    data.push_back(0);  // no token
    return {0x80, 0xE6, 0x0C, 0x00, std::move(data), apdu::MostShortNe};
}

apdu::Command install_for_personalization(std::string_view aid) {
    base::Bytes data{0, 0};
    append_lv(data, hex(aid));
    data.insert(data.end(), {0, 0, 0});
    return {0x80, 0xE6, 0x20, 0x00, std::move(data), apdu::MostShortNe};
}

apdu::Command delete_keys(std::uint8_t version) {
    return {0x80, 0xE4, 0x00, 0x00, apdu::tlv(0xD2, std::array{version}), apdu::MostShortNe};
}

apdu::Command store_keys(const Channel& channel, const KeySet& set) {
    const std::array keys{&set.keys.enc, &set.keys.mac, &set.keys.dek};
    base::Bytes templates;
    base::Bytes values;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        base::Bytes one;
        const auto add = [&](apdu::Tag tag, base::ByteView value) {
            apdu::append_tlv(one, tag, value);
        };
        const auto byte = [&](apdu::Tag tag, std::size_t value) {
            add(tag, std::array{static_cast<std::uint8_t>(value)});
        };
        byte(0x95, Usage[i]);
        byte(0x96, DomainOnly);
        byte(0x80, static_cast<std::size_t>(set.type));
        byte(0x81, keys[i]->size());
        byte(0x82, i + 1);
        byte(0x83, set.version);
        add(0x84, reader::key_check_value(set.type, *keys[i]));
        apdu::append_tlv(templates, 0xB9, one);
        append_dgi(values, 0x8113, channel.encrypt(keys[i]->expose()));
    }
    base::Bytes data;
    append_dgi(data, 0x00B9, templates);
    data.insert(data.end(), values.begin(), values.end());
    return {0x80, 0xE2, 0xA8, 0x00, std::move(data), {}};
}

}  // namespace platform
