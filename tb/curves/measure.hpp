/// \file measure.hpp
/// Frame error rates of the RTL's receivers and of the ideal ones, on the same samples.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "curves/air.hpp"

namespace curves {

struct Point {
    double x = 0;
    unsigned frames = 0;
    unsigned rtl_wrong = 0;
    unsigned ideal_wrong = 0;

    [[nodiscard]] double rtl() const noexcept { return double(rtl_wrong) / frames; }
    [[nodiscard]] double ideal() const noexcept { return double(ideal_wrong) / frames; }
};

/// Frames under the same conditions: `most`, or fewer once both receivers got `enough` wrong.
struct Effort {
    unsigned most = 1000;
    unsigned enough = 50;
};
[[nodiscard]] Point measure(const Link& link, const Conditions& conditions, std::uint32_t seed,
                            const Effort& effort);

/// What is turned; the unit of Point::x.
enum class Axis : std::uint8_t {
    Snr,     ///< dB, see noise_for()
    Depth,   ///< percent of the unmodulated level
    Clock,   ///< ppm: every other frame from a clock so much faster, the others slower
    Fading,  ///< Hz
};
inline constexpr Axis Axes[] = {Axis::Snr, Axis::Depth, Axis::Clock, Axis::Fading};

struct Curve {
    Link link{};
    Axis axis = Axis::Snr;
    double snr_db = 0;  ///< Clock, Fading: at which it was measured
    double noise = 0;   ///< Depth: the same
    std::vector<Point> points{};
};

/// Signal-to-noise ratio at which `rate` of the frames are wrong, on straight lines between the
/// points' logarithms. Nothing when the curve does not cross it.
[[nodiscard]] std::optional<double> snr_at(const Curve& curve, double rate, bool ideal);

/// What the RTL needs more than the ideal receiver.
[[nodiscard]] std::optional<double> gap_at(const Curve& curve, double rate);

/// From where nearly every frame is wrong to where hardly one is. `told`: each point as it comes.
using Told = std::function<void(const Curve&, const Point&)>;
[[nodiscard]] Curve snr_curve(const Link& link, std::uint32_t seed, const Effort& effort,
                              const Told& told);

/// The other axes. Clock and Fading are measured 3 dB above `snr_db`, Fading as much more as the
/// field fades.
[[nodiscard]] Curve curve_along(Axis axis, const Link& link, double snr_db, std::uint32_t seed,
                                const Effort& effort, const Told& told);

}  // namespace curves
