#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/svg.hpp"
#include "curves/report.hpp"

namespace curves {
namespace {

constexpr double Least = 1e-3;  // frame error rate at the bottom of a chart

constexpr int ChartWidth = 330;
constexpr int ChartHeight = 250;
constexpr int Left = 46;  // margins in a chart
constexpr int Right = 12;
constexpr int Top = 30;
constexpr int Bottom = 42;
constexpr int LegendHeight = 34;

constexpr const char* Style =
    ".title{font-weight:bold}.small{font-size:10px}"
    ".frame{stroke:#888;fill:none}.grid{stroke:#ddd}"
    ".r0{stroke:#c0504d}.r1{stroke:#4f81bd}.r2{stroke:#4e8f3a}.r3{stroke:#8064a2}"
    "polyline{stroke-width:1.6}.ideal{stroke-dasharray:4 3}";

struct Group {
    Receiver receiver;
    port::Technology technology;
    const char* title;
};
constexpr std::array<Group, 4> Groups{{
    {Receiver::Card, port::Technology::A, "Card hears reader, type A"},
    {Receiver::Card, port::Technology::B, "Card hears reader, type B"},
    {Receiver::Reader, port::Technology::A, "Reader hears card, type A"},
    {Receiver::Reader, port::Technology::B, "Reader hears card, type B"},
}};

const char* label_of(Axis axis) {
    switch (axis) {
        case Axis::Snr:
            return "signal to noise in half the bit rate, dB";
        case Axis::Depth:
            return "modulation, % of the unmodulated level";
        case Axis::Clock:
            return "clock offset, ppm, both signs";
        case Axis::Fading:
            return "fading, Hz";
    }
    return "";
}

std::string shown(double x) {
    return x >= 10000 ? fmt::format("{:g}k", x / 1000) : fmt::format("{:g}", x);
}

/// One chart and how its axes lie in the picture.
class Chart {
public:
    Chart(base::Svg& svg, int x, int y, bool logarithmic, double least, double most)
        : svg_{svg}, x_{x}, y_{y}, logarithmic_{logarithmic}, least_{least}, most_{most} {}

    void axes(const std::string& title, const char* label, const std::vector<double>& marks) {
        svg_.text(x_ + Left, y_ + 18, title, "title");
        for (const double rate : {1.0, 0.1, 0.01, 0.001}) {
            svg_.line(x_ + Left, down(rate), x_ + ChartWidth - Right, down(rate), "grid");
            svg_.text(x_ + 8, down(rate) + 4, fmt::format("{:g}", rate), "small");
        }
        for (const double mark : marks) {
            svg_.line(across(mark), y_ + Top, across(mark), y_ + ChartHeight - Bottom, "grid");
            svg_.text(std::min(across(mark) - 6, x_ + ChartWidth - 30.0),
                      y_ + ChartHeight - Bottom + 13, shown(mark), "small");
        }
        svg_.rect(x_ + Left, y_ + Top, ChartWidth - Left - Right, ChartHeight - Top - Bottom,
                  "frame");
        svg_.text(x_ + Left, y_ + ChartHeight - 12, label, "small");
    }

    void curve(const Curve& curve, bool ideal) {
        base::Svg::Points points;
        for (const Point& point : curve.points)
            points.emplace_back(across(point.x), down(ideal ? point.ideal() : point.rtl()));
        svg_.lines(points,
                   fmt::format("r{}{}", static_cast<int>(curve.link.rate), ideal ? " ideal" : ""));
    }

private:
    [[nodiscard]] double across(double x) const {
        const auto place = [this](double value) { return logarithmic_ ? std::log(value) : value; };
        return x_ + Left +
               (ChartWidth - Left - Right) * (place(x) - place(least_)) /
                   (place(most_) - place(least_));
    }
    [[nodiscard]] double down(double rate) const {
        const double share = std::log(std::max(rate, Least)) / std::log(Least);
        return y_ + Top + (ChartHeight - Top - Bottom) * share;
    }

    base::Svg& svg_;
    int x_;
    int y_;
    bool logarithmic_;
    double least_;
    double most_;
};

/// Places to mark: whole powers of ten, or every five.
std::vector<double> marks_between(bool logarithmic, double least, double most) {
    std::vector<double> marks;
    if (logarithmic) {
        for (double mark = std::pow(10, std::ceil(std::log10(least) - 1e-9)); mark <= most * 1.001;
             mark *= 10)
            marks.push_back(mark);
        if (marks.size() < 2) marks = {least, most};
    } else {
        for (double mark = std::ceil(least / 5) * 5; mark <= most; mark += 5) marks.push_back(mark);
    }
    return marks;
}

void draw(base::Svg& svg, int x, int y, const Group& group, Axis axis,
          const std::vector<const Curve*>& curves) {
    double least = curves.front()->points.front().x;
    double most = least;
    for (const Curve* const curve : curves) {
        for (const Point& point : curve->points) {
            least = std::min(least, point.x);
            most = std::max(most, point.x);
        }
    }
    if (most == least) most = least + 1;
    const bool logarithmic = axis != Axis::Snr;
    Chart chart{svg, x, y, logarithmic, least, most};
    chart.axes(group.title, label_of(axis), marks_between(logarithmic, least, most));
    for (const bool ideal : {true, false})
        for (const Curve* const curve : curves) chart.curve(*curve, ideal);
}

void legend(base::Svg& svg) {
    constexpr const char* Rates[] = {"106 kbit/s", "212 kbit/s", "424 kbit/s", "848 kbit/s"};
    svg.text(Left, 20, "Frame error rate", "title");
    double x = 160;
    for (std::size_t rate = 0; rate < std::size(Rates); ++rate, x += 130) {
        svg.lines({{x, 16}, {x + 30, 16}}, fmt::format("r{}", rate));
        svg.text(x + 36, 20, Rates[rate]);
    }
    svg.text(x, 20, "drawn through: RTL; dashed: ideal matched receiver, same samples");
}

}  // namespace

std::string to_svg(const std::vector<Curve>& curves) {
    std::vector<Axis> rows;
    for (const Axis axis : Axes)
        if (std::any_of(curves.begin(), curves.end(),
                        [axis](const Curve& curve) { return curve.axis == axis; }))
            rows.push_back(axis);
    base::Svg svg{static_cast<int>(Groups.size()) * ChartWidth,
                  LegendHeight + static_cast<int>(rows.size()) * ChartHeight, Style};
    legend(svg);
    int y = LegendHeight;
    for (const Axis axis : rows) {
        int x = 0;
        for (const Group& group : Groups) {
            std::vector<const Curve*> here;
            for (const Curve& curve : curves)
                if (curve.axis == axis && curve.link.receiver == group.receiver &&
                    curve.link.technology == group.technology && !curve.points.empty())
                    here.push_back(&curve);
            if (!here.empty()) draw(svg, x, y, group, axis, here);
            x += ChartWidth;
        }
        y += ChartHeight;
    }
    return svg.file();
}

}  // namespace curves
