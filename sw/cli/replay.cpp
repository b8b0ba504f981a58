// replay.cpp - `cartouche replay`: the reader's side of a recorded session to a card of ours.

#include <fmt/format.h>

#include <memory>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/delivery_key.hpp"
#include "cli/failure.hpp"
#include "cli/field_cards.hpp"
#include "cli/replay_session.hpp"
#include "cli/sinks.hpp"
#include "trace/octets.hpp"
#include "trace/pm3_trace.hpp"

namespace cli {
namespace {

constexpr std::size_t MostTraceBytes = 64U << 20U;
constexpr std::size_t LongestRequest = 2048;  // bits: what the reader's FIFO takes

struct ReplayOptions {
    std::string trace;
    std::string card;
    CardOptions card_options{};
    WorldOptions world{};
    SinkOptions sinks{};
};

/// Bytes as in a list: `!` for wrong parity, (n) for a cut byte.
std::string text(const base::Bits& bits) {
    if (bits.empty()) return "silence";
    const trace::Octets octets = trace::to_octets(bits);
    std::string line;
    for (std::size_t i = 0; i < octets.data.size(); ++i) {
        if (i != 0) line += ' ';
        line += fmt::format("{:02X}", octets.data[i]);
        if (octets.parity_wrong(i)) line += '!';
    }
    if (octets.last_bits != 0) line += fmt::format("({})", octets.last_bits);
    return line;
}

struct Count {
    unsigned same = 0;
    unsigned different = 0;
    unsigned nonce_free = 0;
};

Count play(const ReplayOptions& options, const Recording& recording, FieldCards& cards,
           const port::CardProfile& profile) {
    Count count;
    ReplaySession session{cards.world(), profile, options.world.air.pause_ticks};
    session.switch_on();
    unsigned number = 0;
    for (const RecordedExchange& exchange : recording.exchanges) {
        ++number;
        base::Bits answer;
        switch (session.play(exchange, answer)) {
            case Verdict::Same:
                ++count.same;
                break;
            case Verdict::NonceFree:
                ++count.nonce_free;
                break;
            case Verdict::Different:
                ++count.different;
                fmt::print("exchange {} {}\n  sent     {}\n  recorded {}\n  card     {}\n", number,
                           exchange.name, text(exchange.request), text(exchange.answer),
                           text(answer));
                break;
        }
    }
    return count;
}

int run(const ReplayOptions& options) {
    const base::Bytes file = base::read_file(options.trace, MostTraceBytes);
    const auto frames = trace::read_pm3_trace(file, options.trace);
    if (frames.empty())
        throw Failure{WrongUse, options.trace + ": offset 0: no frame in this trace"};
    for (const port::AirFrame& frame : frames)
        if (frame.source == port::AirFrame::Source::Pcd && frame.bits.size() > LongestRequest)
            throw Failure{WrongUse, options.trace + ": a reader frame is longer than 256 bytes"};

    std::unique_ptr<CardSlot> card;
    std::vector<base::SectorKey> keys;
    if (!options.sinks.keys.empty()) keys = read_keys(options.sinks.keys);
    if (!options.card.empty()) {
        card = std::make_unique<CardSlot>(options.card, options.card_options);
    } else {
        std::vector<base::SectorKey> tried = keys;
        tried.push_back(DeliveryKey);
        const auto told = analyse(frames, tried).card;
        if (!told)
            throw Failure{WrongUse, options.trace + ": tells no UID; give a card with --card"};
        card = std::make_unique<CardSlot>(*told, options.card_options);
    }
    for (const base::SectorKey& key : keys_of(card->blocks())) keys.push_back(key);
    const Recording recording = analyse(frames, keys);

    FieldCards cards{options.world, options.card_options};
    const port::CardProfile profile = card->profile();
    cards.place(0, std::move(card));
    Sinks sinks{options.sinks, cards.world()};
    const Count count = play(options, recording, cards, profile);
    finish(cards.world());
    sinks.finish();

    fmt::print("{} exchanges with a {} card, UID {}, level {}: {} answers the same, {} different\n",
               recording.exchanges.size(), to_string(profile.kind), base::to_hex(profile.uid),
               to_string(options.world.level), count.same, count.different);
    if (count.nonce_free != 0)
        fmt::print(
            "{} not compared: they depend on a nonce that is unknown (no key fits, see --keys) or "
            "that "
            "this card never draws\n",
            count.nonce_free);
    return count.different == 0 ? 0 : JobFailed;
}

}  // namespace

void add_replay(CLI::App& app, Context& context) {
    CLI::App* replay = app.add_subcommand(
        "replay", "send a recorded session's reader side to a card, compare its answers");
    const auto options = std::make_shared<ReplayOptions>();
    options->world.level = Level::Tlm;
    replay->add_option("TRACE", options->trace, "proxmark3 trace of type A")
        ->required()
        ->check(CLI::ExistingFile);
    replay
        ->add_option(
            "--card", options->card,
            "card to send it to; it is not changed. Without: what the trace tells of its card")
        ->check(CLI::ExistingFile);
    add_level(*replay, options->world.level);
    add_card(*replay, options->card_options);
    add_sinks(*replay, options->sinks);
    add_fst(*replay, options->world);
    add_air(*replay, options->world.air);
    replay->callback([options, &context] { context.exit_code = run(*options); });
}

}  // namespace cli
