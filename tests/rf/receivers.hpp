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

/// One frame of type B; ticks as in Heard, `begin` that of begin_o, `rise` the last rise_o before
/// the end.
struct HeardB {
    base::Bytes bytes{};
    Tick begin = 0;
    Tick sof = 0;
    Tick rise = 0;
    Tick eof = -1;
    bool error = false;
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
    void rate(unsigned rate);  ///< 0..3: fc/128 to fc/16
    [[nodiscard]] bool powered() const;

    std::vector<Heard> card_frames{};
    std::vector<Heard> reader_frames{};
    std::vector<HeardB> b_frames{};
    std::vector<Tick> pause_starts{};  ///< ticks of pause_start_o
    std::vector<Tick> pause_ends{};    ///< ticks of pause_end_o
    Tick tick = 0;                     ///< ticks so far

private:
    Tick b_begin_ = 0;
    Tick b_rise_ = 0;

    void step();
    void step_b();

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vrtl_rf_receivers> top_;
};

}  // namespace rf_test
