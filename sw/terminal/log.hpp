/// \file log.hpp
/// What went over contacts and air, for the user to watch. No key and no PIN gets into it.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "base/tick.hpp"

namespace terminal {

struct Traffic {
    enum class Way : std::uint8_t { Contacts, Air };
    std::uint64_t number = 0;  ///< counts from 1, given by the log
    Way way = Way::Contacts;
    std::string sender{};  ///< "terminal", "gate" or "card"
    base::Tick start = 0;
    base::Tick end = 0;
    std::string bytes{};  ///< in hexadecimal, "··" for what is hidden
    std::string note{};
};

/// Keeps the latest. Any thread may read.
class Log {
public:
    static constexpr std::size_t Most = 2000;

    void add(Traffic traffic);
    /// Those after `number`, at most `count`, oldest first.
    [[nodiscard]] std::vector<Traffic> after(std::uint64_t number, std::size_t count = Most) const;

private:
    mutable std::mutex mutex_;
    std::deque<Traffic> kept_{};
    std::uint64_t last_ = 0;
};

}  // namespace terminal
