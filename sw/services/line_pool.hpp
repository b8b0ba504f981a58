/// \file line_pool.hpp
/// Several lines to one server, so that requests need not wait for each other's answers.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "services/line.hpp"

namespace services {

class LinePool final : public Line {
public:
    using Maker = std::function<std::unique_ptr<Line>()>;

    /// At most `most` lines, each made when all others are busy.
    LinePool(Maker make, std::size_t most) : make_{std::move(make)}, most_{most} {}

    /// Several threads may call; whoever finds no line waits.
    nlohmann::json call(const nlohmann::json& request) override;

private:
    [[nodiscard]] std::unique_ptr<Line> take();
    void give_back(std::unique_ptr<Line> line);

    Maker make_;
    std::size_t most_;
    std::mutex mutex_{};
    std::condition_variable free_{};
    std::vector<std::unique_ptr<Line>> idle_{};
    std::size_t made_ = 0;
};

}  // namespace services
