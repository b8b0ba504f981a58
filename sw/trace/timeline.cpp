#include "trace/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace trace {
namespace {

using nlohmann::json;

/// In the order in which they stand below each other.
enum class Track : unsigned {
    Steps = 1,
    Host,
    Phases,
    Reader,
    Card,
    CardOs,
    Aes,
    Crypto,
    Nvm,
    ReaderAes,
    Modules,  ///< and those after it, one each
};
constexpr std::array Names{"steps of the flow", "host: commands",     "phases",
                           "reader: frames",    "card: frames",       "card OS",
                           "AES engine",        "crypto in software", "NVM",
                           "reader: AES engine"};

Track module_track(std::size_t index) {
    return static_cast<Track>(static_cast<std::size_t>(Track::Modules) + index);
}

double microseconds(Tick ticks) {
    return static_cast<double>(ticks) * 1e6 / static_cast<double>(base::CarrierHz);
}

std::string text(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

class Writer {
public:
    explicit Writer(const std::string& title)
        : out_{"{\"displayTimeUnit\":\"ns\",\"otherData\":{\"title\":" + text(title) +
               ",\"tick_hz\":" + std::to_string(base::CarrierHz) + "},\n\"traceEvents\":[\n"} {}

    void process(unsigned pid, const std::string& name, Tick offset) {
        pid_ = pid;
        offset_ = offset;
        meta("process_name", 0, {{"name", name}});
        for (unsigned i = 0; i < Names.size(); ++i) track(i + 1, Names[i]);
    }

    void track(unsigned tid, const std::string& name) {
        meta("thread_name", tid, {{"name", name}});
        meta("thread_sort_index", tid, {{"sort_index", tid}});
    }

    void slice(Track track, const std::string& name, Tick begin, Tick end, json args) {
        if (end < begin) return;
        args["ticks"] = end - begin;
        args["begin_tick"] = begin;
        event(fmt::format(
            R"({{"ph":"X","pid":{},"tid":{},"ts":{:.4f},"dur":{:.4f},"name":{},"args":{}}})", pid_,
            static_cast<unsigned>(track), microseconds(begin + offset_), microseconds(end - begin),
            text(name), text(args)));
    }

    void counter(const std::string& name, Tick tick, std::uint64_t value) {
        event(fmt::format(
            R"({{"ph":"C","pid":{},"tid":0,"ts":{:.4f},"name":{},"args":{{"value":{}}}}})", pid_,
            microseconds(tick + offset_), text(name), value));
    }

    [[nodiscard]] std::string take() {
        out_ += "\n]}\n";
        return std::move(out_);
    }

private:
    void meta(const char* what, unsigned tid, const json& args) {
        event(fmt::format(R"({{"ph":"M","pid":{},"tid":{},"ts":0,"name":"{}","args":{}}})", pid_,
                          tid, what, text(args)));
    }
    void event(const std::string& line) {
        if (!first_) out_ += ",\n";
        first_ = false;
        out_ += line;
    }

    std::string out_;
    unsigned pid_ = 0;
    Tick offset_ = 0;
    bool first_ = true;
};

Track track_of(port::CardUnit unit) {
    switch (unit) {
        case port::CardUnit::Nvm:
            return Track::Nvm;
        case port::CardUnit::Aes:
            return Track::Aes;
        case port::CardUnit::Crypto:
            return Track::Crypto;
        case port::CardUnit::Os:
            break;
    }
    return Track::CardOs;
}

void write_counters(Writer& out, const Record& record) {
    out.counter("level at the card, %", record.begin, 0);
    for (const Change& change : record.level)
        out.counter("level at the card, %", change.tick, change.value);
    out.counter("load modulation", record.begin, 0);
    for (const Change& change : record.load)
        out.counter("load modulation", change.tick, change.value);
    for (const Activity& activity : record.activity) {
        Tick tick = record.begin;
        std::uint64_t before = ~std::uint64_t{0};
        for (const auto toggles : activity.over_time) {
            if (toggles != before) out.counter("toggles: " + activity.unit, tick, toggles);
            before = toggles;
            tick += activity.period;
        }
    }
}

/// Slices of a thread must not overlap: what a power cut ended goes on to the next one at most.
void write_works(Writer& out, const Record& record) {
    std::vector<Work> works = record.works;
    std::stable_sort(works.begin(), works.end(), [](const Work& a, const Work& b) {
        return a.unit != b.unit ? a.unit < b.unit : a.begin < b.begin;
    });
    for (std::size_t i = 0; i < works.size(); ++i) {
        Tick end = works[i].end;
        if (i + 1 < works.size() && works[i + 1].unit == works[i].unit)
            end = std::min(end, works[i + 1].begin);
        const Track track = track_of(works[i].unit);
        out.slice(track, Names.at(static_cast<std::size_t>(track) - 1), works[i].begin, end,
                  json::object());
    }
}

void write_record(Writer& out, const Record& record, const Profile& profile) {
    for (const Stretch& step : record.steps)
        out.slice(Track::Steps, step.name, step.begin, step.end, json::object());
    for (const Call& call : record.calls)
        out.slice(Track::Host, fmt::format("{}: {}", call.via, call.command), call.begin, call.end,
                  {{"command", call.command}, {"answer", call.answer}});
    for (const Segment& segment : profile.segments)
        out.slice(Track::Phases, std::string{to_string(segment.phase)}, segment.begin, segment.end,
                  {{"waits", to_string(segment.waits)}, {"for", to_string(segment.waits_for)}});
    for (const NamedFrame& named : profile.frames) {
        const bool reader = named.frame.source == port::AirFrame::Source::Pcd;
        out.slice(reader ? Track::Reader : Track::Card, named.name, named.frame.start,
                  named.frame.end,
                  {{"bits", named.frame.bits.size()}, {"phase", to_string(named.phase)}});
    }
    write_works(out, record);
    for (const Stretch& work : record.reader_works)
        out.slice(Track::ReaderAes, work.name, work.begin, work.end, json::object());
    for (std::size_t i = 0; i < record.modules.size(); ++i)
        for (const Stretch& on : record.modules[i].on)
            out.slice(module_track(i), on.name, on.begin, on.end, json::object());
    write_counters(out, record);
}

}  // namespace

std::string to_timeline(const std::string& title, const std::vector<Record>& records,
                        const std::vector<Profile>& profiles) {
    Writer out{title};
    Tick offset = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string name =
            records.size() == 1 ? title : title + ", " + stage_name(records, i);
        out.process(static_cast<unsigned>(i + 1), name, offset - records[i].begin);
        for (std::size_t m = 0; m < records[i].modules.size(); ++m)
            out.track(static_cast<unsigned>(module_track(m)),
                      "module: " + records[i].modules[m].name);
        write_record(out, records[i], profiles[i]);
        offset += profiles[i].total();
    }
    return out.take();
}

}  // namespace trace
