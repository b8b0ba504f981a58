#include "trace/npy.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "base/file.hpp"

namespace trace {
namespace {

constexpr std::string_view Magic = "\x93NUMPY";
constexpr std::size_t VersionAt = 6;
constexpr std::size_t LengthAt = 8;
constexpr std::size_t LongestHeader = 65'535;

[[noreturn]] void fail(std::string_view name, std::size_t at, const std::string& reason) {
    throw base::FileError{name, fmt::format("offset {}", at), reason};
}

std::uint64_t number(base::ByteView file, std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | file[at + i];
    return value;
}

/// What stands behind `'key':` in the header's dictionary, up to the end; empty when it is missing.
std::string_view entry(std::string_view header, std::string_view key) {
    const std::size_t at = header.find(fmt::format("'{}':", key));
    if (at == std::string_view::npos) return {};
    header.remove_prefix(at + key.size() + 3);
    while (header.starts_with(' ')) header.remove_prefix(1);
    return header;
}

struct Type {
    char kind = 0;  // f, i, u
    std::size_t bytes = 0;
};

Type type_of(std::string_view text) {
    for (const auto& [name, type] : {std::pair<std::string_view, Type>{"'<f8'", {'f', 8}},
                                     {"'<f4'", {'f', 4}},
                                     {"'<i4'", {'i', 4}},
                                     {"'<i2'", {'i', 2}},
                                     {"'|i1'", {'i', 1}},
                                     {"'<u4'", {'u', 4}},
                                     {"'<u2'", {'u', 2}},
                                     {"'|u1'", {'u', 1}}})
        if (text.starts_with(name)) return type;
    return {};
}

float value_at(base::ByteView file, std::size_t at, Type type) {
    const std::uint64_t raw = number(file, at, type.bytes);
    double value = 0.0;
    if (type.kind == 'f') {
        value = type.bytes == 8
                    ? std::bit_cast<double>(raw)
                    : static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(raw)));
    } else if (type.kind == 'i') {
        const auto shift = static_cast<unsigned>(64 - 8 * type.bytes);
        value = static_cast<double>(static_cast<std::int64_t>(raw << shift) >> shift);
    } else {
        value = static_cast<double>(raw);
    }
    const auto narrow = static_cast<float>(value);
    return std::isfinite(value) && std::isfinite(narrow) ? narrow : 0.0F;
}

}  // namespace

bool is_npy(base::ByteView file) {
    return file.size() >= Magic.size() &&
           std::equal(Magic.begin(), Magic.end(), file.begin(),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

std::vector<float> read_npy(base::ByteView file, std::string_view name) {
    if (!is_npy(file)) fail(name, 0, "expected \\x93NUMPY");
    if (file.size() < LengthAt + 2) fail(name, VersionAt, "expected a version and a length");
    const unsigned version = file[VersionAt];
    if (version < 1 || version > 3)
        fail(name, VersionAt, fmt::format("expected format version 1 to 3, found {}", version));
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    const std::size_t header_at = LengthAt + length_bytes;
    if (file.size() < header_at) fail(name, LengthAt, "expected the length of the header");
    const std::uint64_t length = number(file, LengthAt, length_bytes);
    if (length > LongestHeader || length > file.size() - header_at)
        fail(name, LengthAt,
             fmt::format("a header of {} bytes, {} are left", length, file.size() - header_at));
    const std::string header(file.begin() + static_cast<std::ptrdiff_t>(header_at),
                             file.begin() + static_cast<std::ptrdiff_t>(header_at + length));

    const Type type = type_of(entry(header, "descr"));
    if (type.bytes == 0)
        fail(name, header_at, "expected 'descr' of <f8, <f4, <i4, <i2, |i1, <u4, <u2 or |u1");
    std::string_view shape = entry(header, "shape");
    if (!shape.starts_with('(')) fail(name, header_at, "expected 'shape' of one dimension");
    shape.remove_prefix(1);
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(shape.data(), shape.data() + shape.size(), count);
    shape.remove_prefix(static_cast<std::size_t>(end - shape.data()));
    if (error != std::errc{} || !(shape.starts_with(",)") || shape.starts_with(')')))
        fail(name, header_at, "expected 'shape' of one dimension");

    const std::size_t data_at = header_at + static_cast<std::size_t>(length);
    if (count > (file.size() - data_at) / type.bytes)
        fail(name, data_at,
             fmt::format("expected {} numbers of {} bytes, {} bytes are left", count, type.bytes,
                         file.size() - data_at));
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(value_at(file, data_at + i * type.bytes, type));
    return values;
}

}  // namespace trace
