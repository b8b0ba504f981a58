#include "cli/sinks.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "base/file.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "trace/list.hpp"
#include "trace/pcapng.hpp"
#include "trace/pm3_trace.hpp"

namespace cli {
namespace {

void open(std::ofstream& file, const std::string& path) {
    errno = 0;
    file.open(path, std::ios::binary | std::ios::trunc);
    if (!file) throw Failure{WrongUse, fmt::format("{}: {}", path, std::strerror(errno))};
}

}  // namespace

void add_sinks(CLI::App& app, SinkOptions& options) {
    app.add_option("--list", options.list,
                   "write the frames as a list to a file, - for the screen");
    app.add_option("--keys", options.keys, "file of sector keys: the list shows plaintext too");
    app.add_option("--pcapng", options.pcapng, "write the frames for Wireshark");
    app.add_option("--trace", options.trace, "write the frames as a proxmark3 trace, at the end");
}

Sinks::Sinks(const SinkOptions& options, port::World& world) : options_{options}, world_{world} {
    std::vector<base::SectorKey> keys;
    if (!options.keys.empty()) keys = read_keys(options.keys);
    fanout_.add(counter_);
    if (!options.list.empty()) {
        const bool screen = options.list == "-";
        if (!screen) open(list_file_, options.list);
        std::ostream& out = screen ? std::cout : list_file_;
        list_ = std::make_unique<trace::List>(out, std::move(keys));
        fanout_.add(*list_);
    }
    if (!options.pcapng.empty()) {
        open(pcapng_file_, options.pcapng);
        pcapng_ = std::make_unique<trace::Pcapng>(pcapng_file_);
        fanout_.add(*pcapng_);
    }
    if (!options.trace.empty()) {
        recorder_ = std::make_unique<trace::Recorder>();
        fanout_.add(*recorder_);
    }
    world_.observe(&fanout_);
}

Sinks::~Sinks() { world_.observe(nullptr); }

void Sinks::finish() {
    if (recorder_) base::replace_file(options_.trace, trace::write_pm3_trace(recorder_->frames()));
}

}  // namespace cli
