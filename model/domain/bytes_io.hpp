/// \file bytes_io.hpp
/// How this room writes its records: bytes, and runs of bytes behind their length.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"

namespace domain {

class ByteWriter {
public:
    ByteWriter& byte(std::size_t value) {
        bytes_.push_back(static_cast<std::uint8_t>(value));
        return *this;
    }
    /// Two bytes, high one first.
    ByteWriter& word(std::size_t value) { return byte(value >> 8).byte(value); }
    ByteWriter& raw(base::ByteView value) {
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        return *this;
    }
    /// Length in two bytes, then the bytes.
    ByteWriter& run(base::ByteView value) { return word(value.size()).raw(value); }
    /// Length in one byte, then the bytes.
    ByteWriter& short_run(base::ByteView value) { return byte(value.size()).raw(value); }

    [[nodiscard]] base::Bytes take() noexcept { return std::move(bytes_); }

private:
    base::Bytes bytes_{};
};

/// Reads what is there; behind the end everything is 0 and empty, and ok() false.
class ByteReader {
public:
    explicit ByteReader(base::ByteView bytes) : rest_{bytes} {}

    std::uint8_t byte() {
        const auto one = raw(1);
        return one.empty() ? std::uint8_t{0} : one[0];
    }
    std::uint16_t word() {
        const auto high = byte();
        const auto low = byte();
        return static_cast<std::uint16_t>(high << 8 | low);
    }
    base::ByteView raw(std::size_t size) {
        if (size > rest_.size()) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const auto taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }
    base::ByteView run() { return raw(word()); }
    base::ByteView short_run() { return raw(byte()); }
    /// Length as in BER: one byte, 81 xx or 82 xx xx; 80 is 128, as GlobalPlatform allows.
    base::ByteView ber_run() {
        const auto first = byte();
        if (first <= 0x80) return raw(first);
        if (first == 0x81) return raw(byte());
        if (first == 0x82) return raw(word());
        ok_ = false;
        return {};
    }

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }
    [[nodiscard]] base::ByteView rest() const noexcept { return rest_; }

private:
    base::ByteView rest_;
    bool ok_ = true;
};

}  // namespace domain
