/// \file receivers.hpp
/// The Verilated receivers, fed with levels. Twin of nothing: it only drives pins and writes down
/// pulses.
#pragma once

#include <memory>
#include <vector>

#include "antenna.hpp"
#include "base/bytes.hpp"

class VerilatedContext;
class Vrtl_rf_receivers;

namespace rf_test {

/// One frame as a receiver told it; ticks count the samples it was given.
struct Heard {
    base::Bits bits{};
    base::Bits collisions{};
    Tick sof = 0;
    Tick eof = -1;  ///< -1: still going on
    bool error = false;
    bool last_is_x = false;
};

class Receivers {
public:
    Receivers();
    ~Receivers();

    /// One tick.
    void card_tick(std::uint16_t level);
    void reader_tick(std::uint16_t level);

    /// One tick for each of `levels`.
    void card(const Levels& levels);
    void reader(const Levels& levels);

    void enable(bool on);
    void listen(bool on);
    [[nodiscard]] bool powered() const;

    std::vector<Heard> card_frames{};
    std::vector<Heard> reader_frames{};
    std::vector<Tick> pause_starts{};  ///< ticks of pause_start_o
    std::vector<Tick> pause_ends{};    ///< ticks of pause_end_o
    Tick tick = 0;                     ///< ticks so far

private:
    void step();

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vrtl_rf_receivers> top_;
};

}  // namespace rf_test
