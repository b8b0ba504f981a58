/// \file sinks.hpp
/// Where a command writes what goes over the air.
#pragma once

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <string>

#include "port/world.hpp"
#include "trace/recorder.hpp"

namespace cli {

struct SinkOptions {
    std::string list;    ///< file, or - for standard output
    std::string keys;    ///< file of keys for the list's plaintext
    std::string pcapng;  ///< file
    std::string trace;   ///< proxmark3 trace file
};
void add_sinks(CLI::App& app, SinkOptions& options);

/// Observes the world as long as it lives. List and capture grow with each frame, so that whoever
/// is interrupted still has them; the trace file is written at the end.
class Sinks {
public:
    /// Throws Failure when a file cannot be written.
    Sinks(const SinkOptions& options, port::World& world);
    ~Sinks();
    Sinks(const Sinks&) = delete;
    Sinks& operator=(const Sinks&) = delete;

    /// Writes the trace file. Throws base::FileError.
    void finish();
    [[nodiscard]] std::uint64_t frames() const noexcept { return counter_.frames; }

private:
    struct Counter : port::FrameObserver {
        void on_frame(const port::AirFrame&) override { ++frames; }
        void on_field(bool, base::Tick) override {}
        std::uint64_t frames = 0;
    };

    SinkOptions options_;
    port::World& world_;
    trace::Fanout fanout_;
    Counter counter_;
    std::ofstream list_file_;
    std::ofstream pcapng_file_;
    std::unique_ptr<port::FrameObserver> list_;
    std::unique_ptr<port::FrameObserver> pcapng_;
    std::unique_ptr<trace::Recorder> recorder_;
};

}  // namespace cli
