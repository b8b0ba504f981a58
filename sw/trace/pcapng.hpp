/// \file pcapng.hpp
/// Frames as a capture file that Wireshark dissects (link type 264, DLT_ISO_14443).
#pragma once

#include <ostream>

#include "trace/analyser.hpp"

namespace trace {

/// Writes each event to `out` when it comes, and flushes. Timestamps are ticks in nanoseconds,
/// rounded down. The link type holds bytes only, so parity bits, bit counts and the card's slot
/// stand in the comment of a packet, where there is something to say. Where one of `keys` fits, a
/// packet holds the plaintext and its comment what went over the air; keys in a sector trailer are
/// left out (00).
class Pcapng : public port::FrameObserver {
public:
    explicit Pcapng(std::ostream& out, std::vector<base::SectorKey> keys = {});

    void on_frame(const port::AirFrame& frame) override;
    void on_field(bool on, base::Tick tick) override;

private:
    void packet(base::Tick tick, std::uint8_t event, base::ByteView data,
                const std::string& comment);

    std::ostream& out_;
    Analyser analyser_;
};

}  // namespace trace
