/// \file fdt_checker.hpp
/// Frame delays measured on the air alone: level in, load edges in, delays out. Knows no frame and
/// no card.
#pragma once

#include <cstdint>
#include <map>

#include "base/tick.hpp"

namespace tb {

/// From the 5 % crossing of the rising edge of the reader's last pause to the first load edge after
/// it.
///
/// ISO/IEC 14443-3, 6.2.1.1: the delay is 128 n + 84 or 128 n + 20 ticks, n at least 9; which of
/// the two follows from the distance between the last two pauses, as Miller coding has it.
class FdtChecker {
public:
    /// `carrier`: the unmodulated level.
    explicit FdtChecker(unsigned carrier) : low_{(carrier + 19) / 20} {}

    /// The level at the cards in tick `tick`.
    void level(base::Tick tick, unsigned level);
    /// A load switch went on at `tick`.
    void load(base::Tick tick);

    /// How many answers were measured.
    [[nodiscard]] unsigned long measured() const { return measured_; }
    /// Greatest distance from the grid, in ticks.
    [[nodiscard]] base::Tick worst() const { return worst_; }
    /// Answers for each n.
    [[nodiscard]] const std::map<base::Tick, unsigned long>& indices() const { return indices_; }

private:
    static constexpr base::Tick AnswerGap = 192;  ///< no load for so long: the answer is over

    unsigned low_;
    bool below_ = false;
    bool after_x_ = false;     ///< the last pause lay at half a bit
    base::Tick pause_ = 0;     ///< where the last pause fell under 5 %
    base::Tick crossing_ = 0;  ///< where it rose over 5 %
    base::Tick last_load_ = 0;
    bool heard_ = false;  ///< a pause came since the last answer
    unsigned long measured_ = 0;
    base::Tick worst_ = 0;
    std::map<base::Tick, unsigned long> indices_;
};

}  // namespace tb
