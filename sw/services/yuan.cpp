#include "services/yuan.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace services {

std::string yuan(Fen amount) {
    return fmt::format("{}{}.{:02}", amount < 0 ? "-" : "", std::abs(amount) / 100,
                       std::abs(amount) % 100);
}

std::optional<Fen> fen_of(const std::string& text) {
    const auto dot = text.find('.');
    const std::string whole = text.substr(0, dot);
    std::string part = dot == std::string::npos ? "" : text.substr(dot + 1);
    const auto digits = [](const std::string& all) {
        return all.find_first_not_of("0123456789") == std::string::npos;
    };
    if (whole.empty() || whole.size() > 7 || part.size() > 2 || !digits(whole) || !digits(part))
        return {};
    part.resize(2, '0');
    return std::stoll(whole) * 100 + std::stoll(part);
}

}  // namespace services
