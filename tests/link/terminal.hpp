/// \file terminal.hpp
/// A client's end of a pseudo-terminal.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/hex.hpp"

namespace link_test {

class Terminal {
public:
    explicit Terminal(const std::string& path) : fd_{open(path.c_str(), O_RDWR | O_NOCTTY)} {}
    ~Terminal() { close(fd_); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    void send(std::string_view text) const {
        const base::Bytes data = base::from_hex(text).value();
        ASSERT_EQ(write(fd_, data.data(), data.size()), static_cast<ssize_t>(data.size()));
    }

    /// What comes until nothing has come for `quiet`, or `most` bytes are there.
    [[nodiscard]] std::string receive(std::size_t most,
                                      std::chrono::milliseconds quiet = std::chrono::seconds{
                                          10}) const {
        base::Bytes all;
        while (all.size() < most) {
            pollfd wait{fd_, POLLIN, 0};
            if (poll(&wait, 1, static_cast<int>(quiet.count())) <= 0) break;
            base::Bytes some(most - all.size());
            const auto got = read(fd_, some.data(), some.size());
            if (got <= 0) break;
            all.insert(all.end(), some.begin(), some.begin() + got);
        }
        return base::to_hex(all, " ");
    }

private:
    int fd_;
};

}  // namespace link_test
