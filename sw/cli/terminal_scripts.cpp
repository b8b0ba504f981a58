// terminal_scripts.cpp - `cartouche terminal view | modify | undo`, for scripts.

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <iostream>
#include <utility>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "terminal/edits_json.hpp"
#include "terminal/views_json.hpp"

namespace cli {
namespace {

[[noreturn]] void fail(const terminal::Refusal& refusal) {
    const std::string sw = refusal.sw ? fmt::format(" ({:04X})", *refusal.sw) : std::string{};
    throw Failure{JobFailed, fmt::format("{}{}. {}", refusal.title, sw, refusal.advice)};
}

template <typename T>
T good(const terminal::Result<T>& result) {
    if (const auto* refusal = terminal::refusal_of(result)) fail(*refusal);
    return std::get<T>(result);
}

void print(const terminal::SectorView& view) {
    std::string whose;
    if (view.application) whose = ", " + terminal::application_name(*view.application);
    fmt::print("sector {}{}\n", view.sector, whose);
    for (const terminal::BlockView& block : view.blocks) {
        fmt::print("{:4}  {}  {}\n", block.number,
                   terminal::block_text(block.data, block.kind == terminal::BlockKind::Trailer),
                   block.meaning);
        if (!block.rights.empty()) fmt::print("      gates: {}\n", block.rights);
    }
    if (view.directory)
        for (const auto& [sector, aid] : view.directory->applications)
            if (aid != 0)
                fmt::print("directory: sector {} {}\n", sector, terminal::application_name(aid));
    if (view.ndef)
        for (const auto& record : view.ndef->records)
            fmt::print("NDEF {}: {}\n", record.type, record.text);
}

void print(const terminal::GateReading& reading, unsigned sector) {
    if (!reading.opened) throw Failure{JobFailed, reading.reader};
    fmt::print("sector {} over the air with {}\n", sector, reading.reader);
    for (std::size_t i = 0; i < reading.blocks.size(); ++i) {
        const auto& block = reading.blocks[i];
        const bool trailer = i + 1 == reading.blocks.size();
        fmt::print("{:4}  {}\n", terminal::first_block(sector) + i,
                   block ? terminal::block_text(*block, trailer) : "not for this key");
    }
}

void unlock(TerminalBench& bench, const TerminalOptions& options) {
    const SecretText pin = read_pin(options.pin);
    (void)good(bench.session().unlock(pin.expose()));
}

/// Keys of a trailer would be for all to see among the arguments of a process.
SecretText content_of(const TerminalOptions& options) {
    if (options.hex != "-") {
        if (options.block + 1 == terminal::blocks_in(options.sector))
            throw Failure{WrongUse,
                          "a trailer has keys in it: give - and its digits on standard input"};
        return SecretText{options.hex};
    }
    std::string line;
    std::getline(std::cin, line);
    return SecretText{std::move(line)};
}

}  // namespace

void view_sector(const TerminalOptions& options) {
    TerminalBench bench{options};
    if (options.gate) {
        const auto reading = bench.session().gate(options.sector);
        if (options.json)
            std::cout << to_json(reading, options.sector).dump(2) << '\n';
        else
            print(reading, options.sector);
    } else {
        const auto view = good(bench.session().view(options.sector));
        if (options.json)
            std::cout << to_json(view).dump(2) << '\n';
        else
            print(view);
    }
    bench.finish();
}

void modify_sector(const TerminalOptions& options) {
    if (options.block >= terminal::blocks_in(options.sector))
        throw Failure{WrongUse, fmt::format("sector {} has {} blocks", options.sector,
                                            terminal::blocks_in(options.sector))};
    const auto block = terminal::block_from_hex(content_of(options).expose());
    if (const auto* bad = std::get_if<terminal::BadRequest>(&block))
        throw Failure{WrongUse, "HEX: " + bad->reason};
    const terminal::Edits edits{{options.block, std::get<port::Block>(block)}};
    TerminalBench bench{options};
    terminal::Session& session = bench.session();
    const auto planned = good(session.preview(options.sector, edits));
    for (const terminal::Notice& notice : planned.preview.notices)
        fmt::print(std::cerr, "{}\n", notice.text);
    unlock(bench, options);
    print(good(session.modify(options.sector, edits)));
    bench.finish();
}

void undo_sector(const TerminalOptions& options) {
    TerminalBench bench{options};
    unlock(bench, options);
    print(good(bench.session().undo(options.sector)));
    bench.finish();
}

}  // namespace cli
