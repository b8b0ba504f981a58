#include "trace/sigrok.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "base/file.hpp"

namespace trace {
namespace {

constexpr std::size_t MostMetadata = 65'536;
constexpr std::size_t MostSamples = std::size_t{1} << 26U;
constexpr double HighestRate = 100e9;

struct Closer {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Closer>;
using Entry = std::unique_ptr<zip_file_t, Closer>;

/// What the metadata say of the only channel.
struct Metadata {
    std::string capture = "logic-1";
    double sample_rate = 0.0;
    unsigned unit_size = 1;
    unsigned logic = 0;   // channels
    unsigned analog = 0;  // channels
    unsigned number = 1;  // of the only channel
};

class Session {
public:
    Session(base::ByteView file, std::string_view name) : name_{name} {
        zip_error_t error{};
        zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
        if (source == nullptr) fail("offset 0", "expected a zip file");
        archive_.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
        if (archive_) return;
        const std::string reason = zip_error_strerror(&error);
        zip_source_free(source);
        fail("offset 0", "expected a zip file: " + reason);
    }

    /// Appends the entry to `bytes`; false when there is none of this name.
    bool read(const std::string& entry, std::size_t limit, base::Bytes& bytes) const {
        const zip_int64_t index = zip_name_locate(archive_.get(), entry.c_str(), 0);
        if (index < 0) return false;
        const Entry file{zip_fopen_index(archive_.get(), static_cast<zip_uint64_t>(index), 0)};
        if (!file) fail(entry, zip_strerror(archive_.get()));
        base::Bytes chunk(65'536);
        while (true) {
            const zip_int64_t got = zip_fread(file.get(), chunk.data(), chunk.size());
            if (got < 0) fail(entry, "the zip file is damaged here");
            if (got == 0) return true;
            if (bytes.size() + static_cast<std::size_t>(got) > limit)
                fail(entry, fmt::format("expected at most {} bytes", limit));
            bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + got);
        }
    }
    [[noreturn]] void fail(const std::string& where, const std::string& reason) const {
        throw base::FileError{name_, where, reason};
    }

private:
    std::string name_;
    Archive archive_;
};

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// "1 GHz", "24 MHz", "500000"; nothing when it is none of these.
std::optional<double> frequency(const std::string& text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    const std::string unit = trimmed(std::string(end, text.data() + text.size()));
    for (const auto& [name, factor] :
         {std::pair{"", 1.0}, std::pair{"Hz", 1.0}, std::pair{"kHz", 1e3}, std::pair{"MHz", 1e6},
          std::pair{"GHz", 1e9}})
        if (unit == name && value * factor > 0.0 && value * factor <= HighestRate)
            return value * factor;
    return std::nullopt;
}

Metadata read_metadata(const Session& session) {
    base::Bytes bytes;
    if (!session.read("metadata", MostMetadata, bytes))
        session.fail("metadata", "expected this entry: no session of sigrok");
    Metadata metadata;
    std::istringstream lines{std::string(bytes.begin(), bytes.end())};
    unsigned number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos) continue;
        const std::string key = trimmed(line.substr(0, equals));
        const std::string value = trimmed(line.substr(equals + 1));
        const std::string where = fmt::format("metadata, line {}", number);
        const auto index_behind = [&](std::string_view prefix) -> std::optional<unsigned> {
            unsigned index = 0;
            const char* const end = key.data() + key.size();
            if (!key.starts_with(prefix)) return std::nullopt;
            const auto [stop, error] = std::from_chars(key.data() + prefix.size(), end, index);
            if (error != std::errc{} || stop != end) return std::nullopt;
            return index;
        };
        if (key == "capturefile") {
            metadata.capture = value;
        } else if (key == "samplerate") {
            const auto rate = frequency(value);
            if (!rate) session.fail(where, fmt::format("expected a sample rate, found {}", value));
            metadata.sample_rate = *rate;
        } else if (key == "unitsize") {
            if (value.size() != 1 || value[0] < '1' || value[0] > '8')
                session.fail(where, fmt::format("expected 1 to 8 bytes a sample, found {}", value));
            metadata.unit_size = static_cast<unsigned>(value[0] - '0');
        } else if (const auto probe = index_behind("probe")) {
            ++metadata.logic;
            metadata.number = *probe;
        } else if (const auto analog = index_behind("analog")) {
            ++metadata.analog;
            metadata.number = *analog;
        }
    }
    if (metadata.sample_rate <= 0.0) session.fail("metadata", "expected a sample rate");
    if (metadata.logic + metadata.analog != 1)
        session.fail("metadata", fmt::format("expected one channel, the envelope; found {}",
                                             metadata.logic + metadata.analog));
    if (metadata.number == 0 || (metadata.logic == 1 && metadata.number > 8 * metadata.unit_size))
        session.fail("metadata", fmt::format("expected a channel of {} bytes a sample, found {}",
                                             metadata.unit_size, metadata.number));
    return metadata;
}

/// Version 1 has one entry, version 2 numbered chunks.
base::Bytes read_chunks(const Session& session, const std::string& entry, std::size_t sample) {
    base::Bytes bytes;
    const std::size_t limit = MostSamples * sample;
    if (session.read(entry, limit, bytes)) return bytes;
    for (unsigned chunk = 1; session.read(fmt::format("{}-{}", entry, chunk), limit, bytes);)
        ++chunk;
    if (bytes.empty()) session.fail(entry, "expected samples in this entry");
    return bytes;
}

}  // namespace

bool is_zip(base::ByteView file) {
    return file.size() >= 4 && file[0] == 'P' && file[1] == 'K' && file[2] == 3 && file[3] == 4;
}

SigrokSession read_sigrok(base::ByteView file, std::string_view name) {
    const Session archive{file, name};
    const Metadata metadata = read_metadata(archive);
    SigrokSession session;
    session.sample_rate = metadata.sample_rate;
    session.logic = metadata.logic == 1;
    if (session.logic) {
        const base::Bytes bytes = read_chunks(archive, metadata.capture, metadata.unit_size);
        const unsigned bit = metadata.number - 1;
        for (std::size_t at = 0; at + metadata.unit_size <= bytes.size(); at += metadata.unit_size)
            session.samples.push_back((bytes[at + bit / 8] >> bit % 8 & 1U) != 0 ? 1.0F : 0.0F);
        return session;
    }
    const base::Bytes bytes = read_chunks(archive, fmt::format("analog-1-{}", metadata.number), 4);
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        std::uint32_t raw = 0;
        for (std::size_t i = 4; i-- > 0;) raw = raw << 8 | bytes[at + i];
        const auto value = std::bit_cast<float>(raw);
        // Neither infinities nor anything that is no number.
        session.samples.push_back(value > -1e30F && value < 1e30F ? value : 0.0F);
    }
    return session;
}

}  // namespace trace
