#include "trace/sniffer_log.hpp"

#include <algorithm>

#include "trace/octets.hpp"

namespace trace {
namespace {

using port::AirFrame;
using port::BitRate;
using port::Technology;

enum Kind : unsigned { Start, Bits, End, Drop, BurstStart, BurstEnd, Time, Lost };

constexpr unsigned FlagBroken = 1;
constexpr unsigned FlagCollided = 2;
constexpr unsigned BurstMany = 1;

// Of docs/rooms.md, Seams in the RTL, less one tick of air delay that no recording has.
constexpr base::Tick PauseLatency = 1;
constexpr base::Tick PauseEndLatency = 3;
constexpr base::Tick PauseHoldTicks = 16;  // at fc/128
constexpr base::Tick ShallowLatency = 48;  // at fc/128, half of what is added up
constexpr base::Tick ShallowDelay = 4;
constexpr base::Tick ManchesterLatency = 263 - 1;
constexpr base::Tick BpskLatency = 320 - 1;
constexpr base::Tick BpskEndLatency = 8;
constexpr base::Tick ReferenceTicks = 512;
constexpr unsigned EofBits = 10;
constexpr base::Tick ActivityLatency = 1;

// A card answers after 1172 ticks at the earliest and, as far as a listener can tell, within 10 ms.
constexpr base::Tick EarliestAnswer = 1172 - 64;
constexpr base::Tick LatestAnswer = 135'600;
constexpr std::size_t ShortFrameBits = 7;
constexpr std::size_t NibbleBits = 4;
constexpr unsigned SelectWhole = 0x70;  // NVB of SELECT
constexpr std::size_t ByteBits = 9;
constexpr std::size_t LongestFrame = 9 * 4096;
// A burst may begin a little before its frame is heard, and ring after it.
constexpr base::Tick BurstMargin = 300;
constexpr base::Tick ShortestForeign = 1356;  // 100 us

base::Tick minus(base::Tick tick, base::Tick latency) {
    return tick > latency ? tick - latency : 0;
}

/// From the end of a reader's modulation to its mark.
base::Tick end_latency(const AirFrame& frame) {
    const auto rate = static_cast<unsigned>(frame.rate);
    if (frame.technology == Technology::B)
        return (ShallowLatency >> rate) + ShallowDelay + PauseLatency;
    return PauseEndLatency + (PauseHoldTicks >> rate);
}

/// The same of its start. That of type B is where its fall was deepest, which is known when all
/// that is added up is low.
base::Tick start_latency(const AirFrame& frame) {
    if (frame.technology == Technology::A) return PauseLatency;
    return end_latency(frame) + (ShallowLatency >> static_cast<unsigned>(frame.rate));
}

bool overlap(const AirFrame& a, const AirFrame& b) { return a.start < b.end && b.start < a.end; }

bool is_card(const AirFrame& frame) { return frame.source == AirFrame::Source::Picc; }

bool is_short_code(unsigned code) {
    return code == 0x26 || code == 0x52 || code == 0x35 || (code >= 0x40 && code <= 0x4F) ||
           code >= 0x78;
}

bool is_select(unsigned code) { return code == 0x93 || code == 0x95 || code == 0x97; }

/// The first part of a bit-oriented anticollision frame.
bool is_cut_anticollision(const Octets& octets) {
    if (octets.data.size() < 3) return false;
    const unsigned valid = octets.data[1];
    return is_select(octets.data[0]) && valid >> 4 == octets.data.size() - 1 &&
           (valid & 0x0FU) == octets.last_bits;
}

/// Whether `answer`, which says nothing for itself, may follow `request`.
bool may_answer(const AirFrame& answer, const AirFrame& request) {
    // The reader spoke last, in the same technology, and a card has had time to answer.
    if (is_card(request) || request.technology != answer.technology ||
        answer.start < request.end + EarliestAnswer || answer.start > request.end + LatestAnswer)
        return false;
    const std::size_t bits = answer.bits.size();
    if (answer.technology == Technology::B || bits % ByteBits == 0) return true;
    // Four bits of MIFARE, or the second part of a bit-oriented anticollision frame.
    if (request.rate != BitRate::Fc128) return false;
    if (bits == NibbleBits) return true;
    const Octets octets = octets_of(request);
    return octets.data.size() >= 2 && is_select(octets.data[0]) && octets.data[1] != SelectWhole;
}

Foreign::Kind kind_of(unsigned usual) {
    // Lows as wide as half a bit of FeliCa at 212 kbit/s, or as a pause of ISO/IEC 15693.
    if (usual == 2) return Foreign::Kind::Felica;
    if (usual == 4) return Foreign::Kind::Iso15693;
    return Foreign::Kind::Unknown;
}

}  // namespace

base::Tick SnifferLog::time(std::uint32_t low) const noexcept {
    base::Tick tick = rounds_ + low;
    // A tick from before the time came round, told after it.
    if (rounds_ != 0 && low >= 0x80000000U && newest_ < rounds_ + 0x40000000U)
        tick -= base::Tick{1} << 32U;
    return tick;
}

void SnifferLog::word(std::uint64_t word) {
    const auto kind = static_cast<unsigned>(word >> 41U & 7U);
    const auto channel = static_cast<std::size_t>(word >> 37U & 15U);
    const auto count = static_cast<unsigned>(word >> 32U & 31U);
    const auto data = static_cast<std::uint32_t>(word & 0xFFFFFFFFU);
    Candidate& candidate = current_[channel];
    const auto stamp = [this, data] {
        const base::Tick tick = time(data);
        newest_ = std::max(newest_, tick);
        return tick;
    };
    switch (kind) {
        case Start: {
            candidate = {};
            candidate.open = true;
            AirFrame& frame = candidate.frame;
            frame.source = (channel & 8U) != 0 ? AirFrame::Source::Picc : AirFrame::Source::Pcd;
            frame.technology = (channel & 4U) != 0 ? Technology::B : Technology::A;
            frame.rate = static_cast<BitRate>(channel & 3U);
            base::Tick latency = start_latency(frame);
            if (is_card(frame))
                latency = frame.technology == Technology::A && frame.rate == BitRate::Fc128
                              ? ManchesterLatency
                              : BpskLatency;
            frame.start = minus(stamp(), latency);
            break;
        }
        case Bits:
            if (!candidate.open || candidate.frame.bits.size() > LongestFrame) break;
            for (unsigned i = 0; i < std::min(count, 16U); ++i)
                candidate.frame.bits.push_back(static_cast<std::uint8_t>(data >> i & 1U));
            break;
        case End:
            if (candidate.open) close(candidate, stamp(), count);
            break;
        case Drop:
            candidate.open = false;
            break;
        case BurstStart:
            burst_ = {};
            burst_.start = minus(stamp(), ActivityLatency);
            break;
        case BurstEnd:
            burst_.end = minus(stamp(), ActivityLatency);
            burst_.many = (count & BurstMany) != 0;
            burst_.usual = count >> 1U & 7U;
            bursts_.push_back(burst_);
            break;
        case Time:
            rounds_ += base::Tick{1} << 32U;
            break;
        default:
            lost_ = true;
            for (Candidate& each : current_) each.open = false;
            break;
    }
}

void SnifferLog::close(Candidate& candidate, base::Tick tick, unsigned flags) {
    AirFrame& frame = candidate.frame;
    candidate.open = false;
    candidate.broken = (flags & FlagBroken) != 0;
    candidate.collided = (flags & FlagCollided) != 0;
    const base::Tick bit = port::bit_ticks(frame.rate);
    if (!is_card(frame)) {
        candidate.collided = false;
        frame.end = minus(tick, end_latency(frame));
    } else if (frame.technology == Technology::B) {
        frame.end = minus(tick, BpskEndLatency) + bit;
    } else {
        const base::Tick reference = frame.rate == BitRate::Fc128 ? 0 : ReferenceTicks;
        frame.end = frame.start + reference + bit * (1 + frame.bits.size());
    }
    frame.end = std::max(frame.end, frame.start + 1);
    if (!candidate.broken && !frame.bits.empty()) candidates_.push_back(candidate);
}

SnifferLog::Claim SnifferLog::claim_of_a(const Candidate& candidate) {
    const AirFrame& frame = candidate.frame;
    const std::size_t bits = frame.bits.size();
    const bool slow = frame.rate == BitRate::Fc128;
    const Octets octets = octets_of(frame);
    const bool whole = bits % ByteBits == 0;
    const bool even_parity = whole && !octets.any_parity_wrong();
    const bool right = even_parity && crc_of(octets, Technology::A) == Crc::Ok;
    if (right) return {20 + static_cast<int>(std::min<std::size_t>(octets.data.size(), 10)), false};
    if (!is_card(frame)) {
        if (slow && bits == ShortFrameBits) return {is_short_code(octets.data[0]) ? 6 : 1, false};
        if (slow && is_cut_anticollision(octets)) return {6, false};
        if (!whole) return {slow && bits > ShortFrameBits ? 1 : 0, false};
        if (even_parity) return {octets.data.size() > 1 ? 8 : slow ? 2 : 0, false};
        return {slow ? 4 : 0, false};  // encrypted
    }
    if (!slow) return {even_parity && octets.data.size() > 1 ? 8 : 0, true};
    if (candidate.collided) return {1, true};
    if (whole && octets.data.size() >= 8) return {5, false};  // too long to be by chance
    if (even_parity) return {5, true};
    return {bits >= NibbleBits ? 3 : 0, true};
}

SnifferLog::Claim SnifferLog::claim(const Candidate& candidate) {
    if (candidate.frame.technology == Technology::A) return claim_of_a(candidate);
    const Octets octets = octets_of(candidate.frame);
    switch (crc_of(octets, Technology::B)) {
        case Crc::Ok:
            return {20 + static_cast<int>(std::min<std::size_t>(octets.data.size(), 10)), false};
        case Crc::Bad:
            return {candidate.frame.rate == BitRate::Fc128 ? 4 : 0, is_card(candidate.frame)};
        case Crc::None:
            break;
    }
    return {};
}

std::vector<Event> SnifferLog::events() const {
    struct Claimed {
        const AirFrame* frame;
        Claim claim;
    };
    std::vector<Claimed> claims;
    for (const Candidate& candidate : candidates_)
        if (const Claim found = claim(candidate); found.weight > 0)
            claims.push_back({&candidate.frame, found});
    // The strongest first; of two that overlap the weaker one is none.
    std::stable_sort(claims.begin(), claims.end(), [](const Claimed& a, const Claimed& b) {
        if (a.claim.needs_request != b.claim.needs_request) return b.claim.needs_request;
        return a.claim.weight > b.claim.weight;
    });
    std::vector<const AirFrame*> kept;  // in the order of their starts
    for (const Claimed& each : claims) {
        const auto after = std::upper_bound(
            kept.begin(), kept.end(), each.frame,
            [](const AirFrame* a, const AirFrame* b) { return a->start < b->start; });
        const AirFrame* const before = after == kept.begin() ? nullptr : *std::prev(after);
        if ((before != nullptr && overlap(*before, *each.frame)) ||
            (after != kept.end() && overlap(**after, *each.frame)))
            continue;
        if (each.claim.needs_request && (before == nullptr || !may_answer(*each.frame, *before)))
            continue;
        kept.insert(after, each.frame);
    }

    std::vector<Event> events;
    for (const AirFrame* frame : kept) events.emplace_back(*frame);
    Foreign last;
    for (const Burst& burst : bursts_) {
        // Lows of half a period of fc/16: a card of type A or B that was not understood.
        if (!burst.many || burst.usual == 0 || burst.end < burst.start + ShortestForeign) continue;
        const bool known = std::any_of(kept.begin(), kept.end(), [&burst](const AirFrame* frame) {
            return frame->start < burst.end + BurstMargin && burst.start < frame->end + BurstMargin;
        });
        if (known) continue;
        Foreign found{kind_of(burst.usual), burst.start, burst.end};
        // The subcarrier of ISO/IEC 15693, fc/32, answers its reader.
        if (burst.usual == 1 && last.kind == Foreign::Kind::Iso15693 &&
            found.start < last.end + LatestAnswer)
            found.kind = last.kind;
        last = found;
        events.emplace_back(found);
    }
    const auto start_of = [](const Event& event) {
        if (const auto* frame = std::get_if<AirFrame>(&event)) return frame->start;
        return std::get<Foreign>(event).start;
    };
    std::stable_sort(events.begin(), events.end(),
                     [&](const Event& a, const Event& b) { return start_of(a) < start_of(b); });
    return events;
}

}  // namespace trace
