#include "trace/wav.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/file.hpp"

namespace trace {
namespace {

constexpr std::size_t ChunkHeader = 8;
constexpr unsigned Pcm = 1;
constexpr unsigned Extensible = 0xFFFE;
constexpr unsigned LowestRate = 1'000;
constexpr unsigned HighestRate = 1'000'000'000;

class Reader {
public:
    Reader(base::ByteView file, std::string_view name) : file_{file}, name_{name} {}

    [[nodiscard]] std::size_t size() const { return file_.size(); }
    [[nodiscard]] unsigned u16(std::size_t at) const {
        return static_cast<unsigned>(file_[at]) | static_cast<unsigned>(file_[at + 1]) << 8U;
    }
    [[nodiscard]] std::uint32_t u32(std::size_t at) const {
        const std::uint32_t low = u16(at);
        const std::uint32_t high = u16(at + 2);
        return low | high << 16U;
    }
    [[nodiscard]] bool tag_is(std::size_t at, std::string_view tag) const {
        for (std::size_t i = 0; i < tag.size(); ++i) {
            if (file_[at + i] != static_cast<std::uint8_t>(tag[i])) {
                return false;
            }
        }
        return true;
    }
    /// Fails unless `count` bytes follow at `at`.
    void need(std::size_t at, std::size_t count, const char* what) const {
        if (at > size() || count > size() - at) {
            fail(at, fmt::format("expected {}, the file ends at {}", what, size()));
        }
    }
    [[noreturn]] void fail(std::size_t at, const std::string& reason) const {
        throw base::FileError{name_, fmt::format("offset {}", at), reason};
    }

private:
    base::ByteView file_;
    std::string_view name_;
};

/// The sample rate, when the format chunk's body at `at` is one we read.
unsigned read_format(const Reader& reader, std::size_t at, std::size_t length) {
    if (length < 16) {
        reader.fail(at, fmt::format("expected a format of at least 16 bytes, found {}", length));
    }
    reader.need(at, 16, "16 bytes of format");
    const unsigned format = reader.u16(at);
    if (format != Pcm && format != Extensible) {
        reader.fail(at, fmt::format("expected format 1 (PCM), found {}", format));
    }
    if (const unsigned channels = reader.u16(at + 2); channels != 1) {
        reader.fail(at + 2, fmt::format("expected 1 channel, found {}", channels));
    }
    const std::uint32_t rate = reader.u32(at + 4);
    if (rate < LowestRate || rate > HighestRate) {
        reader.fail(at + 4, fmt::format("expected a sample rate from {} to {} Hz, found {}",
                                        LowestRate, HighestRate, rate));
    }
    if (const unsigned bits = reader.u16(at + 14); bits != 16) {
        reader.fail(at + 14, fmt::format("expected 16 bits a sample, found {}", bits));
    }
    return rate;
}

}  // namespace

Recording read_wav(base::ByteView file, std::string_view name) {
    const Reader reader{file, name};
    reader.need(0, 12, "12 bytes of RIFF header");
    if (!reader.tag_is(0, "RIFF")) {
        reader.fail(0, "expected RIFF");
    }
    if (!reader.tag_is(8, "WAVE")) {
        reader.fail(8, "expected WAVE");
    }

    std::optional<unsigned> rate;
    std::size_t at = 12;
    while (true) {
        reader.need(at, ChunkHeader, rate ? "a data chunk" : "a format chunk");
        const std::size_t length = reader.u32(at + 4);
        const std::size_t body = at + ChunkHeader;
        if (reader.tag_is(at, "fmt ")) {
            rate = read_format(reader, body, length);
        } else if (reader.tag_is(at, "data")) {
            if (!rate) {
                reader.fail(at, "expected a format chunk before the data");
            }
            reader.need(body, length, "as many bytes of samples as the data chunk says");
            Recording recording;
            recording.sample_rate = *rate;
            recording.samples.reserve(length / 2);
            for (std::size_t i = 0; i + 1 < length; i += 2) {
                recording.samples.push_back(static_cast<std::int16_t>(reader.u16(body + i)));
            }
            return recording;
        }
        // Chunks begin at even offsets.
        at = body + length + length % 2;
    }
}

}  // namespace trace
