/// \file svg.hpp
/// A picture as an SVG file: text, bars and lines, in pixels from the upper left corner.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

/// What looks how is said once, by class names.
///
/// Example: Svg svg{200, 50, ".bar{fill:#c0504d}"};
///          svg.rect(10, 10, 80, 20, "bar");
///          replace_file("a.svg", svg.file());
class Svg {
public:
    using Points = std::vector<std::pair<double, double>>;

    /// White; `style` is CSS.
    Svg(int width, int height, std::string_view style);

    /// Begins at x, on the line y. An empty class is none.
    void text(double x, double y, std::string_view text, std::string_view css_class = {});
    /// `told`: what a viewer shows when it is pointed at.
    void rect(double x, double y, double width, double height, std::string_view css_class,
              std::string_view told = {});
    void line(double x1, double y1, double x2, double y2, std::string_view css_class);
    /// From point to point; nothing for fewer than two.
    void lines(const Points& points, std::string_view css_class);

    /// The whole file.
    [[nodiscard]] std::string file() const { return text_ + "</svg>\n"; }

private:
    std::string text_;
};

}  // namespace base
