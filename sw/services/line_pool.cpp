#include "services/line_pool.hpp"

namespace services {

nlohmann::json LinePool::call(const nlohmann::json& request) {
    auto line = take();
    try {
        auto answer = line->call(request);
        give_back(std::move(line));
        return answer;
    } catch (...) {
        give_back(std::move(line));
        throw;
    }
}

std::unique_ptr<Line> LinePool::take() {
    std::unique_lock lock{mutex_};
    free_.wait(lock, [this] { return !idle_.empty() || made_ < most_; });
    if (!idle_.empty()) {
        // The one that was used last: its connection is the least likely to have been closed.
        auto line = std::move(idle_.back());
        idle_.pop_back();
        return line;
    }
    ++made_;
    try {
        return make_();
    } catch (...) {
        --made_;
        free_.notify_one();
        throw;
    }
}

void LinePool::give_back(std::unique_ptr<Line> line) {
    {
        const std::scoped_lock lock{mutex_};
        idle_.push_back(std::move(line));
    }
    free_.notify_one();
}

}  // namespace services
