// decode.cpp - `cartouche decode`: recorded air through the RTL receivers, or frames that somebody
// else received, as a list, JSON or a capture.

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "recording/recording_decoder.hpp"
#include "trace/json.hpp"
#include "trace/list.hpp"
#include "trace/pcapng.hpp"
#include "trace/recorded.hpp"
#include "trace/sniffer_log.hpp"

namespace cli {
namespace {

constexpr std::size_t KeyBytes = 6;

struct DecodeOptions {
    std::string file;
    std::optional<double> rate;
    std::vector<std::string> keys;
    std::string key_file;
    std::string json_file;
    std::string pcapng_file;
    CLI::Option* json = nullptr;
};

/// The keys of both options. What was typed is not repeated: it may be a key with one digit wrong.
std::vector<base::SectorKey> keys_of(const DecodeOptions& options) {
    std::vector<base::SectorKey> keys;
    if (!options.key_file.empty()) keys = read_keys(options.key_file);
    for (const std::string& text : options.keys) {
        const auto bytes = base::from_hex(text);
        if (!bytes || bytes->size() != KeyBytes)
            throw Failure{WrongUse, "--key: expected twelve hex digits"};
        std::array<std::uint8_t, KeyBytes> value{};
        std::copy(bytes->begin(), bytes->end(), value.begin());
        keys.emplace_back(value);
    }
    return keys;
}

std::vector<trace::Event> events_of(const DecodeOptions& options) {
    const auto file = base::read_file(options.file, trace::RecordingLimit);
    const trace::Recorded recorded = trace::read_recorded(file, options.file, options.rate);
    if (const auto* frames = std::get_if<std::vector<port::AirFrame>>(&recorded))
        return {frames->begin(), frames->end()};
    const auto& recording = std::get<trace::Recording>(recorded);
    trace::SnifferLog log;
    for (const std::uint64_t word :
         tb::RecordingDecoder::decode(recording.samples, recording.sample_rate))
        log.word(word);
    return log.events();
}

/// Tells every event to a list; foreign traffic has no place in a capture.
void tell(const std::vector<trace::Event>& events, trace::List& list) {
    for (const trace::Event& event : events) {
        if (const auto* frame = std::get_if<port::AirFrame>(&event)) list.on_frame(*frame);
        if (const auto* foreign = std::get_if<trace::Foreign>(&event)) list.on_foreign(*foreign);
    }
}

void write_pcapng(const std::string& path, const std::vector<trace::Event>& events,
                  const std::vector<base::SectorKey>& keys) {
    std::ostringstream text;
    trace::Pcapng capture{text, keys};
    for (const trace::Event& event : events)
        if (const auto* frame = std::get_if<port::AirFrame>(&event)) capture.on_frame(*frame);
    const std::string bytes = std::move(text).str();
    base::replace_file(path, base::Bytes(bytes.begin(), bytes.end()));
}

void decode(const DecodeOptions& options) {
    const std::vector<base::SectorKey> keys = keys_of(options);
    const std::vector<trace::Event> events = events_of(options);
    if (!options.pcapng_file.empty()) write_pcapng(options.pcapng_file, events, keys);
    if (options.json->count() == 0) {
        trace::List list{std::cout, keys};
        tell(events, list);
        return;
    }
    const std::string text = trace::to_json(events, keys).dump(1) + '\n';
    if (options.json_file.empty() || options.json_file == "-") {
        std::cout << text;
    } else {
        base::replace_file(options.json_file, base::Bytes(text.begin(), text.end()));
    }
}

}  // namespace

void add_decode(CLI::App& app, Context& /*context*/) {
    CLI::App* command = app.add_subcommand(
        "decode", "print the frames of recorded air (docs/recordings.md says of which kinds)");
    const auto options = std::make_shared<DecodeOptions>();
    command->add_option("FILE", options->file, "recording or trace; its content decides the kind")
        ->required();
    command
        ->add_option("--rate", options->rate,
                     "samples a second, where the file does not say or says it wrong")
        ->check(CLI::Range(100e3, 100e9));
    command->add_option("--key", options->keys,
                        "sector key, twelve hex digits: sessions are decrypted; may be repeated");
    command->add_option("--keys", options->key_file, "file of sector keys, a line each");
    command->add_option("--pcapng", options->pcapng_file, "write the frames for Wireshark");
    options->json = command
                        ->add_option("--json", options->json_file,
                                     "as a JSON array, into OUT or to standard output")
                        ->type_name("OUT")
                        ->expected(0, 1);
    command->callback([options] { decode(*options); });
}

}  // namespace cli
