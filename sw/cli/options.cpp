#include "cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/file.hpp"
#include "base/hex.hpp"

namespace cli {
namespace {

constexpr std::size_t MostFileBytes = 1U << 20U;  // of a file of keys

CLI::Option* number(CLI::App& app, const std::string& name, unsigned& value, unsigned from,
                    unsigned to, const std::string& help) {
    return app.add_option(name, value, help)->check(CLI::Range(from, to))->capture_default_str();
}

CLI::Option* seed(CLI::App& app, const std::string& name, std::uint32_t& value,
                  const std::string& help) {
    return app.add_option(name, value, help)
        ->check(CLI::Range(1U, 0xFFFFFFFFU))
        ->capture_default_str();
}

}  // namespace

void add_level(CLI::App& app, Level& level) {
    static const std::map<std::string, Level> Names{
        {"tlm", Level::Tlm}, {"rtl", Level::Rtl}, {"both", Level::Both}};
    app.add_option_function<std::string>(
           "--level", [&level](const std::string& name) { level = Names.at(name); },
           "tlm: model; rtl: Verilated RTL; both: in lockstep")
        ->check(CLI::IsMember({"tlm", "rtl", "both"}))
        ->default_str(to_string(level));
}

void add_rate(CLI::App& app, port::BitRate& rate) {
    static const std::map<std::string, port::BitRate> Names{{"106", port::BitRate::Fc128},
                                                            {"212", port::BitRate::Fc64},
                                                            {"424", port::BitRate::Fc32},
                                                            {"848", port::BitRate::Fc16}};
    app.add_option_function<std::string>(
           "--rate", [&rate](const std::string& name) { rate = Names.at(name); },
           "highest bit rate of ISO-DEP on the air, in kbit/s, when the card has it too")
        ->check(CLI::IsMember({"106", "212", "424", "848"}))
        ->default_str("106");
}

void add_via(CLI::App& app, flows::Via& via) {
    app.add_option_function<std::string>(
           "--via",
           [&via](const std::string& way) {
               via = way == "air" ? flows::Via::Air : flows::Via::Contacts;
           },
           "how the terminal reaches the card")
        ->check(CLI::IsMember({"contacts", "air"}))
        ->default_str("contacts");
}

void add_type(CLI::App& app, port::Technology& technology) {
    app.add_option_function<std::string>(
           "--type",
           [&technology](const std::string& type) {
               technology = type == "b" ? port::Technology::B : port::Technology::A;
           },
           "type of the card at --via air; gates read type a only")
        ->check(CLI::IsMember({"a", "b"}))
        ->default_str("a");
}

void add_write_ticks(CLI::App& app, base::Tick& ticks) {
    app.add_option("--write-ticks", ticks, "programming time of a block")
        ->check(CLI::Range(base::Tick{128}, base::Tick{131072}))
        ->check([](const std::string& text) {
            const bool whole = std::strtoull(text.c_str(), nullptr, 10) % base::BitTicks == 0;
            return whole ? std::string{} : "must be a multiple of 128";
        })
        ->capture_default_str();
}

void add_air(CLI::App& app, port::AirProfile& air) {
    number(app, "--pause", air.pause_ticks, 20, 60, "pause of the reader, in ticks");
    number(app, "--carrier", air.carrier, 16, 255, "unmodulated level at the card, of 255");
    number(app, "--fall", air.fall, 1, 256,
           "share of the distance the level falls in a tick, of 256");
    number(app, "--rise", air.rise, 1, 256,
           "share of the distance the level rises in a tick, of 256");
    number(app, "--overshoot", air.overshoot, 0, 40,
           "peak above the carrier after a pause, percent");
    number(app, "--residual", air.residual, 0, 20, "level left in a pause, percent of the carrier");
    number(app, "--load", air.load, 1, 50, "load modulation at the reader, percent of the carrier");
    number(app, "--fading-depth", air.fading_depth, 0, 100,
           "how far load modulation fades, percent");
    number(app, "--fading-ticks", air.fading_ticks, 0, 1U << 30U, "period of the fading, ticks");
    number(app, "--noise", air.noise, 0, 4095, "peak of the noise, in 1/4096 of full scale");
    seed(app, "--noise-seed", air.noise_seed, "seed of the noise");
    app.add_option("--offset-ppm", air.offset_ppm, "clock of the card against the reader's, ppm")
        ->check(CLI::Range(-1000, 1000))
        ->capture_default_str();
    number(app, "--carrier-clock", air.carrier_clock, 0, 57,
           "most ticks withheld from the card in each pause");
    seed(app, "--carrier-clock-seed", air.carrier_clock_seed, "seed of the withheld ticks");
}

void CardOptions::apply(port::CardProfile& profile) const {
    profile.nak_silent = nak_silent.value_or(profile.nak_silent);
    profile.nonce_unpredictable = nonce_unpredictable.value_or(profile.nonce_unpredictable);
    profile.prng_seed = prng_seed.value_or(profile.prng_seed);
    profile.nonce_seed = nonce_seed.value_or(profile.nonce_seed);
}

void add_card(CLI::App& app, CardOptions& card) {
    app.add_option_function<std::string>(
           "--nak", [&card](const std::string& kind) { card.nak_silent = kind == "silent"; },
           "silent: no NAK to a wrong reader answer (hardens against mfcuk)")
        ->check(CLI::IsMember({"silent", "real"}));
    app.add_option_function<std::string>(
           "--nonce",
           [&card](const std::string& kind) { card.nonce_unpredictable = kind == "unpredictable"; },
           "unpredictable: no LFSR nonces (hardens against mfoc)")
        ->check(CLI::IsMember({"unpredictable", "lfsr"}));
    app.add_option("--nonce-seed", card.nonce_seed, "seed of unpredictable nonces")
        ->check(CLI::Range(1U, 0xFFFFFFFFU));
    app.add_option("--prng-seed", card.prng_seed, "state of the nonce generator at power-up")
        ->check(CLI::Range(1, 0xFFFF));
    add_write_ticks(app, card.write_ticks);
    app.add_option("--card-seed", card.random_seed, "seed of what the card OS draws")
        ->capture_default_str();
}

std::vector<base::SectorKey> read_keys(const std::string& path) {
    const base::Bytes file = base::read_file(path, MostFileBytes);
    std::vector<base::SectorKey> keys;
    std::size_t line = 1;
    for (auto at = file.begin(); at != file.end(); ++line) {
        const auto end = std::find(at, file.end(), '\n');
        const std::string text{at, std::find(at, end, '#')};
        const auto bytes = base::from_hex(text);
        if (!bytes || (!bytes->empty() && bytes->size() != 6))
            throw base::FileError{path, fmt::format("line {}", line),
                                  "expected a key of 12 hexadecimal digits"};
        if (!bytes->empty()) {
            std::array<std::uint8_t, 6> key{};
            std::copy(bytes->begin(), bytes->end(), key.begin());
            keys.emplace_back(key);
        }
        at = end == file.end() ? end : end + 1;
    }
    return keys;
}

}  // namespace cli
