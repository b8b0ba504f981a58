#include "curves/measure.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "curves/rtl_receiver.hpp"

namespace curves {
namespace {

constexpr double SnrStep = 1;
constexpr double LongSnrStep = 2;
constexpr double HighestSnr = 50;
constexpr double HardlyOne = 0.003;
constexpr double NearlyAll = 0.97;
constexpr double Margin = 3;  // dB

// Noise on the axis of depths: a few steps of each converter.
constexpr double DepthNoiseAtCard = 0.005;
constexpr double DepthNoiseAtReader = 0.001;

/// A few dB below what an ideal receiver needs for one frame in ten: there each bit of phases has
/// Q(sqrt(SNR)), 10 dB; Manchester 6 dB more; pauses are a quarter of a bit.
double first_snr(const Link& link) {
    constexpr double Phases = 6;
    if (link.at_card()) return link.is_b() ? Phases : Phases + 5;
    return !link.is_b() && link.rate == port::BitRate::Fc128 ? Phases + 6 : Phases;
}

double fades_by(const Link& link) {
    return -20 * std::log10(link.at_card() ? FadedAtCard : FadedAtReader);
}

std::vector<double> places(Axis axis, const Link& link) {
    switch (axis) {
        case Axis::Depth:
            if (!link.at_card())
                return {0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8, 1.1, 1.6, 3, 10, 30};
            if (link.is_b()) return {2, 3, 4, 5, 6, 7, 8, 10, 15, 25, 35, 45, 60};
            return {30, 40, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100};
        case Axis::Clock:
            return {50, 100, 200, 500, 1000, 2000, 3500, 5000, 10000, 20000};
        case Axis::Fading:
            return {100, 300, 1000, 3000, 10000, 30000, 100000};
        case Axis::Snr:
            break;
    }
    return {};
}

class Counter {
public:
    Counter(const Link& link, const Conditions& conditions, std::uint32_t seed)
        : air_{link, conditions, seed}, receiver_{make_rtl_receiver(link)} {}

    void frame(Point& point) {
        const Reception reception = air_.next();
        const auto heard = receiver_->hear(reception.samples);
        ++point.frames;
        if (std::find(heard.begin(), heard.end(), reception.sent) == heard.end()) ++point.rtl_wrong;
        if (reception.ideal != reception.sent) ++point.ideal_wrong;
    }

private:
    Air air_;
    std::unique_ptr<RtlReceiver> receiver_;
};

bool enough(const Point& point, const Effort& effort) {
    return point.frames >= effort.most ||
           (point.rtl_wrong >= effort.enough && point.ideal_wrong >= effort.enough);
}

}  // namespace

Point measure(const Link& link, const Conditions& conditions, std::uint32_t seed,
              const Effort& effort) {
    Point point;
    if (conditions.ppm == 0) {
        Counter counter{link, conditions, seed};
        while (!enough(point, effort)) counter.frame(point);
        return point;
    }
    Conditions slower = conditions;
    slower.ppm = -conditions.ppm;
    Counter fast{link, conditions, seed};
    Counter slow{link, slower, seed + 1};
    while (!enough(point, effort)) {
        fast.frame(point);
        slow.frame(point);
    }
    return point;
}

std::optional<double> snr_at(const Curve& curve, double rate, bool ideal) {
    const auto logarithm = [ideal](const Point& point) {
        const double wrong = ideal ? point.ideal_wrong : point.rtl_wrong;
        return std::log10(std::max(wrong, 0.5) / point.frames);
    };
    const double wanted = std::log10(rate);
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
        const double before = logarithm(curve.points[i - 1]);
        const double here = logarithm(curve.points[i]);
        if (before < wanted || here > wanted || before == here) continue;
        const double share = (before - wanted) / (before - here);
        return curve.points[i - 1].x + share * (curve.points[i].x - curve.points[i - 1].x);
    }
    return {};
}

std::optional<double> gap_at(const Curve& curve, double rate) {
    const auto rtl = snr_at(curve, rate, false);
    const auto ideal = snr_at(curve, rate, true);
    if (!rtl || !ideal) return {};
    return *rtl - *ideal;
}

Curve snr_curve(const Link& link, std::uint32_t seed, const Effort& effort, const Told& told) {
    Curve curve{link, Axis::Snr, 0, 0, {}};
    const double depth = usual_depth(link);
    bool ideal_is_done = false;
    for (double snr = first_snr(link); snr <= HighestSnr;) {
        Effort here = effort;
        Conditions conditions;
        conditions.depth = depth;
        conditions.noise = noise_for(link, depth, snr);
        // Where the ideal receiver errs no more, the RTL alone decides how many frames are needed.
        if (ideal_is_done) here.most = std::max(effort.most / 5, 2 * effort.enough);
        Point point = measure(link, conditions, seed, here);
        if (ideal_is_done && point.rtl() < NearlyAll && here.most < effort.most)
            point = measure(link, conditions, seed, effort);
        point.x = snr;
        curve.points.push_back(point);
        told(curve, point);
        ideal_is_done = ideal_is_done || point.ideal_wrong == 0;
        if (point.rtl() < HardlyOne) break;
        snr += ideal_is_done && point.rtl() > NearlyAll ? LongSnrStep : SnrStep;
    }
    return curve;
}

Curve curve_along(Axis axis, const Link& link, double snr_db, std::uint32_t seed,
                  const Effort& effort, const Told& told) {
    Curve curve{link, axis, 0, 0, {}};
    const double depth = usual_depth(link);
    if (axis == Axis::Depth)
        curve.noise = link.at_card() ? DepthNoiseAtCard : DepthNoiseAtReader;
    else
        curve.snr_db = snr_db + Margin + (axis == Axis::Fading ? fades_by(link) : 0);
    for (const double x : places(axis, link)) {
        Conditions conditions;
        conditions.depth = axis == Axis::Depth ? x / 100 : depth;
        conditions.noise = axis == Axis::Depth ? curve.noise : noise_for(link, depth, curve.snr_db);
        if (axis == Axis::Clock) conditions.ppm = x;
        if (axis == Axis::Fading) conditions.fading_hz = x;
        Point point = measure(link, conditions, seed, effort);
        point.x = x;
        curve.points.push_back(point);
        told(curve, point);
    }
    return curve;
}

}  // namespace curves
