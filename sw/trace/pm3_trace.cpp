#include "trace/pm3_trace.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/file.hpp"
#include "trace/octets.hpp"

namespace trace {
namespace {

constexpr std::size_t HeaderBytes = 8;
constexpr unsigned FromCard = 0x8000;
constexpr std::size_t MostBytes = 4096;  // no type A frame is longer: FSD 4096 with its CRC

unsigned u16(base::ByteView file, std::size_t at) {
    return static_cast<unsigned>(file[at]) | static_cast<unsigned>(file[at + 1]) << 8;
}

/// Bits of the air, parity included, of a frame of `bytes` bytes that took `duration` ticks.
std::size_t bits_on_air(std::size_t bytes, unsigned duration, bool card) {
    const std::size_t all = 9 * bytes;
    // A card's last half bit may be silent; a reader's frame ends 32 ticks before or after a bit's
    // end.
    const std::size_t periods = card ? (duration + 127) / 128 : (duration + 64) / 128;
    const std::size_t bits = periods == 0 ? 0 : periods - 1;
    if (bytes == 1) return bits >= 1 && bits < 8 ? bits : all;
    return bits > 9 * (bytes - 1) && bits + 1 < all ? bits : all;
}

base::FileError error_at(std::string_view name, std::size_t offset, const std::string& reason) {
    return base::FileError{name, fmt::format("offset {}", offset), reason};
}

/// Whether more frames end with CRC_B than with CRC_A.
bool is_type_b(const std::vector<port::AirFrame>& frames) {
    int lead = 0;
    for (const port::AirFrame& frame : frames) {
        const Octets octets = to_octets(frame.bits);
        if (crc_of(octets, port::Technology::A) == Crc::Ok) --lead;
        if (crc_of(octets, port::Technology::B) == Crc::Ok) ++lead;
    }
    return lead > 0;
}

/// What was taken for a frame of type A with parity bits, as one of type B.
port::AirFrame as_type_b(const port::AirFrame& frame) {
    port::AirFrame made = frame;
    made.technology = port::Technology::B;
    Octets octets = to_octets(frame.bits);
    octets.parity.clear();
    octets.last_bits = 0;
    made.bits = to_bits(octets);
    return made;
}

}  // namespace

std::vector<port::AirFrame> read_pm3_trace(base::ByteView file, std::string_view name) {
    std::vector<port::AirFrame> frames;
    base::Tick wraps = 0;
    std::optional<std::uint32_t> last;
    std::size_t at = 0;
    while (at < file.size()) {
        if (file.size() - at < HeaderBytes)
            throw error_at(name, at,
                           fmt::format("{} bytes left, a record header needs {}", file.size() - at,
                                       HeaderBytes));
        const std::uint32_t time = u16(file, at) | static_cast<std::uint32_t>(u16(file, at + 2))
                                                       << 16;
        const unsigned duration = u16(file, at + 4);
        const unsigned length = u16(file, at + 6);
        const bool card = (length & FromCard) != 0;
        const std::size_t bytes = length & ~FromCard;
        if (bytes == 0 || bytes > MostBytes)
            throw error_at(name, at + 6,
                           fmt::format("frame of {} bytes, expected 1 to {}", bytes, MostBytes));
        const std::size_t parity_bytes = (bytes + 7) / 8;
        const std::size_t data = at + HeaderBytes;
        if (file.size() - data < bytes + parity_bytes)
            throw error_at(name, data,
                           fmt::format("frame of {} bytes and {} of parity, but {} are left", bytes,
                                       parity_bytes, file.size() - data));

        Octets octets;
        octets.data.assign(file.begin() + static_cast<std::ptrdiff_t>(data),
                           file.begin() + static_cast<std::ptrdiff_t>(data + bytes));
        const std::size_t bits = bits_on_air(bytes, duration, card);
        const std::size_t whole = bits / 9;
        octets.last_bits = static_cast<unsigned>(bits % 9 % 8);
        for (std::size_t i = 0; i < whole; ++i) {
            const unsigned parity = file[data + bytes + i / 8];
            octets.parity.push_back(static_cast<std::uint8_t>((parity >> (7 - i % 8)) & 1U));
        }

        // A clock that runs backwards by more than half of its range has wrapped around.
        if (last && time<*last&& * last - time> 0x80000000U) wraps += base::Tick{1} << 32;
        last = time;
        port::AirFrame frame;
        frame.source = card ? port::AirFrame::Source::Picc : port::AirFrame::Source::Pcd;
        frame.bits = to_bits(octets);
        frame.start = wraps + time;
        frame.end = frame.start + duration;
        frames.push_back(std::move(frame));
        at = data + bytes + parity_bytes;
    }
    if (is_type_b(frames))
        for (port::AirFrame& frame : frames) frame = as_type_b(frame);
    return frames;
}

base::Bytes write_pm3_trace(const std::vector<port::AirFrame>& frames) {
    base::Bytes file;
    const auto put16 = [&file](std::uint64_t value) {
        file.push_back(static_cast<std::uint8_t>(value & 0xFFU));
        file.push_back(static_cast<std::uint8_t>((value >> 8) & 0xFFU));
    };
    for (const port::AirFrame& frame : frames) {
        const Octets octets = octets_of(frame);
        const bool card = frame.source == port::AirFrame::Source::Picc;
        put16(frame.start & 0xFFFFU);
        put16(frame.start >> 16 & 0xFFFFU);
        put16(frame.end - frame.start);
        put16(octets.data.size() | (card ? FromCard : 0U));
        file.insert(file.end(), octets.data.begin(), octets.data.end());
        base::Bytes parity((octets.data.size() + 7) / 8, 0);
        for (std::size_t i = 0; i < octets.parity.size(); ++i)
            parity[i / 8] =
                static_cast<std::uint8_t>(parity[i / 8] | octets.parity[i] << (7 - i % 8));
        file.insert(file.end(), parity.begin(), parity.end());
    }
    return file;
}

}  // namespace trace
