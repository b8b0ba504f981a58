#include "base/svg.hpp"

#include <array>
#include <cstdio>

namespace base {
namespace {

/// A tenth of a pixel is as fine as anybody sees.
std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

std::string attribute(std::string_view name, std::string_view value) {
    return std::string{" "}.append(name).append("=\"").append(value).append("\"");
}

std::string class_attribute(std::string_view css_class) {
    return css_class.empty() ? std::string{} : attribute("class", css_class);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

}  // namespace

Svg::Svg(int width, int height, std::string_view style) {
    text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" +
            attribute("viewBox", "0 0 " + std::to_string(width) + " " + std::to_string(height)) +
            " font-family=\"sans-serif\" font-size=\"12\">\n<style>" + std::string{style} +
            "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
}

void Svg::text(double x, double y, std::string_view text, std::string_view css_class) {
    text_ += "<text" + attribute("x", number(x)) + attribute("y", number(y)) +
             class_attribute(css_class) + ">" + escaped(text) + "</text>\n";
}

void Svg::rect(double x, double y, double width, double height, std::string_view css_class,
               std::string_view told) {
    text_ += "<rect" + attribute("x", number(x)) + attribute("y", number(y)) +
             attribute("width", number(width)) + attribute("height", number(height)) +
             class_attribute(css_class);
    text_ += told.empty() ? "/>\n" : "><title>" + escaped(told) + "</title></rect>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view css_class) {
    text_ += "<line" + attribute("x1", number(x1)) + attribute("y1", number(y1)) +
             attribute("x2", number(x2)) + attribute("y2", number(y2)) +
             class_attribute(css_class) + "/>\n";
}

void Svg::lines(const Points& points, std::string_view css_class) {
    if (points.size() < 2) return;
    std::string places;
    for (const auto& [x, y] : points) places += number(x) + "," + number(y) + " ";
    text_ += "<polyline fill=\"none\"" + attribute("points", places) + class_attribute(css_class) +
             "/>\n";
}

}  // namespace base
