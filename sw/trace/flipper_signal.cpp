#include "trace/flipper_signal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "base/file.hpp"

namespace trace {
namespace {

constexpr std::string_view Title = "Filetype: Flipper NFC test";
constexpr std::string_view LengthKey = "Timings length:";
constexpr std::string_view TimingsKey = "Timings:";
constexpr double TimerHz = 64e6;
constexpr unsigned Every = 4;         // ticks of the timer a sample: more than the carrier has
constexpr unsigned Silence = 20'000;  // ticks of the timer before and behind
constexpr unsigned LongestRun = 1'000'000;
constexpr std::size_t MostRuns = 65'536;
constexpr std::size_t MostSamples = 50'000'000;
constexpr std::int16_t Unloaded = 20'000;
constexpr std::int16_t Loaded = 18'000;

}  // namespace

bool is_flipper_signal(base::ByteView file) {
    return file.size() >= Title.size() && std::equal(Title.begin(), Title.end(), file.begin());
}

Recording read_flipper_signal(base::ByteView file, std::string_view name) {
    const std::string text(file.begin(), file.end());
    std::string_view rest = text;
    std::string_view timings;
    std::size_t expected = 0;
    unsigned number = 0;
    unsigned timings_line = 0;
    const auto fail = [name](unsigned line, const std::string& reason) {
        throw base::FileError{name, fmt::format("line {}", line), reason};
    };
    if (!rest.starts_with(Title)) fail(1, fmt::format("expected \"{}\"", Title));
    while (!rest.empty() && timings_line == 0) {
        ++number;
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.starts_with(LengthKey)) {
            line.remove_prefix(LengthKey.size());
            while (line.starts_with(' ')) line.remove_prefix(1);
            const auto result = std::from_chars(line.data(), line.data() + line.size(), expected);
            if (result.ec != std::errc{} || expected > MostRuns)
                fail(number, fmt::format("expected a number up to {}", MostRuns));
        } else if (line.starts_with(TimingsKey)) {
            timings = line.substr(TimingsKey.size());
            timings_line = number;
        }
    }
    if (timings_line == 0) fail(number, fmt::format("expected \"{}\"", TimingsKey));

    Recording recording;
    recording.sample_rate = TimerHz / Every;
    recording.samples.assign(Silence / Every, Unloaded);
    std::uint64_t time = Silence;
    std::size_t runs = 0;
    const auto fill = [&recording, &time](std::int16_t level, std::uint64_t ticks) {
        for (time += ticks; recording.samples.size() * Every < time;)
            recording.samples.push_back(level);
    };
    while (true) {
        while (timings.starts_with(' ') || timings.starts_with('\r')) timings.remove_prefix(1);
        if (timings.empty()) break;
        unsigned run = 0;
        const auto [end, error] =
            std::from_chars(timings.data(), timings.data() + timings.size(), run);
        if (error != std::errc{} || run > LongestRun)
            fail(timings_line, fmt::format("run {}: expected a number up to {}", runs, LongestRun));
        timings.remove_prefix(static_cast<std::size_t>(end - timings.data()));
        if (recording.samples.size() > MostSamples)
            fail(timings_line,
                 fmt::format("run {}: expected at most {} samples", runs, MostSamples));
        fill(runs % 2 == 0 ? Loaded : Unloaded, run + std::uint64_t{1});
        ++runs;
    }
    if (runs == 0 || (expected != 0 && runs != expected))
        fail(timings_line, fmt::format("expected {} runs, found {}", expected, runs));
    fill(Unloaded, Silence);
    return recording;
}

}  // namespace trace
