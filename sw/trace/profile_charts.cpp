#include "trace/profile_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace trace {
namespace {

constexpr int Width = 1100;
constexpr int LabelWidth = 150;
constexpr int RowHeight = 24;

std::string opening(int height, const std::string& title) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" "
        "role=\"img\" aria-label=\"{}\" font-family=\"sans-serif\" font-size=\"12\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        "<text x=\"10\" y=\"18\" font-weight=\"bold\">{}</text>\n",
        Width, height, Width, escaped(title), escaped(title));
}

std::string box(double x, double y, double width, double height, std::string_view fill,
                const std::string& told = {}) {
    const std::string title =
        told.empty() ? std::string{} : fmt::format("<title>{}</title>", escaped(told));
    return fmt::format(
        "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
        "fill=\"{}\">{}</rect>\n",
        x, y, width, height, fill, title);
}

std::string label(double x, double y, const std::string& text, const char* anchor = "start") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y,
                       anchor, escaped(text));
}

std::string legend(const PhaseTicks& phases, int y) {
    std::string svg;
    double x = 10;
    for (std::size_t i = 0; i < PhaseCount; ++i) {
        if (phases[i] == 0) continue;
        const auto name = to_string(static_cast<Phase>(i));
        svg += box(x, y, 12, 12, colour(static_cast<Phase>(i)));
        svg += label(x + 16, y + 10, std::string{name});
        x += 30 + 7.0 * static_cast<double>(name.size());
    }
    return svg;
}

/// Slices of one row; what would be too thin to see is drawn together with its neighbours.
class Row {
public:
    Row(const Profile& profile, int top)
        : begin_{profile.begin},
          scale_{static_cast<double>(Width - LabelWidth - 10) /
                 static_cast<double>(std::max<Tick>(1, profile.total()))},
          top_{top} {}

    void add(Tick begin, Tick end, std::string_view fill, const std::string& told) {
        constexpr double Thinnest = 0.4;
        const double from = place(begin);
        const double to = std::max(place(end), from + Thinnest);
        if (fill == last_fill_ && to - from <= Thinnest && from < last_to_ + Thinnest / 2) return;
        last_fill_ = fill;
        last_to_ = to;
        svg_ += box(from, top_ + 3, to - from, RowHeight - 8, fill, told);
    }
    [[nodiscard]] double place(Tick tick) const {
        const Tick since = tick > begin_ ? tick - begin_ : 0;
        return LabelWidth + static_cast<double>(since) * scale_;
    }
    [[nodiscard]] const std::string& svg() const noexcept { return svg_; }

private:
    Tick begin_;
    double scale_;
    int top_;
    std::string_view last_fill_{};
    double last_to_ = 0;
    std::string svg_{};
};

std::string told(std::string_view name, Tick begin, Tick end) {
    return fmt::format("{}: {} ticks, {:.3f} ms, from {:.3f} ms", name, end - begin,
                       milliseconds(end - begin), milliseconds(begin));
}

/// A step of 1, 2 or 5 times a power of ten, about ten of which make `whole`.
double nice_step(double whole) {
    double step = 1e-3;
    for (unsigned i = 0; step * 10 < whole; ++i) step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

constexpr std::string_view UnitColour[] = {"#c0504d", "#4f81bd", "#8064a2", "#bfbfbf"};
constexpr const char* UnitName[] = {"NVM", "AES engine", "crypto in software", "card OS"};

}  // namespace

double milliseconds(Tick ticks) noexcept {
    return static_cast<double>(ticks) * 1e3 / static_cast<double>(base::CarrierHz);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

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
    std::string svg = opening(34 + RowHeight * static_cast<int>(rows), title);
    int y = 28;
    for (std::size_t i = 0; i < PhaseCount; ++i) {
        if (phases[i] == 0) continue;
        const auto phase = static_cast<Phase>(i);
        const double width = 650.0 * static_cast<double>(phases[i]) / static_cast<double>(most);
        svg += label(10, y + 15, std::string{to_string(phase)});
        svg += box(LabelWidth, y + 3, width, RowHeight - 6, colour(phase),
                   std::string{meaning(phase)});
        svg +=
            label(LabelWidth + width + 8, y + 15,
                  fmt::format("{} ticks, {:.3f} ms, {:.1f} %", phases[i], milliseconds(phases[i]),
                              100.0 * static_cast<double>(phases[i]) /
                                  static_cast<double>(std::max<Tick>(1, total))));
        y += RowHeight;
    }
    return svg + "</svg>\n";
}

std::string time_chart(const Record& record, const Profile& profile) {
    std::string body;
    int y = 28;
    const auto row = [&](const std::string& name, const auto& fill) {
        Row one{profile, y};
        fill(one);
        if (one.svg().empty()) return;
        body += label(10, y + 15, name) + one.svg();
        y += RowHeight;
    };
    row("steps", [&](Row& one) {
        for (std::size_t i = 0; i < record.steps.size(); ++i) {
            const auto& step = record.steps[i];
            one.add(step.begin, step.end, i % 2 == 0 ? "#b8cce4" : "#dbe5f1",
                    told(step.name, step.begin, step.end));
        }
    });
    row("host: commands", [&](Row& one) {
        for (std::size_t i = 0; i < record.calls.size(); ++i) {
            const auto& call = record.calls[i];
            one.add(call.begin, call.end, i % 2 == 0 ? "#95b3d7" : "#c6d9f0",
                    told(call.via + ": " + call.command, call.begin, call.end));
        }
    });
    row("phases", [&](Row& one) {
        for (const auto& segment : profile.segments)
            one.add(segment.begin, segment.end, colour(segment.phase),
                    told(to_string(segment.phase), segment.begin, segment.end));
    });
    for (const auto source : {port::AirFrame::Source::Pcd, port::AirFrame::Source::Picc}) {
        const bool reader = source == port::AirFrame::Source::Pcd;
        row(reader ? "reader: frames" : "card: frames", [&](Row& one) {
            for (const auto& named : profile.frames)
                if (named.frame.source == source)
                    one.add(named.frame.start, named.frame.end, reader ? "#1f497d" : "#e46c0a",
                            told(named.name, named.frame.start, named.frame.end));
        });
    }
    for (std::size_t unit = std::size(UnitName); unit-- > 0;)
        row(UnitName[unit], [&](Row& one) {
            for (const auto& work : record.works)
                if (static_cast<std::size_t>(work.unit) == unit)
                    one.add(work.begin, work.end, UnitColour[unit],
                            told(UnitName[unit], work.begin, work.end));
        });

    const double whole = milliseconds(profile.total());
    const Row ruler{profile, 0};
    std::string grid;
    const double step = nice_step(whole);
    for (double at = 0; at <= whole; at += step) {
        const double x = ruler.place(profile.begin + static_cast<Tick>(at * 13'560));
        grid += fmt::format(
            "<line x1=\"{0:.1f}\" y1=\"26\" x2=\"{0:.1f}\" y2=\"{1}\" stroke=\"#dddddd\"/>\n", x,
            y);
        grid += label(x, y + 14, fmt::format("{:g} ms", at), "middle");
    }
    return opening(y + 44, "where the time went, in its order") + grid + body +
           legend(profile.by_phase(), y + 24) + "</svg>\n";
}

std::string activity_chart(const std::vector<Activity>& activity) {
    std::uint64_t most = 1;
    for (const auto& one : activity) most = std::max(most, one.toggles);
    std::string svg = opening(34 + RowHeight * static_cast<int>(activity.size()),
                              "bits that changed, unit by unit");
    int y = 28;
    for (const auto& one : activity) {
        const double width = 450.0 * static_cast<double>(one.toggles) / static_cast<double>(most);
        svg += label(10, y + 15, one.unit);
        svg += box(2.3 * LabelWidth, y + 3, width, RowHeight - 6, "#4f81bd");
        svg += label(2.3 * LabelWidth + width + 8, y + 15,
                     fmt::format("{} ({} bits)", one.toggles, one.bits));
        y += RowHeight;
    }
    return svg + "</svg>\n";
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
    std::string svg = opening(Top + Height + 74, title);
    const double whole = milliseconds(most);
    const double step = nice_step(whole);
    for (double at = 0; at <= whole; at += step) {
        const double y = Top + Height * (1 - at / whole);
        svg += fmt::format(
            "<line x1=\"{0}\" y1=\"{1:.1f}\" x2=\"{2}\" y2=\"{1:.1f}\" stroke=\"#dddddd\"/>\n",
            Left, y, Width - 10);
        svg += label(Left - 6, y + 4, fmt::format("{:g} ms", at), "end");
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
            svg += box(x - width / 2, y, width, height, colour(phase),
                       fmt::format("{}: {} ticks", to_string(phase), point.phases[i]));
        }
        svg += label(x, y - 5, fmt::format("{:.2f} ms", milliseconds(point.total)), "middle");
        svg += label(x, Top + Height + 16, point.value, "middle");
        x += pitch;
    }
    svg += label((Left + Width) / 2.0, Top + Height + 36, knob, "middle");
    svg += legend(used, Top + Height + 52);
    return svg + "</svg>\n";
}

}  // namespace trace
