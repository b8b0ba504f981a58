/// \file air_monitor.hpp
/// Frames from the edges of the modulation, decoded here once more and apart from both readings.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "port/air_frame.hpp"
#include "port/world.hpp"
#include "verilated/air_bits.hpp"

namespace tb {

/// Listens to the switches themselves, so its ticks are exact whatever the antenna does.
///
/// A frame of 0 bits and a frame during which the carrier stopped are not told. A train of pauses
/// that a test sends is told as one frame without bits, whatever it may mean.
class AirMonitor {
public:
    using Sink = std::function<void(const port::AirFrame&)>;
    using FieldSink = std::function<void(bool on, base::Tick tick)>;
    /// `told` gets all frames in the order of their starts, and `field` what the carrier does, in
    /// the same order; `heard` gets each frame as soon as it has ended.
    AirMonitor(Sink told, Sink heard, FieldSink field);

    /// How the reader sends and what it listens for from now on.
    void expect(port::Technology technology, port::BitRate tx, port::BitRate rx);
    void pause(bool on, base::Tick tick);
    /// The next pauses are a test's train, up to the one that starts at `last`.
    void expect_train(base::Tick last) { train_last_ = last; }
    void load(unsigned slot, bool on, base::Tick tick);
    void carrier(bool on, base::Tick tick);

    /// The tick at which `expire` has something to do, if nothing else happens.
    [[nodiscard]] base::Tick deadline() const;
    /// Ends the frames that are over by tick `now`.
    void expire(base::Tick now);

    /// Ends whatever is open: the run is over.
    void finish();

    /// Ends (E) of the reader's last train of pauses and of the one before it, told or not.
    [[nodiscard]] const std::array<base::Tick, 2>& last_trains() const { return last_trains_; }
    /// End of the last card frame that was told.
    [[nodiscard]] base::Tick last_answer() const { return last_answer_; }

private:
    static constexpr base::Tick Never = ~base::Tick{0};

    struct Expected {
        port::Technology technology = port::Technology::A;
        port::BitRate tx = port::BitRate::Fc128;
        port::BitRate rx = port::BitRate::Fc128;
    };

    struct Train {
        std::vector<base::Tick> starts{};
        std::vector<base::Tick> ends{};  ///< one for each start; the last is missing while it is on
        base::Tick last_end = 0;
        Expected expected{};
    };
    struct Load {
        std::vector<base::Tick> edges{};  ///< loaded from each of these ticks on
        std::vector<base::Tick> falls{};  ///< to each of these
        Expected expected{};
    };

    [[nodiscard]] base::Tick pcd_deadline() const;
    void end_pcd();
    void end_picc(unsigned slot);
    void done(port::AirFrame frame);
    void flush();

    Sink told_, heard_;
    FieldSink field_;
    Expected expected_{};
    Train train_;
    std::optional<base::Tick> train_last_{};
    std::array<Load, port::CardSlots> loads_{};
    std::vector<port::AirFrame> waiting_;
    std::deque<std::pair<bool, base::Tick>> fields_;  ///< that wait for frames begun before them
    std::array<base::Tick, 2> last_trains_{};
    base::Tick last_answer_ = 0;
    bool carrier_ = false;
    base::Tick carrier_off_ = 0;
};

}  // namespace tb
