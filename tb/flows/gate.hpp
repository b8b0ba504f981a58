/// \file gate.hpp
/// A gate: an ordinary reader that opens a sector with its key and reads or writes blocks.
#pragma once

#include <functional>
#include <optional>

#include "flows/log.hpp"
#include "reader/reader.hpp"

namespace flows {

/// Blocks are counted through the whole card. Statuses are the reader's: Ok, Nak, Silent ...
class Gate {
public:
    /// `before`: what has to be ended before the gate may use the reader.
    Gate(reader::Reader& reader, Log& log, std::function<void()> before);

    /// Finds the card, ends what it was doing, and authenticates the sector of `block`.
    reader::Status open(std::uint8_t block, const base::SectorKey& key,
                        reader::KeyKind kind = reader::KeyKind::A);
    [[nodiscard]] reader::Read read(std::uint8_t block);
    reader::Done write(std::uint8_t block, base::ByteView data);
    /// HLTA: the card stays in the field, halted.
    reader::Status halt();
    /// The card leaves the gate's field.
    void leave();

    /// Ticks that its host takes before each of these.
    void set_host_latency(Tick ticks) noexcept { host_latency_ = ticks; }

private:
    template <typename Call>
    auto logged(const std::string& what, Call call);

    reader::Reader& reader_;
    Log& log_;
    std::function<void()> before_;
    Tick host_latency_ = 0;
};

}  // namespace flows
