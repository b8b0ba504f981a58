#include "verilated/air_monitor.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tb {

namespace {

constexpr base::Tick Bit = 128;
constexpr base::Tick HalfBit = 64;
constexpr base::Tick Period = 16;
constexpr unsigned PeriodsPerHalf = 4;

// After the last pause of a frame nothing follows within two bits (X, then Y Y), and a little.
constexpr base::Tick PcdGap = 2 * Bit + 24;
// From the last period of a one to the first of a zero after it: less than one and a half bits.
constexpr base::Tick PiccGap = Bit + HalfBit;

}  // namespace

std::optional<base::Bits> bits_of_pauses(const std::vector<base::Tick>& starts) {
    base::Bits bits;
    bool last_is_x = false;
    for (std::size_t i = 1; i < starts.size(); ++i) {
        const base::Tick distance = starts[i] - starts[i - 1];
        if (distance == Bit) {
            bits.push_back(last_is_x ? 1 : 0);
        } else if (distance == Bit + HalfBit && !last_is_x) {
            bits.push_back(1);
            last_is_x = true;
        } else if (distance == Bit + HalfBit) {
            bits.insert(bits.end(), {0, 0});
            last_is_x = false;
        } else if (distance == 2 * Bit && last_is_x) {
            bits.insert(bits.end(), {0, 1});
        } else {
            return std::nullopt;
        }
    }
    // The zero of the EOC shows as a pause only after a zero.
    if (!last_is_x && !bits.empty()) bits.pop_back();
    if (bits.empty()) return std::nullopt;
    return bits;
}

std::optional<base::Bits> bits_of_load(const std::vector<base::Tick>& edges) {
    // Half bits with subcarrier; the first of all is that of the SOC.
    const base::Tick first = edges.front();
    const std::size_t halves = (edges.back() - first) / HalfBit + 1;
    std::vector<unsigned> periods(halves, 0);
    for (const base::Tick edge : edges) {
        if ((edge - first) % Period != 0) return std::nullopt;
        ++periods[(edge - first) / HalfBit];
    }
    if (std::any_of(periods.begin(), periods.end(),
                    [](unsigned n) { return n != 0 && n != PeriodsPerHalf; }))
        return std::nullopt;
    periods.resize(halves + halves % 2, 0);
    if (periods[1] != 0) return std::nullopt;
    base::Bits bits;
    for (std::size_t i = 2; i < periods.size(); i += 2) {
        if ((periods[i] != 0) == (periods[i + 1] != 0)) return std::nullopt;
        bits.push_back(periods[i] != 0 ? 1 : 0);
    }
    if (bits.empty()) return std::nullopt;
    return bits;
}

AirMonitor::AirMonitor(Sink told, Sink heard, FieldSink field)
    : told_{std::move(told)}, heard_{std::move(heard)}, field_{std::move(field)} {}

void AirMonitor::pause(bool on, base::Tick tick) {
    if (on)
        train_.starts.push_back(tick);
    else
        train_.last_end = tick + 1;
}

void AirMonitor::load(unsigned slot, bool on, base::Tick tick) {
    if (on) loads_[slot].edges.push_back(tick);
}

void AirMonitor::carrier(bool on, base::Tick tick) {
    carrier_ = on;
    if (!on) carrier_off_ = tick;
    fields_.emplace_back(on, tick);
    flush();
}

base::Tick AirMonitor::pcd_deadline() const {
    if (train_.starts.empty()) return Never;
    return std::max(train_.starts.back(), train_last_.value_or(0)) + PcdGap;
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
    auto bits = train_last_ ? base::Bits{} : bits_of_pauses(train_.starts);
    if (bits)
        done({port::AirFrame::Source::Pcd, 0, std::move(*bits), train_.starts.front(),
              train_.last_end});
    train_ = {};
    train_last_.reset();
}

void AirMonitor::end_picc(unsigned slot) {
    const std::vector<base::Tick> edges = std::exchange(loads_[slot].edges, {});
    if (auto bits = bits_of_load(edges)) {
        const base::Tick end = edges.front() + Bit * (1 + bits->size());
        done({port::AirFrame::Source::Picc, slot, std::move(*bits), edges.front(), end});
    }
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
