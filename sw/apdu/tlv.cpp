#include "apdu/tlv.hpp"

#include <stdexcept>

namespace apdu {
namespace {

/// Takes a tag off the front of `rest`.
std::optional<Tag> take_tag(base::ByteView& rest) {
    if (rest.empty()) return std::nullopt;
    Tag tag = rest[0];
    rest = rest.subspan(1);
    if ((tag & 0x1F) != 0x1F) return tag;
    for (int more = 0; more < 2; ++more) {
        if (rest.empty()) return std::nullopt;
        const std::uint8_t byte = rest[0];
        rest = rest.subspan(1);
        tag = tag << 8 | byte;
        if ((byte & 0x80) == 0) return tag;
    }
    return std::nullopt;
}

std::optional<std::size_t> take_length(base::ByteView& rest) {
    if (rest.empty()) return std::nullopt;
    const std::size_t first = rest[0];
    rest = rest.subspan(1);
    if (first < 0x80) return first;
    const std::size_t count = first & 0x7F;
    if (count == 0 || count > 2 || rest.size() < count) return std::nullopt;
    std::size_t length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | rest[i];
    rest = rest.subspan(count);
    return length;
}

}  // namespace

std::optional<Tlv> TlvReader::next() {
    if (!ok_ || rest_.empty()) return std::nullopt;
    base::ByteView rest = rest_;
    const auto tag = take_tag(rest);
    const auto length = tag ? take_length(rest) : std::nullopt;
    if (!length || *length > rest.size()) {
        ok_ = false;
        return std::nullopt;
    }
    rest_ = rest.subspan(*length);
    return Tlv{*tag, rest.first(*length)};
}

std::optional<std::vector<Tlv>> read_all(base::ByteView bytes) {
    TlvReader reader{bytes};
    std::vector<Tlv> all;
    while (const auto object = reader.next()) all.push_back(*object);
    if (!reader.ok()) return std::nullopt;
    return all;
}

std::optional<base::ByteView> find(base::ByteView bytes, Tag tag) {
    TlvReader reader{bytes};
    while (const auto object = reader.next())
        if (object->tag == tag) return object->value;
    return std::nullopt;
}

void append_length(base::Bytes& out, std::size_t length) {
    if (length > 0xFFFF) throw std::length_error("a data object is too long");
    if (length > 0xFF) {
        out.push_back(0x82);
        out.push_back(static_cast<std::uint8_t>(length >> 8));
    } else if (length > 0x7F) {
        out.push_back(0x81);
    }
    out.push_back(static_cast<std::uint8_t>(length));
}

void append_tlv(base::Bytes& out, Tag tag, base::ByteView value) {
    for (const unsigned shift : {16U, 8U})
        if ((tag >> shift) != 0) out.push_back(static_cast<std::uint8_t>(tag >> shift));
    out.push_back(static_cast<std::uint8_t>(tag));
    append_length(out, value.size());
    out.insert(out.end(), value.begin(), value.end());
}

base::Bytes tlv(Tag tag, base::ByteView value) {
    base::Bytes out;
    append_tlv(out, tag, value);
    return out;
}

}  // namespace apdu
