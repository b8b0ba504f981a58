#include "trace/pm3_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

#include "base/file.hpp"

namespace trace {
namespace {

constexpr int Largest = 32'767;
constexpr std::size_t MostSamples = 50'000'000;

constexpr int Carrier = 20'000;
constexpr int Depth = 2'400;             // of the reader's modulation: 12 % of the carrier
constexpr int Gain = 20;                 // of the card's
constexpr std::size_t SpikeSamples = 3;  // the subcarrier never stays on one side for so long
// A sample is held: straight lines from one to the next would begin each edge half a sample early.
constexpr unsigned Held = 2;
constexpr std::size_t LongestLow = 200;  // 11 bits at fc/128 are 176

/// A sample less the mean of the two before it: the subcarrier without the ripple below it.
int swing(const std::vector<int>& samples, std::size_t i) {
    return i < 2 ? 0 : samples[i] - (samples[i - 1] + samples[i - 2]) / 2;
}

}  // namespace

std::vector<int> read_pm3_graph(base::ByteView file, std::string_view name) {
    std::vector<int> samples;
    const auto* at = reinterpret_cast<const char*>(file.data());
    const auto* const end = at + file.size();
    for (std::size_t line = 1; at != end; ++line) {
        const auto* const stop = std::find(at, end, '\n');
        const auto* last = stop;
        while (last != at && (last[-1] == '\r' || last[-1] == ' ')) --last;
        const auto* first = at;
        while (first != last && *first == ' ') ++first;
        at = stop == end ? end : stop + 1;
        if (first == last) continue;
        int value = 0;
        const auto [rest, error] = std::from_chars(first, last, value);
        if (error != std::errc{} || rest != last || std::abs(value) > Largest)
            throw base::FileError{name, fmt::format("line {}", line),
                                  fmt::format("expected a whole number up to {}", Largest)};
        if (samples.size() == MostSamples)
            throw base::FileError{name, fmt::format("line {}", line),
                                  fmt::format("expected at most {} samples", MostSamples)};
        samples.push_back(value);
    }
    if (samples.empty()) throw base::FileError{name, "line 1", "expected a whole number"};
    return samples;
}

Recording restore_level(const std::vector<int>& samples, double rate) {
    Recording recording;
    recording.sample_rate = Held * rate;
    if (samples.empty()) return recording;
    std::vector<int> sorted = samples;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    const int rest = *middle;
    int largest = 1;
    for (const int sample : samples) largest = std::max(largest, std::abs(sample - rest));
    const int spike = std::max(2, largest / 2);

    recording.samples.reserve(Held * samples.size());
    bool low = false;
    bool dying = false;  // a spike is still to be seen
    bool up = false;     // which way it went
    std::size_t since = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const int value = samples[i] - rest;
        const auto goes = [&](int sign) {
            for (std::size_t k = i; k < i + SpikeSamples; ++k)
                if (k >= samples.size() || sign * (samples[k] - rest) < spike) return false;
            return true;
        };
        const bool rises = goes(1);
        const bool falls = goes(-1);
        if (falls && (!dying || up)) {
            low = true;
            since = i;
        } else if (rises) {
            low = false;
        }
        if (rises || falls) {
            dying = true;
            up = rises;
        } else if (dying && (up ? value : -value) < largest / 10) {
            dying = false;
        }
        if (low && i - since > LongestLow) {  // no modulation of a reader is that long
            low = false;
            for (std::size_t k = Held * since; k < Held * i; ++k)
                recording.samples[k] = static_cast<std::int16_t>(recording.samples[k] + Depth);
        }
        const int level = Carrier - (low ? Depth : 0) + (dying ? 0 : swing(samples, i) * Gain);
        recording.samples.insert(recording.samples.end(), Held,
                                 static_cast<std::int16_t>(std::clamp(level, 0, Largest)));
    }
    return recording;
}

}  // namespace trace
