/// \file curves.hpp
/// `bench --curves`: frame error rates of the receivers, as a table, JSON and a picture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace bench {

struct CurveOptions {
    unsigned frames = 1000;  ///< at most, under the same conditions
    std::uint32_t seed = 1;
    std::string only{};  ///< receivers whose name begins so: "card B", "reader A 106"
    std::optional<std::string> json{};  ///< file, or empty: standard output in place of the table
    std::string svg{};
};

/// Tells every point to standard error as it comes. The exit code.
[[nodiscard]] int draw_curves(const CurveOptions& options);

}  // namespace bench
