#include "verilated/air_bits.hpp"

#include <algorithm>

namespace tb {

namespace {

using base::Tick;

constexpr Tick Bit = base::BitTicks;
constexpr Tick HalfBit = Bit / 2;
constexpr Tick Period = 16;
constexpr Tick HalfPeriod = Period / 2;
constexpr unsigned PeriodsPerHalf = 4;
constexpr Tick Reference = 512;  // type A above fc/128 (ISO/IEC 14443-2, 8.2.5.2)

/// A line that is low now and then, sampled in the middles of its bits.
class Line {
public:
    Line(const std::vector<Tick>& starts, const std::vector<Tick>& ends, Tick etu)
        : starts_{starts}, ends_{ends}, etu_{etu} {}

    [[nodiscard]] bool low(Tick tick) const {
        const auto after = std::upper_bound(starts_.begin(), starts_.end(), tick);
        if (after == starts_.begin()) return false;
        const auto index = static_cast<std::size_t>(after - starts_.begin() - 1);
        return index >= ends_.size() || tick < ends_[index];
    }

    /// Characters from the first low that begins at `from` or later, up to EOF.
    [[nodiscard]] std::optional<Phases> characters(Tick from) const {
        Phases result;
        while (true) {
            const auto next = std::lower_bound(starts_.begin(), starts_.end(), from);
            if (next == starts_.end()) return std::nullopt;
            const auto index = static_cast<std::size_t>(next - starts_.begin());
            if (index >= ends_.size()) return std::nullopt;
            const Tick start = *next;
            if (2 * (ends_[index] - start) >= 19 * etu_) {
                result.end = start;
                if (result.bits.empty() || index + 1 != starts_.size()) return std::nullopt;
                return result;
            }
            const auto sample = [&](Tick bit) { return low(start + bit * etu_ + etu_ / 2); };
            for (Tick bit = 1; bit <= 8; ++bit) result.bits.push_back(sample(bit) ? 0 : 1);
            if (sample(9)) return std::nullopt;
            from = start + 9 * etu_ + etu_ / 2;
        }
    }

private:
    const std::vector<Tick>& starts_;
    const std::vector<Tick>& ends_;
    Tick etu_;
};

/// SOF: 10 or 11 etu of zeros, then 2 or 3 of ones, as far as a bit's middle tells.
bool is_sof(Tick low, Tick high, Tick etu) {
    return 2 * low >= 19 * etu && 2 * low <= 23 * etu && 2 * high >= 3 * etu && 2 * high <= 7 * etu;
}

}  // namespace

std::optional<base::Bits> bits_of_pauses(const std::vector<Tick>& starts, port::BitRate rate) {
    const Tick bit = port::bit_ticks(rate);
    const Tick half = bit / 2;
    base::Bits bits;
    bool last_is_x = false;
    for (std::size_t i = 1; i < starts.size(); ++i) {
        const base::Tick distance = starts[i] - starts[i - 1];
        if (distance == bit) {
            bits.push_back(last_is_x ? 1 : 0);
        } else if (distance == bit + half && !last_is_x) {
            bits.push_back(1);
            last_is_x = true;
        } else if (distance == bit + half) {
            bits.insert(bits.end(), {0, 0});
            last_is_x = false;
        } else if (distance == 2 * bit && last_is_x) {
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

bool is_eof(Tick low, port::BitRate rate) { return 2 * low >= 19 * port::bit_ticks(rate); }

std::optional<base::Bits> bits_of_lows(const std::vector<Tick>& starts,
                                       const std::vector<Tick>& ends, port::BitRate rate) {
    const Tick etu = port::bit_ticks(rate);
    if (starts.size() < 2 || ends.size() != starts.size()) return std::nullopt;
    if (!is_sof(ends[0] - starts[0], starts[1] - ends[0], etu)) return std::nullopt;
    auto phases = Line{starts, ends, etu}.characters(starts[1]);
    if (!phases) return std::nullopt;
    return std::move(phases->bits);
}

std::optional<Phases> bits_of_phases(const std::vector<Tick>& edges, const std::vector<Tick>& falls,
                                     port::Technology technology, port::BitRate rate) {
    if (edges.empty() || falls.size() != edges.size()) return std::nullopt;
    const Tick first = edges.front();
    const Tick etu = port::bit_ticks(rate);
    // Each half of each period is loaded or not as a whole.
    std::vector<bool> loaded((falls.back() - first + Period - 1) / Period * 2, false);
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if ((edges[i] - first) % HalfPeriod != 0 || (falls[i] - first) % HalfPeriod != 0)
            return std::nullopt;
        for (Tick at = edges[i]; at < falls[i]; at += HalfPeriod)
            loaded[(at - first) / HalfPeriod] = true;
    }
    // Zeros as lows of a line, in ticks.
    std::vector<Tick> starts;
    std::vector<Tick> ends;
    bool low = false;
    for (std::size_t i = 0; i < loaded.size(); i += 2) {
        if (loaded[i] == loaded[i + 1]) return std::nullopt;
        const Tick at = first + i * HalfPeriod;
        if (loaded[i + 1] && !low) starts.push_back(at);
        if (!loaded[i + 1] && low) ends.push_back(at);
        low = loaded[i + 1];
    }
    const Tick end = first + loaded.size() * HalfPeriod;
    if (low) ends.push_back(end);
    if (starts.empty()) return std::nullopt;
    const Line line{starts, ends, etu};
    if (technology == port::Technology::B) {
        if (starts.size() < 2 || !is_sof(ends[0] - starts[0], starts[1] - ends[0], etu))
            return std::nullopt;
        auto phases = line.characters(starts[1]);
        if (phases) phases->end += 11 * etu;
        return phases;
    }
    Phases result;
    result.end = end;
    if (starts.front() != first + Reference || (end - starts.front()) % etu != 0)
        return std::nullopt;
    for (Tick at = starts.front() + etu; at < end; at += etu)
        result.bits.push_back(line.low(at + etu / 2) ? 0 : 1);
    if (result.bits.empty()) return std::nullopt;
    return result;
}

}  // namespace tb
