#include "trace/pm3_list.hpp"

#include <fmt/format.h>

#include <bit>
#include <sstream>
#include <string>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "trace/octets.hpp"

namespace trace {
namespace {

using Source = port::AirFrame::Source;

constexpr base::Tick TicksPerUnit = 16;
constexpr std::uint64_t LongestPause = 1'000'000'000;
constexpr std::size_t MostBytes = 4096;
constexpr unsigned ShortFrameBits = 7;
constexpr unsigned NibbleBits = 4;
constexpr std::uint8_t LargestNibble = 0x0F;

}  // namespace

std::vector<port::AirFrame> read_pm3_list(base::ByteView file, std::string_view name) {
    std::vector<port::AirFrame> frames;
    std::istringstream lines{std::string(file.begin(), file.end())};
    std::size_t number = 0;
    base::Tick now = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const auto fail = [&](const std::string& reason) {
            throw base::FileError{name, fmt::format("line {}", number), reason};
        };
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == std::string::npos || line[first] == '#') continue;
        for (char& c : line)
            if (c == ':' || c == '+') c = ' ';
        if (line[first] != ' ') fail("expected \"+ pause: bytes: [TAG] data\"");
        std::istringstream words{line};
        std::uint64_t pause = 0;
        std::size_t count = 0;
        if (!(words >> pause >> count) || pause > LongestPause || count == 0 || count > MostBytes)
            fail("expected \"+ pause: bytes: [TAG] data\"");

        port::AirFrame frame;
        Octets octets;
        for (std::string word; words >> word;) {
            if (word == "TAG" && octets.data.empty()) {
                frame.source = Source::Picc;
                continue;
            }
            if (word == "!crc") continue;
            const bool wrong = word.ends_with('!');
            if (wrong) word.pop_back();
            const auto byte = base::from_hex(word);
            if (!byte || byte->size() != 1) fail("expected bytes in hex, found " + word);
            const std::uint8_t value = byte->front();
            const bool odd = std::popcount(static_cast<unsigned>(value)) % 2 == 0;
            octets.data.push_back(value);
            octets.parity.push_back(odd != wrong ? 1 : 0);
        }
        if (octets.data.size() != count)
            fail(fmt::format("expected {} bytes, found {}", count, octets.data.size()));
        const bool card = frame.source == Source::Picc;
        if (count == 1 && (!card || octets.data[0] <= LargestNibble)) {
            octets.last_bits = card ? NibbleBits : ShortFrameBits;
            octets.parity.clear();
        }
        frame.bits = to_bits(octets);
        frame.start = now + pause * TicksPerUnit;
        frame.end = frame.start + base::BitTicks * (1 + frame.bits.size());
        now = frame.end;
        frames.push_back(std::move(frame));
    }
    if (frames.empty())
        throw base::FileError{name, "line 1", "expected \"+ pause: bytes: [TAG] data\""};
    return frames;
}

}  // namespace trace
