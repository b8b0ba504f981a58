/// \file reader_io.hpp
/// Characters at the reader's end: bytes out with their guard times, bytes in, repetitions.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "contact/line.hpp"

namespace contact {

class ReaderIo {
public:
    explicit ReaderIo(Line& line) noexcept : line_{&line} {}

    /// How characters look from now on; `guard`: cycles between start edges of what is sent.
    struct Settings {
        Convention convention = Convention::Direct;
        Rate rate{};
        Cycle guard = 0;
        bool repeats = true;  ///< error signals are given and obeyed (T=0, ATR)
    };
    void configure(const Settings& settings) noexcept { settings_ = settings; }
    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }

    /// Sends, the first not before `earliest`. False: one was refused too often.
    [[nodiscard]] bool send(base::ByteView bytes, Cycle earliest);

    struct Heard {
        std::uint8_t byte = 0;
        bool parity_ok = true;
        Cycle start = 0;
    };
    /// The next byte that starts by `deadline`; a damaged one only when it is not repeated. With
    /// repetitions a byte may start `wait` cycles after the damaged one.
    std::optional<Heard> receive(Cycle deadline, Cycle wait = 0);
    /// The first character after reset: sets the convention it announces. One that announces none
    /// is returned with wrong parity.
    std::optional<Heard> receive_ts(Cycle deadline);

    /// Start edge of the last character in either direction.
    [[nodiscard]] Cycle last_edge() const noexcept { return last_edge_; }
    [[nodiscard]] Cycle etus(std::uint64_t count) const noexcept {
        return settings_.rate.etus(count);
    }
    [[nodiscard]] Line& line() noexcept { return *line_; }

private:
    Line* line_;
    Settings settings_{};
    std::optional<Cycle> last_sent_{};
    Cycle last_edge_ = 0;
};

}  // namespace contact
