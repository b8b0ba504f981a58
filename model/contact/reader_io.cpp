#include "contact/reader_io.hpp"

#include <algorithm>

namespace contact {

bool ReaderIo::send(base::ByteView bytes, Cycle earliest) {
    for (const auto byte : bytes) {
        Cycle start = std::max(earliest, line_->now());
        if (last_sent_) start = std::max(start, *last_sent_ + settings_.guard);
        for (unsigned attempt = 0;; ++attempt) {
            const auto character = encode(byte, settings_.convention, settings_.rate, start);
            last_sent_ = last_edge_ = start;
            const auto signal = line_->send(character);
            if (!settings_.repeats || !signal || !sees(character, *signal)) break;
            if (attempt == MostRepetitions) return false;
            // Not before two etu after the error signal was seen (7816-3, 7.3).
            start += settings_.rate.etus(13);
        }
    }
    return true;
}

std::optional<ReaderIo::Heard> ReaderIo::receive(Cycle deadline, Cycle wait) {
    for (unsigned attempt = 0;; ++attempt) {
        const auto character = line_->receive(deadline);
        if (!character) return std::nullopt;
        last_edge_ = character->start;
        const auto decoded = decode(*character, settings_.convention, settings_.rate);
        if (decoded.parity_ok || !settings_.repeats || attempt == MostRepetitions)
            return Heard{decoded.byte, decoded.parity_ok, character->start};
        line_->refuse(error_signal(character->start, settings_.rate));
        deadline = character->start + wait;
    }
}

std::optional<ReaderIo::Heard> ReaderIo::receive_ts(Cycle deadline) {
    const auto character = line_->receive(deadline);
    if (!character) return std::nullopt;
    last_edge_ = character->start;
    const auto convention = convention_of(*character);
    if (!convention) return Heard{0, false, character->start};
    settings_.convention = *convention;
    const auto decoded = decode(*character, *convention, settings_.rate);
    return Heard{decoded.byte, true, character->start};
}

}  // namespace contact
