#include "trace/recorded.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/tick.hpp"
#include "trace/carrier.hpp"
#include "trace/flipper_signal.hpp"
#include "trace/npy.hpp"
#include "trace/pm3_graph.hpp"
#include "trace/pm3_list.hpp"
#include "trace/pm3_trace.hpp"
#include "trace/sigrok.hpp"
#include "trace/wav.hpp"

namespace trace {
namespace {

constexpr double ArrayRate = 1e9;
constexpr double CarrierHz = static_cast<double>(base::CarrierHz);
constexpr std::size_t LookedAt = 4096;  // bytes that tell text from a binary file

bool begins(base::ByteView file, std::string_view text) {
    return file.size() >= text.size() && std::equal(text.begin(), text.end(), file.begin());
}

bool is_text(base::ByteView file) {
    const auto head = file.first(std::min(file.size(), LookedAt));
    return std::all_of(head.begin(), head.end(), [](std::uint8_t byte) {
        return (byte >= ' ' && byte < 0x7F) || byte == '\n' || byte == '\r' || byte == '\t';
    });
}

/// Nothing but one number a line.
bool is_graph(base::ByteView file) {
    const auto head = file.first(std::min(file.size(), LookedAt));
    return std::all_of(head.begin(), head.end(), [](std::uint8_t byte) {
        return (byte >= '0' && byte <= '9') || byte == '-' || byte == ' ' || byte == '\n' ||
               byte == '\r';
    });
}

Recording from_samples(const std::vector<float>& samples, double rate, std::string_view name) {
    if (!has_carrier(samples)) return envelope(samples, rate);
    if (rate < 2 * CarrierHz)
        throw base::FileError{name, "sample rate",
                              fmt::format("{} a second is too low for a carrier", rate)};
    return demodulate(samples, rate);
}

/// WAV of an envelope as it stands; a carrier or a detector with the other sign is put right.
Recording from_wav(base::ByteView file, std::string_view name, std::optional<double> rate) {
    Recording recording = read_wav(file, name);
    recording.sample_rate = rate.value_or(recording.sample_rate);
    const std::vector<float> samples(recording.samples.begin(), recording.samples.end());
    if (!has_carrier(samples)) {
        const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
        const bool turned = !samples.empty() && -*low > *high;
        return turned ? envelope(samples, recording.sample_rate) : recording;
    }
    if (recording.sample_rate >= 2 * CarrierHz) return demodulate(samples, recording.sample_rate);
    // The detector was AC coupled: the lowest sample stands for no field.
    const float lowest = *std::min_element(samples.begin(), samples.end());
    std::vector<float> lifted = samples;
    for (float& sample : lifted) sample -= lowest;
    return envelope(lifted, recording.sample_rate);
}

Recording from_array(base::ByteView file, std::string_view name, std::optional<double> rate) {
    const std::vector<float> samples = read_npy(file, name);
    if (!rate && has_carrier(samples)) rate = rate_from_carrier(samples);
    return from_samples(samples, rate.value_or(ArrayRate), name);
}

Recording from_session(base::ByteView file, std::string_view name, std::optional<double> rate) {
    SigrokSession session = read_sigrok(file, name);
    const double used = rate.value_or(session.sample_rate);
    if (!session.logic) return from_samples(session.samples, used, name);
    // A reader is silent most of the time: the more frequent level is the carrier.
    const auto high = std::count(session.samples.begin(), session.samples.end(), 1.0F);
    if (static_cast<std::size_t>(high) < session.samples.size() / 2)
        for (float& sample : session.samples) sample = 1.0F - sample;
    return envelope(session.samples, used);
}

}  // namespace

Recorded read_recorded(base::ByteView file, std::string_view name, std::optional<double> rate) {
    if (file.empty()) throw base::FileError{name, "offset 0", "the file is empty"};
    if (begins(file, "RIFF")) return from_wav(file, name, rate);
    if (is_npy(file)) return from_array(file, name, rate);
    if (is_zip(file)) return from_session(file, name, rate);
    if (is_flipper_signal(file)) return read_flipper_signal(file, name);
    if (is_graph(file))
        return restore_level(read_pm3_graph(file, name), rate.value_or(Pm3SampleRate));
    if (is_text(file)) return read_pm3_list(file, name);
    return read_pm3_trace(file, name);
}

}  // namespace trace
