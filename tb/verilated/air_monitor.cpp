#include "verilated/air_monitor.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tb {

namespace {

constexpr base::Tick Bit = base::BitTicks;

// After the last pause of a frame nothing follows within two bits (X, then Y Y), and a little.
constexpr base::Tick PcdGap = 2 * Bit + 24;
// From the last period of a one to the first of a zero after it: less than one and a half bits.
constexpr base::Tick PiccGap = Bit + Bit / 2;
// Type B: the longest high between two lows is a stop bit, EGT and, before it, eight ones.
constexpr base::Tick PcdGapB = 9 * Bit + 773 + 24;

}  // namespace

AirMonitor::AirMonitor(Sink told, Sink heard, FieldSink field)
    : told_{std::move(told)}, heard_{std::move(heard)}, field_{std::move(field)} {}

void AirMonitor::expect(port::Technology technology, port::BitRate tx, port::BitRate rx) {
    expected_ = {technology, tx, rx};
}

void AirMonitor::pause(bool on, base::Tick tick) {
    if (on) {
        if (train_.starts.empty()) train_.expected = expected_;
        train_.starts.push_back(tick);
    } else {
        train_.ends.push_back(tick);
        train_.last_end = tick + 1;
    }
}

void AirMonitor::load(unsigned slot, bool on, base::Tick tick) {
    Load& load = loads_[slot];
    if (on) {
        if (load.edges.empty()) load.expected = expected_;
        load.edges.push_back(tick);
    } else if (!load.edges.empty()) {
        load.falls.push_back(tick);
    }
}

void AirMonitor::carrier(bool on, base::Tick tick) {
    carrier_ = on;
    if (!on) carrier_off_ = tick;
    fields_.emplace_back(on, tick);
    flush();
}

base::Tick AirMonitor::pcd_deadline() const {
    if (train_.starts.empty()) return Never;
    const base::Tick last = std::max(train_.starts.back(), train_last_.value_or(0));
    if (train_.expected.technology == port::Technology::A) return last + PcdGap;
    if (train_last_) return std::max(train_.starts.back(), *train_last_) + PcdGap;
    // A low ends with the frame, or goes on for 11 bits at most.
    if (train_.ends.size() < train_.starts.size()) return last + 12 * Bit;
    const bool first = train_.starts.size() == 1;
    const bool eof = is_eof(train_.ends.back() - train_.starts.back(), train_.expected.tx);
    return train_.ends.back() + (eof && !first ? 1 : PcdGapB);
}

base::Tick AirMonitor::deadline() const {
    base::Tick tick = pcd_deadline();
    for (const Load& load : loads_)
        if (!load.edges.empty()) tick = std::min(tick, load.edges.back() + PiccGap);
    return tick;
}

void AirMonitor::expire(base::Tick now) {
    if (pcd_deadline() <= now) end_pcd();
    for (unsigned slot = 0; slot < loads_.size(); ++slot)
        if (!loads_[slot].edges.empty() && loads_[slot].edges.back() + PiccGap <= now)
            end_picc(slot);
    flush();
}

void AirMonitor::finish() {
    if (!train_.starts.empty()) end_pcd();
    for (unsigned slot = 0; slot < loads_.size(); ++slot)
        if (!loads_[slot].edges.empty()) end_picc(slot);
    flush();
}

void AirMonitor::end_pcd() {
    last_trains_ = {train_.last_end, last_trains_[0]};
    const Expected& sent = train_.expected;
    const bool type_b = sent.technology == port::Technology::B;
    auto bits = train_last_ ? base::Bits{}
                : type_b    ? bits_of_lows(train_.starts, train_.ends, sent.tx)
                            : bits_of_pauses(train_.starts, sent.tx);
    if (bits)
        done({port::AirFrame::Source::Pcd, 0, std::move(*bits), train_.starts.front(),
              train_.last_end, sent.technology, sent.tx});
    train_ = {};
    train_last_.reset();
}

void AirMonitor::end_picc(unsigned slot) {
    using port::BitRate;
    using port::Technology;
    const Load load = std::exchange(loads_[slot], {});
    const auto tell = [&](base::Bits bits, base::Tick end, Technology technology, BitRate rate) {
        done({port::AirFrame::Source::Picc, slot, std::move(bits), load.edges.front(), end,
              technology, rate});
    };
    if (auto bits = bits_of_load(load.edges)) {
        const base::Tick end = load.edges.front() + Bit * (1 + bits->size());
        tell(std::move(*bits), end, Technology::A, BitRate::Fc128);
        return;
    }
    // What the reader listens for is likely; a card that sends otherwise is told as what it is.
    const auto phases = [&](Technology technology, BitRate rate) {
        auto said = bits_of_phases(load.edges, load.falls, technology, rate);
        if (said) tell(std::move(said->bits), said->end, technology, rate);
        return said.has_value();
    };
    constexpr std::array Rates{BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16};
    if (phases(load.expected.technology, load.expected.rx)) return;
    for (const BitRate rate : Rates)
        if (phases(Technology::B, rate)) return;
    for (const BitRate rate : Rates)
        if (rate != BitRate::Fc128 && phases(Technology::A, rate)) return;
}

void AirMonitor::done(port::AirFrame frame) {
    const bool interrupted = carrier_off_ > frame.start && carrier_off_ < frame.end;
    const bool off_before = !carrier_ && carrier_off_ <= frame.start;
    if (interrupted || off_before) return;
    if (frame.source == port::AirFrame::Source::Picc) last_answer_ = frame.end;
    heard_(frame);
    waiting_.push_back(std::move(frame));
}

void AirMonitor::flush() {
    base::Tick open = train_.starts.empty() ? Never : train_.starts.front();
    for (const Load& load : loads_)
        if (!load.edges.empty()) open = std::min(open, load.edges.front());
    std::sort(waiting_.begin(), waiting_.end(),
              [](const port::AirFrame& a, const port::AirFrame& b) {
                  return std::tie(a.start, a.source, a.slot) < std::tie(b.start, b.source, b.slot);
              });
    while (true) {
        const base::Tick next = waiting_.empty() ? Never : waiting_.front().start;
        if (!fields_.empty() && fields_.front().second <= std::min(open, next)) {
            const auto [on, tick] = fields_.front();
            fields_.pop_front();
            field_(on, tick);
        } else if (next < open) {
            const port::AirFrame frame = std::move(waiting_.front());
            waiting_.erase(waiting_.begin());
            told_(frame);
        } else {
            return;
        }
    }
}

}  // namespace tb
