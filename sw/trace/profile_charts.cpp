#include "trace/profile_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/svg.hpp"

namespace trace {
namespace {

constexpr int Width = 1100;
constexpr int LabelWidth = 150;
constexpr int RowHeight = 24;

/// What all pictures look like; a page has one style for all of them.
std::string style() {
    std::string css =
        ".title{font-weight:bold}.r{text-anchor:end}.m{text-anchor:middle}.grid{stroke:#ddd}"
        ".unit0{fill:#c0504d}.unit1{fill:#4f81bd}.unit2{fill:#8064a2}.unit3{fill:#bfbfbf}"
        ".step0{fill:#b8cce4}.step1{fill:#dbe5f1}.call0{fill:#95b3d7}.call1{fill:#c6d9f0}"
        ".reader{fill:#1f497d}.card{fill:#e46c0a}.bar{fill:#4f81bd}";
    for (std::size_t i = 0; i < PhaseCount; ++i)
        css += fmt::format(".p{}{{fill:{}}}", i, colour(static_cast<Phase>(i)));
    return css;
}

base::Svg picture(int height, const std::string& title) {
    base::Svg svg{Width, height, style()};
    svg.text(10, 18, title, "title");
    return svg;
}

std::string css_of(Phase phase) { return fmt::format("p{}", static_cast<std::size_t>(phase)); }

void legend(base::Svg& svg, const PhaseTicks& phases, int y) {
    double x = 10;
    for (std::size_t i = 0; i < PhaseCount; ++i) {
        if (phases[i] == 0) continue;
        const auto phase = static_cast<Phase>(i);
        svg.rect(x, y, 12, 12, css_of(phase));
        svg.text(x + 16, y + 10, to_string(phase));
        x += 30 + 7.0 * static_cast<double>(to_string(phase).size());
    }
}

/// Where ticks of a profile stand from left to right.
class Scale {
public:
    explicit Scale(const Profile& profile)
        : begin_{profile.begin},
          pitch_{static_cast<double>(Width - LabelWidth - 10) /
                 static_cast<double>(std::max<Tick>(1, profile.total()))} {}

    [[nodiscard]] double place(Tick tick) const {
        const Tick since = tick > begin_ ? tick - begin_ : 0;
        return LabelWidth + static_cast<double>(since) * pitch_;
    }

private:
    Tick begin_;
    double pitch_;
};

/// Slices of one row; what would be too thin to see is drawn together with its neighbours.
class Row {
public:
    Row(std::string name, const Scale& scale) : name_{std::move(name)}, scale_{scale} {}

    void add(Tick begin, Tick end, const std::string& css, std::string_view what) {
        constexpr double Thinnest = 0.4;
        const double from = scale_.place(begin);
        const double to = std::max(scale_.place(end), from + Thinnest);
        if (!slices_.empty()) {
            const Slice& last = slices_.back();
            if (css == last.css && to - from <= Thinnest && from < last.to + Thinnest / 2) return;
        }
        slices_.push_back(
            {from, to, css,
             fmt::format("{}: {} ticks, {:.3f} ms, from {:.3f} ms", what, end - begin,
                         base::milliseconds(end - begin), base::milliseconds(begin))});
    }
    [[nodiscard]] bool empty() const noexcept { return slices_.empty(); }
    void draw(base::Svg& svg, int y) const {
        svg.text(10, y + 15, name_);
        for (const Slice& one : slices_)
            svg.rect(one.from, y + 3, one.to - one.from, RowHeight - 8, one.css, one.told);
    }

private:
    struct Slice {
        double from, to;
        std::string css, told;
    };
    std::string name_;
    Scale scale_;
    std::vector<Slice> slices_{};
};

std::vector<Row> rows_of(const Record& record, const Profile& profile, const Scale& scale) {
    constexpr std::array UnitNames{"NVM", "AES engine", "crypto in software", "card OS"};
    std::vector<Row> rows;
    Row& steps = rows.emplace_back("steps", scale);
    for (std::size_t i = 0; i < record.steps.size(); ++i)
        steps.add(record.steps[i].begin, record.steps[i].end, i % 2 == 0 ? "step0" : "step1",
                  record.steps[i].name);
    Row& calls = rows.emplace_back("host: commands", scale);
    for (std::size_t i = 0; i < record.calls.size(); ++i) {
        const Call& call = record.calls[i];
        calls.add(call.begin, call.end, i % 2 == 0 ? "call0" : "call1",
                  call.via + ": " + call.command);
    }
    Row& phases = rows.emplace_back("phases", scale);
    for (const Segment& segment : profile.segments)
        phases.add(segment.begin, segment.end, css_of(segment.phase), to_string(segment.phase));
    for (const bool reader : {true, false}) {
        Row& frames = rows.emplace_back(reader ? "reader: frames" : "card: frames", scale);
        for (const NamedFrame& named : profile.frames)
            if ((named.frame.source == port::AirFrame::Source::Pcd) == reader)
                frames.add(named.frame.start, named.frame.end, reader ? "reader" : "card",
                           named.name);
    }
    for (std::size_t unit = UnitNames.size(); unit-- > 0;) {
        Row& works = rows.emplace_back(UnitNames[unit], scale);
        for (const Work& work : record.works)
            if (static_cast<std::size_t>(work.unit) == unit)
                works.add(work.begin, work.end, fmt::format("unit{}", unit), UnitNames[unit]);
    }
    Row& own = rows.emplace_back("reader: AES engine", scale);
    for (const Stretch& work : record.reader_works)
        own.add(work.begin, work.end, "unit1", "the reader's AES engine");
    for (const Module& module : record.modules) {
        Row& on = rows.emplace_back("module: " + module.name, scale);
        for (const Stretch& one : module.on) on.add(one.begin, one.end, "bar", "has a clock");
    }
    std::erase_if(rows, [](const Row& row) { return row.empty(); });
    return rows;
}

/// A step of 1, 2 or 5 times a power of ten, about ten of which make `whole`.
double nice_step(double whole) {
    double step = 1e-3;
    for (unsigned i = 0; step * 10 < whole; ++i) step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

}  // namespace

std::string_view colour(Phase phase) noexcept {
    constexpr std::array<std::string_view, PhaseCount> Colours{
        "#e8e8e8", "#f5d67b", "#9bbb59", "#5f8f3a", "#8064a2", "#4f81bd", "#d16ba5",
        "#7fc8c8", "#c0504d", "#e2863b", "#a6a6a6", "#6b4b3a", "#c4b48a", "#d7dbe8"};
    return Colours.at(static_cast<std::size_t>(phase));
}

std::string phase_chart(const std::string& title, const PhaseTicks& phases) {
    const Tick total = std::accumulate(phases.begin(), phases.end(), Tick{0});
    const Tick most = std::max<Tick>(1, *std::max_element(phases.begin(), phases.end()));
    const auto rows = std::count_if(phases.begin(), phases.end(), [](Tick t) { return t != 0; });
    base::Svg svg = picture(34 + RowHeight * static_cast<int>(rows), title);
    int y = 28;
    for (std::size_t i = 0; i < PhaseCount; ++i) {
        if (phases[i] == 0) continue;
        const auto phase = static_cast<Phase>(i);
        const double width = 650.0 * static_cast<double>(phases[i]) / static_cast<double>(most);
        const double share =
            100.0 * static_cast<double>(phases[i]) / static_cast<double>(std::max<Tick>(1, total));
        svg.text(10, y + 15, to_string(phase));
        svg.rect(LabelWidth, y + 3, width, RowHeight - 6, css_of(phase), meaning(phase));
        svg.text(LabelWidth + width + 8, y + 15,
                 fmt::format("{} ticks, {:.3f} ms, {:.1f} %", phases[i],
                             base::milliseconds(phases[i]), share));
        y += RowHeight;
    }
    return svg.file();
}

std::string time_chart(const Record& record, const Profile& profile) {
    const Scale scale{profile};
    const auto rows = rows_of(record, profile, scale);
    const int bottom = 28 + RowHeight * static_cast<int>(rows.size());
    base::Svg svg = picture(bottom + 44, "where the time went, in its order");
    const double whole = base::milliseconds(profile.total());
    const double step = nice_step(whole);
    for (double at = 0; at <= whole; at += step) {
        const double x = scale.place(profile.begin + static_cast<Tick>(at * 13'560));
        svg.line(x, 26, x, bottom, "grid");
        svg.text(x, bottom + 14, fmt::format("{:g} ms", at), "m");
    }
    int y = 28;
    for (const Row& row : rows) {
        row.draw(svg, y);
        y += RowHeight;
    }
    legend(svg, profile.by_phase(), bottom + 24);
    return svg.file();
}

std::string activity_chart(const std::vector<Activity>& activity) {
    constexpr double Left = 345;
    std::uint64_t most = 1;
    for (const auto& one : activity) most = std::max(most, one.toggles);
    base::Svg svg = picture(34 + RowHeight * static_cast<int>(activity.size()),
                            "bits that changed, unit by unit");
    int y = 28;
    for (const auto& one : activity) {
        const double width = 450.0 * static_cast<double>(one.toggles) / static_cast<double>(most);
        svg.text(10, y + 15, one.unit);
        svg.rect(Left, y + 3, width, RowHeight - 6, "bar");
        svg.text(Left + width + 8, y + 15, fmt::format("{} ({} bits)", one.toggles, one.bits));
        y += RowHeight;
    }
    return svg.file();
}

std::string module_chart(const std::vector<Record>& records) {
    constexpr double Left = 250;
    struct Bar {
        std::string name;
        std::uint64_t ticks;
        std::optional<std::uint64_t> toggles;
        bool odd;
    };
    std::vector<Bar> bars;
    std::uint64_t most_ticks = 1;
    std::uint64_t most_toggles = 0;
    for (std::size_t i = 0; i < records.size(); ++i)
        for (const Module& module : records[i].modules) {
            bars.push_back(
                {records[i].name.empty() ? module.name : module.name + ", " + records[i].name,
                 module.ticks, module.toggles, i % 2 != 0});
            most_ticks = std::max(most_ticks, module.ticks);
            most_toggles = std::max(most_toggles, module.toggles.value_or(0));
        }
    // Ways of doing the same stand below each other.
    std::stable_sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) {
        return a.name.substr(0, a.name.find(',')) < b.name.substr(0, b.name.find(','));
    });
    const int height = 34 + RowHeight * static_cast<int>(bars.size());
    base::Svg svg =
        picture(most_toggles != 0 ? 2 * height + 10 : height, "ticks in which modules had a clock");
    const auto draw = [&](int y, const Bar& bar, std::uint64_t value, std::uint64_t most) {
        const double width = 650.0 * static_cast<double>(value) / static_cast<double>(most);
        svg.text(10, y + 15, bar.name);
        svg.rect(Left, y + 3, width, RowHeight - 6, bar.odd ? "unit1" : "unit0");
        svg.text(Left + width + 8, y + 15, std::to_string(value));
    };
    int y = 28;
    for (const Bar& bar : bars) {
        draw(y, bar, bar.ticks, most_ticks);
        y += RowHeight;
    }
    if (most_toggles == 0) return svg.file();
    y = height + 28;
    svg.text(10, height + 18, "bits that changed in them", "title");
    for (const Bar& bar : bars) {
        draw(y, bar, bar.toggles.value_or(0), most_toggles);
        y += RowHeight;
    }
    return svg.file();
}

std::string sweep_chart(const std::string& title, const std::string& knob,
                        const std::vector<SweepPoint>& points) {
    constexpr int Left = 70;
    constexpr int Top = 40;
    constexpr int Height = 300;
    Tick most = 1;
    PhaseTicks used{};
    for (const auto& point : points) {
        most = std::max(most, point.total);
        for (std::size_t i = 0; i < PhaseCount; ++i) used[i] += point.phases[i];
    }
    base::Svg svg = picture(Top + Height + 74, title);
    const double whole = base::milliseconds(most);
    const double step = nice_step(whole);
    for (double at = 0; at <= whole; at += step) {
        const double y = Top + Height * (1 - at / whole);
        svg.line(Left, y, Width - 10, y, "grid");
        svg.text(Left - 6, y + 4, fmt::format("{:g} ms", at), "r");
    }
    const double pitch = static_cast<double>(Width - Left - 20) /
                         static_cast<double>(std::max<std::size_t>(1, points.size()));
    const double width = std::min(90.0, 0.7 * pitch);
    double x = Left + pitch / 2;
    for (const auto& point : points) {
        double y = Top + Height;
        for (std::size_t i = 0; i < PhaseCount; ++i) {
            if (point.phases[i] == 0) continue;
            const double height =
                Height * static_cast<double>(point.phases[i]) / static_cast<double>(most);
            y -= height;
            const auto phase = static_cast<Phase>(i);
            svg.rect(x - width / 2, y, width, height, css_of(phase),
                     fmt::format("{}: {} ticks", to_string(phase), point.phases[i]));
        }
        svg.text(x, y - 5, fmt::format("{:.2f} ms", base::milliseconds(point.total)), "m");
        svg.text(x, Top + Height + 16, point.value, "m");
        x += pitch;
    }
    svg.text((Left + Width) / 2.0, Top + Height + 36, knob, "m");
    legend(svg, used, Top + Height + 52);
    return svg.file();
}

}  // namespace trace
