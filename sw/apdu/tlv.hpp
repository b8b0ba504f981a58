/// \file tlv.hpp
/// BER-TLV data objects (ISO/IEC 7816-4, 5.2.2): tags of 1 to 3 bytes, lengths up to FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/bytes.hpp"

namespace apdu {

/// The bytes of a tag as a number: 4F, 9F70, 5F2D.
using Tag = std::uint32_t;

/// `value` looks into the bytes that were read.
struct Tlv {
    Tag tag = 0;
    base::ByteView value{};
};

/// Reads one object after the other. Never looks behind the end; a broken object ends it.
/// Example: TlvReader r{bytes}; while (const auto tlv = r.next()) { ... } if (!r.ok()) ...
class TlvReader {
public:
    explicit TlvReader(base::ByteView bytes) : rest_{bytes} {}

    [[nodiscard]] std::optional<Tlv> next();
    /// False once an object was broken.
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    /// What was not read yet.
    [[nodiscard]] base::ByteView rest() const noexcept { return rest_; }

private:
    base::ByteView rest_;
    bool ok_ = true;
};

/// All objects of one level; nothing when one of them is broken.
[[nodiscard]] std::optional<std::vector<Tlv>> read_all(base::ByteView bytes);
/// The first object of this tag on this level, if the bytes up to it are sound.
[[nodiscard]] std::optional<base::ByteView> find(base::ByteView bytes, Tag tag);

/// Appends tag, length and value. Throws std::length_error above FFFF bytes.
void append_tlv(base::Bytes& out, Tag tag, base::ByteView value);
/// Example: tlv(0x4F, {A0 00}) == 4F 02 A0 00
[[nodiscard]] base::Bytes tlv(Tag tag, base::ByteView value);

/// A length field: 00..7F, 81 xx, 82 xx xx. Throws std::length_error above FFFF.
void append_length(base::Bytes& out, std::size_t length);

}  // namespace apdu
