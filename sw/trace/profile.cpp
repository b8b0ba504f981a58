#include "trace/profile.hpp"

#include <algorithm>
#include <utility>

#include "trace/frame_phase.hpp"

namespace trace {
namespace {

using Source = port::AirFrame::Source;

/// The PCD's guard time after a card's frame (docs/choices.md, Power).
constexpr Tick GuardTicks = 1172;

Tick start_of(const Event& event) {
    if (const auto* frame = std::get_if<port::AirFrame>(&event)) return frame->start;
    if (const auto* change = std::get_if<FieldChange>(&event)) return change->tick;
    return std::get<Foreign>(event).start;
}

/// Fills time from the beginning on, each tick once.
class Partition {
public:
    Partition(const Record& record, Profile& profile)
        : record_{record}, profile_{profile}, at_{record.begin} {
        for (const Work& work : record.works) works_.push_back(work);
        std::stable_sort(works_.begin(), works_.end(),
                         [](const Work& a, const Work& b) { return a.begin < b.begin; });
        for (const Call& call : record.calls)
            if (call.via != "air" && call.via != "gate")
                apart_.push_back({call.begin, call.end, false});
        for (const Stretch& work : record.reader_works)
            apart_.push_back({work.begin, work.end, true});
        std::stable_sort(apart_.begin(), apart_.end(),
                         [](const Apart& a, const Apart& b) { return a.begin < b.begin; });
    }

    [[nodiscard]] Tick at() const noexcept { return at_; }

    /// Up to `to`, or not at all when it is past.
    void spend(Tick to, Phase phase, Party waits, Party waits_for) {
        to = std::min(to, record_.end);
        if (to <= at_) return;
        auto& all = profile_.segments;
        const Segment next{at_, to, phase, waits, waits_for};
        if (!all.empty() && all.back().phase == phase && all.back().waits == waits &&
            all.back().waits_for == waits_for)
            all.back().end = to;
        else
            all.push_back(next);
        at_ = to;
    }

    /// The same, but what a line other than the air does meanwhile is its own, and so is what the
    /// reader's own engine does.
    void rest(Tick to, Phase phase, Party waits, Party waits_for) {
        to = std::min(to, record_.end);
        while (at_ < to) {
            while (next_ < apart_.size() && apart_[next_].end <= at_) ++next_;
            if (next_ == apart_.size() || apart_[next_].begin >= to) break;
            const Apart& one = apart_[next_];
            spend(one.begin, phase, waits, waits_for);
            const Tick end = std::min(to, one.end);
            if (one.reader)
                spend(end, Phase::Crypto, Party::Reader, Party::Aes);
            else
                work(end, Phase::Line, Party::Reader, Party::Line);
        }
        spend(to, phase, waits, waits_for);
    }

    /// Up to `to` the reader waits for the card: for that of its units which is at work, else as
    /// the last three say. Memory first, then engine, then software: the one that is waited for
    /// last is the one that the others are done with.
    void work(Tick to, Phase phase, Party waits, Party waits_for) {
        to = std::min(to, record_.end);
        while (at_ < to) {
            while (first_ < works_.size() && works_[first_].end <= at_) ++first_;
            const Work* best = nullptr;
            Tick until = to;
            for (std::size_t i = first_; i < works_.size() && works_[i].begin < until; ++i) {
                const Work& one = works_[i];
                if (one.end <= at_) continue;
                if (one.begin > at_) {
                    until = one.begin;
                    break;
                }
                if (best == nullptr || one.unit < best->unit) best = &one;
            }
            if (best == nullptr) {
                spend(until, phase, waits, waits_for);
                continue;
            }
            // A unit that counts for more may begin before this one ends.
            Tick end = std::min(best->end, to);
            for (std::size_t i = first_; i < works_.size() && works_[i].begin < end; ++i)
                if (works_[i].begin > at_ && works_[i].unit < best->unit) end = works_[i].begin;
            switch (best->unit) {
                case port::CardUnit::Nvm:
                    spend(end, Phase::NvmWrite, Party::Card, Party::Nvm);
                    break;
                case port::CardUnit::Aes:
                    spend(end, Phase::Crypto, Party::Card, Party::Aes);
                    break;
                case port::CardUnit::Crypto:
                    spend(end, Phase::Crypto, Party::Card, Party::Software);
                    break;
                case port::CardUnit::Os:
                    spend(end, Phase::CardOs, Party::Reader, Party::Software);
                    break;
            }
        }
    }

private:
    /// On no air.
    struct Apart {
        Tick begin, end;
        bool reader;  ///< its engine
    };

    const Record& record_;
    Profile& profile_;
    Tick at_;
    std::vector<Work> works_{};
    std::size_t first_ = 0;
    std::vector<Apart> apart_{};
    std::size_t next_ = 0;
};

/// When the reader gave up on a frame that ended at `from`: its call is over then.
Tick given_up(const Record& record, Tick from, Tick latest) {
    for (const Call& call : record.calls)
        if (call.begin <= from && from < call.end) return std::min(call.end, latest);
    return latest;
}

void walk(const Record& record, const std::vector<NamedFrame>& frames,
          const std::vector<FieldChange>& changes, Partition& time) {
    bool on = false;
    bool fresh = false;    // no frame since the field came
    bool answered = true;  // the last frame of the reader
    Phase phase = Phase::Command;
    std::size_t change = 0;
    Tick guard = 0;  // end of the guard time

    // What lies between two frames, up to `to`, where there is no answer.
    const auto gap = [&](Tick to) {
        if (!on) return time.rest(to, Phase::Off, Party::Nobody, Party::Nobody);
        if (fresh) return time.rest(to, Phase::Field, Party::Reader, Party::Card);
        if (!answered)
            time.spend(given_up(record, time.at(), to), Phase::Silence, Party::Reader, Party::Card);
        answered = true;
        const bool waits = phase == Phase::Wtx;
        time.spend(std::min(to, guard), waits ? Phase::Wtx : Phase::TurnAround, Party::Card,
                   Party::Reader);
        time.rest(to, waits ? Phase::Wtx : Phase::Host, Party::Card,
                  waits ? Party::Reader : Party::Host);
    };

    for (std::size_t i = 0; i <= frames.size(); ++i) {
        const Tick next = i < frames.size() ? frames[i].frame.start : record.end;
        for (; change < changes.size() && changes[change].tick <= next; ++change) {
            gap(changes[change].tick);
            on = changes[change].on;
            fresh = true;
            answered = true;
        }
        if (i == frames.size()) return gap(next);
        const NamedFrame& named = frames[i];
        if (named.frame.source == Source::Pcd) {
            gap(next);
            time.spend(named.frame.end, named.phase, Party::Card, Party::Reader);
            answered = false;
        } else {
            time.work(next, Phase::TurnAround, Party::Reader, Party::Card);
            time.spend(named.frame.end, named.phase, Party::Reader, Party::Card);
            guard = named.frame.end + GuardTicks;
            answered = true;
        }
        phase = named.phase;
        fresh = false;
    }
}

/// From the start of an exchange of `phase` to the end of the last one that follows it directly, in
/// the same field.
void find_runs(Profile& profile, const std::vector<FieldChange>& changes, Phase phase,
               const std::string& name) {
    const auto& frames = profile.frames;
    const auto follows = [&](std::size_t next) {
        const Tick from = frames[next - 1].frame.start;
        const Tick to = frames[next].frame.start;
        return frames[next].phase == phase &&
               std::none_of(changes.begin(), changes.end(), [&](const FieldChange& change) {
                   return from < change.tick && change.tick <= to;
               });
    };
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (frames[i].phase != phase || frames[i].frame.source != Source::Pcd) continue;
        const Tick begin = frames[i].frame.start;
        std::size_t last = i;
        while (last + 1 < frames.size() && follows(last + 1)) ++last;
        const std::size_t next = last;
        while (last > i && frames[last].frame.source == Source::Pcd) --last;  // HLTA, no answer
        if (frames[last].frame.source == Source::Picc && last > i + 1)
            profile.transactions.push_back({name, begin, frames[last].frame.end});
        i = next;
    }
}

/// READ and WRITE of a gate, and each run of calls over one way.
void find_calls(Profile& profile, const Record& record) {
    const Call* first = nullptr;
    const Call* last = nullptr;
    const auto close = [&] {
        if (first != nullptr)
            profile.transactions.push_back(
                {"transaction over " + first->via, first->begin, last->end});
        first = nullptr;
    };
    for (const Call& call : record.calls) {
        if (call.via == "display") continue;  // no card's
        const bool over = call.command == "power off" || call.command == "field off";
        const bool anew = call.command.rfind("WUPA", 0) == 0 || call.command == "power on";
        if (first != nullptr && (call.via != first->via || anew)) close();
        if (over) {
            close();
            continue;
        }
        if (first == nullptr) first = &call;
        last = &call;
        if (call.via == "gate" && call.command.rfind("READ", 0) == 0)
            profile.transactions.push_back({"READ", call.begin, call.end});
        if (call.via == "gate" && call.command.rfind("WRITE", 0) == 0)
            profile.transactions.push_back({"WRITE", call.begin, call.end});
    }
    close();
}

}  // namespace

std::string_view to_string(Phase phase) noexcept {
    constexpr std::array<std::string_view, PhaseCount> Names{
        "off",     "field",     "anticollision", "activation", "authentication",
        "command", "WTX",       "turn-around",   "NVM write",  "crypto",
        "card OS", "no answer", "line",          "host"};
    return Names.at(static_cast<std::size_t>(phase));
}

std::string_view meaning(Phase phase) noexcept {
    constexpr std::array<std::string_view, PhaseCount> Texts{
        "no carrier, and nothing at the contacts",
        "carrier on, before the first frame",
        "frames from REQA to SAK, REQB, HLTA (14443-3)",
        "RATS, PPS, ATTRIB, DESELECT, R-blocks (14443-4)",
        "frames of an authentication",
        "all other frames, both ways",
        "S(WTX) both ways, and the reader's pause between them",
        "frame delay of the card; guard time of the reader",
        "the card programs its memory",
        "AES engine of the card or of the reader; DES, RSA and hashes in software",
        "what else the card OS takes",
        "the reader waits for an answer that does not come",
        "what is no air: contacts, Bluetooth, a card's reset, the reader's display",
        "the reader's host has not said what comes next"};
    return Texts.at(static_cast<std::size_t>(phase));
}

std::string_view to_string(Party party) noexcept {
    constexpr std::array<std::string_view, 8> Names{"nobody", "reader",   "card", "NVM",
                                                    "AES",    "software", "line", "host"};
    return Names.at(static_cast<std::size_t>(party));
}

std::string stage_name(const std::vector<Record>& records, std::size_t index) {
    const auto& name = records.at(index).name;
    return name.empty() ? "stage " + std::to_string(index + 1) : name;
}

std::array<Tick, PhaseCount> Profile::by_phase() const { return by_phase(begin, end); }

std::array<Tick, PhaseCount> Profile::by_phase(Tick from, Tick to) const {
    std::array<Tick, PhaseCount> sums{};
    for (const Segment& segment : segments) {
        const Tick first = std::max(from, segment.begin);
        const Tick last = std::min(to, segment.end);
        if (first < last) sums.at(static_cast<std::size_t>(segment.phase)) += last - first;
    }
    return sums;
}

std::map<Profile::Waiting, Tick> Profile::by_waiting() const {
    std::map<Waiting, Tick> sums;
    for (const Segment& segment : segments)
        sums[{segment.waits, segment.waits_for}] += segment.ticks();
    return sums;
}

Profile profile_of(const Record& record) {
    Profile profile{record.begin, record.end, {}, {}, {}};
    std::vector<Event> events = record.events;
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return start_of(a) < start_of(b); });
    std::vector<FieldChange> changes;
    for (const Event& event : events)
        if (const auto* change = std::get_if<FieldChange>(&event)) changes.push_back(*change);
    profile.frames = name_frames(events);
    Partition time{record, profile};
    walk(record, profile.frames, changes, time);
    find_runs(profile, changes, Phase::Anticollision, "request and anticollision");
    find_runs(profile, changes, Phase::Authentication, "authentication");
    find_calls(profile, record);
    return profile;
}

}  // namespace trace
