/// \file secret.hpp
/// Secret bytes of any length: wiped when they go, never printed, compared in constant time.
#pragma once

#include <iosfwd>
#include <utility>

#include "base/bytes.hpp"
#include "base/key.hpp"

namespace domain {

class Secret {
public:
    Secret() = default;
    explicit Secret(base::ByteView value) : value_(value.begin(), value.end()) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : value_{std::move(other.value_)} { other.value_.clear(); }
    Secret& operator=(const Secret& other) {
        if (this != &other) *this = Secret{other};
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            base::wipe(value_);
            value_ = std::move(other.value_);
            other.value_.clear();
        }
        return *this;
    }
    ~Secret() { base::wipe(value_); }

    [[nodiscard]] const base::Bytes& expose() const noexcept { return value_; }
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return value_.size(); }

    friend bool operator==(const Secret& a, const Secret& b) noexcept {
        return base::equal_in_constant_time(a.value_, b.value_);
    }
    friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

private:
    base::Bytes value_{};
};

}  // namespace domain
