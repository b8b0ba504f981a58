// decode.cpp - `cartouche decode`: a recorded envelope through the RTL receivers of both
// directions.

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "frame/crc_a.hpp"
#include "recording/recording_decoder.hpp"
#include "trace/octets.hpp"
#include "trace/wav.hpp"

namespace cli {
namespace {

constexpr std::size_t ParityPeriod = 9;
constexpr std::size_t ShortestWithCrc = 3;  // bytes

struct Options {
    std::string file;
    std::string json_file;
    CLI::Option* json = nullptr;
};

/// A frame as it is shown.
struct Line {
    bool reader = true;
    double start_us = 0.0;
    double end_us = 0.0;
    std::size_t bits = 0;  ///< without parity
    trace::Octets octets{};
    std::optional<bool> crc_ok{};  ///< nothing when the frame is too short to carry one
};

std::vector<Line> lines_of(const std::vector<tb::RecordedFrame>& frames) {
    std::vector<Line> lines;
    unsigned split = 0;  // bits of a byte that the reader has sent and the card goes on with
    for (const tb::RecordedFrame& frame : frames) {
        Line line;
        line.reader = frame.source == port::AirFrame::Source::Pcd;
        line.start_us = frame.start_us;
        line.end_us = frame.end_us;
        line.octets = trace::to_octets(frame.bits, line.reader ? 0 : split);
        line.bits = frame.bits.size() - line.octets.parity.size();
        if (line.octets.whole() && line.octets.data.size() >= ShortestWithCrc) {
            line.crc_ok = frame::crc_a(line.octets.data) == 0;
        }
        const bool standard = line.reader && frame.bits.size() > ParityPeriod;
        split = standard ? static_cast<unsigned>(frame.bits.size() % ParityPeriod) : 0;
        lines.push_back(std::move(line));
    }
    return lines;
}

double rounded(double microseconds) { return std::round(microseconds * 1e3) / 1e3; }

nlohmann::ordered_json to_json(const std::vector<Line>& lines) {
    auto json = nlohmann::ordered_json::array();
    for (const Line& line : lines) {
        nlohmann::ordered_json frame;
        frame["source"] = line.reader ? "pcd" : "picc";
        frame["tech"] = "A";
        frame["rate"] = 106;
        frame["start_us"] = rounded(line.start_us);
        frame["end_us"] = rounded(line.end_us);
        frame["bits"] = line.bits;
        frame["data"] = base::to_hex(line.octets.data);
        frame["parity_ok"] = !line.octets.any_parity_wrong();
        frame["crc_ok"] = nullptr;
        if (line.crc_ok) {
            frame["crc_ok"] = *line.crc_ok;
        }
        json.push_back(std::move(frame));
    }
    return json;
}

/// Bytes with `!` behind those whose parity bit is not odd parity. Example: "93! 20"
std::string marked(const trace::Octets& octets) {
    std::string text;
    for (std::size_t i = 0; i < octets.data.size(); ++i) {
        if (i != 0) {
            text += ' ';
        }
        text += fmt::format("{:02X}{}", octets.data[i], octets.parity_wrong(i) ? "!" : "");
    }
    return text;
}

void print_list(const std::vector<Line>& lines) {
    fmt::print("{:>12} {:>12}  {:4} {:>5}  {:4} {}\n", "start us", "end us", "from", "bits", "CRC",
               "data (! = parity is not odd)");
    for (const Line& line : lines) {
        const char* crc = !line.crc_ok ? "" : *line.crc_ok ? "ok" : "no";
        fmt::print("{:12.3f} {:12.3f}  {:4} {:5}  {:4} {}\n", line.start_us, line.end_us,
                   line.reader ? "pcd" : "picc", line.bits, crc, marked(line.octets));
    }
}

void decode(const Options& options) {
    const auto file = base::read_file(options.file, trace::WavLimit);
    const trace::Recording recording = trace::read_wav(file, options.file);
    const std::vector<Line> lines =
        lines_of(tb::RecordingDecoder::decode(recording.samples, recording.sample_rate));
    if (options.json->count() == 0) {
        print_list(lines);
        return;
    }
    const std::string text = to_json(lines).dump(1) + '\n';
    if (options.json_file.empty() || options.json_file == "-") {
        std::cout << text;
    } else {
        base::replace_file(options.json_file, base::Bytes(text.begin(), text.end()));
    }
}

}  // namespace

void add_decode(CLI::App& app, Context& /*context*/) {
    CLI::App* command = app.add_subcommand(
        "decode", "print the type A frames of a recorded envelope (mono 16-bit WAV)");
    const auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "recording, magnitude of the field")->required();
    options->json = command
                        ->add_option("--json", options->json_file,
                                     "as a JSON array, into OUT or to standard output")
                        ->type_name("OUT")
                        ->expected(0, 1);
    command->callback([options] { decode(*options); });
}

}  // namespace cli
