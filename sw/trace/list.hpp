/// \file list.hpp
/// A session as the list proxmark users know.
#pragma once

#include <optional>
#include <ostream>
#include <vector>

#include "trace/analyser.hpp"
#include "trace/foreign.hpp"

namespace trace {

/// Writes a row for each frame when it comes, and flushes. Times are ticks (1/fc) since the start
/// of the first frame; `!` marks a byte whose parity bit is wrong or encrypted; a row with source
/// `*` is the plaintext of the row above it.
class List : public port::FrameObserver {
public:
    explicit List(std::ostream& out, std::vector<base::SectorKey> keys = {});

    void on_frame(const port::AirFrame& frame) override;
    void on_field(bool on, base::Tick tick) override;
    /// A row with source `???`.
    void on_foreign(const Foreign& foreign);

private:
    void rows(const std::string& times, const std::string& source, const Reading& reading);

    std::ostream& out_;
    Analyser analyser_;
    std::optional<base::Tick> origin_;
};

}  // namespace trace
