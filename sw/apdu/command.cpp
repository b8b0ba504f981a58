#include "apdu/command.hpp"

#include <stdexcept>

namespace apdu {
namespace {

void put16(base::Bytes& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}

std::size_t get16(base::ByteView bytes, std::size_t at) {
    return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
}

}  // namespace

base::Bytes Command::bytes() const {
    if (data.size() > MostNc || ne.value_or(1) > MostNe || ne == 0U)
        throw std::length_error("no APDU has such a length");
    const bool wide = extended || data.size() > MostShortNc || ne.value_or(1) > MostShortNe;
    base::Bytes out{cla, ins, p1, p2};
    if (wide && (!data.empty() || ne)) out.push_back(0);
    if (!data.empty()) {
        if (wide)
            put16(out, data.size());
        else
            out.push_back(static_cast<std::uint8_t>(data.size()));
        out.insert(out.end(), data.begin(), data.end());
    }
    if (ne) {
        if (wide)
            put16(out, *ne);
        else
            out.push_back(static_cast<std::uint8_t>(*ne));
    }
    return out;
}

std::optional<Command> parse(base::ByteView bytes) {
    const std::size_t n = bytes.size();
    if (n < HeaderBytes) return std::nullopt;
    Command command{bytes[0], bytes[1], bytes[2], bytes[3]};
    const auto take = [&](std::size_t at, std::size_t count) {
        const auto part = bytes.subspan(at, count);
        command.data.assign(part.begin(), part.end());
    };
    const auto ne = [](std::size_t le, std::size_t most) { return le == 0 ? most : le; };

    if (n == 4) return command;
    const std::size_t c5 = bytes[4];
    if (n == 5) {
        command.ne = ne(c5, MostShortNe);
        return command;
    }
    if (c5 != 0) {
        if (n != 5 + c5 && n != 6 + c5) return std::nullopt;
        take(5, c5);
        if (n == 6 + c5) command.ne = ne(bytes[n - 1], MostShortNe);
        return command;
    }
    command.extended = true;
    if (n < 7) return std::nullopt;
    const std::size_t length = get16(bytes, 5);
    if (n == 7) {
        command.ne = ne(length, MostNe);
        return command;
    }
    if (length == 0 || (n != 7 + length && n != 9 + length)) return std::nullopt;
    take(7, length);
    if (n == 9 + length) command.ne = ne(get16(bytes, n - 2), MostNe);
    return command;
}

std::optional<ClassByte> read_class(std::uint8_t cla) noexcept {
    if (cla == 0xFF || (cla & 0xE0) == 0x20) return std::nullopt;
    ClassByte result;
    result.proprietary = (cla & 0x80) != 0;
    if ((cla & 0x40) == 0) {
        result.chained = !result.proprietary && (cla & 0x10) != 0;
        result.secure = static_cast<std::uint8_t>(cla >> 2 & 3);
        result.channel = cla & 3U;
    } else {
        result.chained = !result.proprietary && (cla & 0x10) != 0;
        result.secure = (cla & 0x20) != 0 ? 1 : 0;
        result.channel = 4 + (cla & 15U);
    }
    return result;
}

base::Bytes Response::bytes() const {
    base::Bytes out = data;
    put16(out, sw);
    return out;
}

std::optional<Response> parse_response(base::ByteView bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const auto data = bytes.first(bytes.size() - 2);
    return Response{{data.begin(), data.end()},
                    static_cast<StatusWord>(get16(bytes, bytes.size() - 2))};
}

}  // namespace apdu
