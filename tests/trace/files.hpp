/// \file files.hpp
/// Files of recordings made by hand, for tests and as seeds of fuzzers.
#pragma once

#include <zlib.h>

#include <bit>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace trace_test {

inline base::Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

inline void append(base::Bytes& bytes, std::uint64_t value, unsigned count) {
    for (unsigned i = 0; i < count; ++i)
        bytes.push_back(static_cast<std::uint8_t>(i < sizeof value ? value >> (8 * i) : 0));
}

/// numpy's format version 1 with `header` as its dictionary.
inline base::Bytes npy_with_header(std::string header, const base::Bytes& data) {
    base::Bytes file = bytes_of("\x93NUMPY");
    append(file, 1, 2);
    header += '\n';
    append(file, header.size(), 2);
    file.insert(file.end(), header.begin(), header.end());
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

inline base::Bytes npy(const std::vector<double>& values) {
    base::Bytes data;
    for (const double value : values) append(data, std::bit_cast<std::uint64_t>(value), 8);
    return npy_with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (" +
                               std::to_string(values.size()) + ",), }",
                           data);
}

/// A zip without compression (APPNOTE, 4.3).
inline base::Bytes zip(const std::vector<std::pair<std::string, base::Bytes>>& entries) {
    base::Bytes file;
    base::Bytes directory;
    for (const auto& [name, content] : entries) {
        const std::size_t offset = file.size();
        const auto sum = crc32(0, content.data(), static_cast<unsigned>(content.size()));
        base::Bytes common;
        append(common, 20, 2);  // version needed
        append(common, 0, 8);   // flags, method, time, date
        append(common, sum, 4);
        append(common, content.size(), 4);
        append(common, content.size(), 4);
        append(common, name.size(), 2);
        append(common, 0, 2);  // no extra field
        append(file, 0x04034B50, 4);
        file.insert(file.end(), common.begin(), common.end());
        file.insert(file.end(), name.begin(), name.end());
        file.insert(file.end(), content.begin(), content.end());
        append(directory, 0x02014B50, 4);
        append(directory, 20, 2);  // version made by
        directory.insert(directory.end(), common.begin(), common.end());
        append(directory, 0, 10);  // comment, disk, attributes
        append(directory, offset, 4);
        directory.insert(directory.end(), name.begin(), name.end());
    }
    const std::size_t at = file.size();
    file.insert(file.end(), directory.begin(), directory.end());
    append(file, 0x06054B50, 4);
    append(file, 0, 4);
    append(file, entries.size(), 2);
    append(file, entries.size(), 2);
    append(file, directory.size(), 4);
    append(file, at, 4);
    append(file, 0, 2);
    return file;
}

/// A session of sigrok, version 2, with one logic channel at 10 MHz.
inline base::Bytes sigrok(const base::Bytes& samples, const std::string& more = {}) {
    const std::string metadata =
        "[device 1]\ncapturefile=logic-1\ntotal probes=1\nsamplerate=10 "
        "MHz\nprobe1=0\nunitsize=1\n" +
        more;
    return zip(
        {{"version", bytes_of("2")}, {"metadata", bytes_of(metadata)}, {"logic-1-1", samples}});
}

inline constexpr std::string_view FlipperSignal =
    "Filetype: Flipper NFC test\nVersion: 1\nData length: 1\nPlain data: 04\nTimings length: 4\n"
    "Timings: 37 37 36 339\n";

inline constexpr std::string_view Pm3List =
    "# a comment\n + 561882:  1 :     26    \n +     64:  2 : TAG 04  00    \n"
    " +  10217:  8 :     a1  e4! 58  ce! 6e  ea! 41  e0!       !crc\n";

}  // namespace trace_test
