#include "trace/list.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace trace {
namespace {

constexpr std::size_t BytesPerRow = 18;  // an answer to READ with its CRC
constexpr std::size_t DataColumns = 4 * BytesPerRow;

std::string crc_column(Crc crc) {
    switch (crc) {
        case Crc::Ok:
            return " ok ";
        case Crc::Bad:
            return "!crc";
        case Crc::None:
            break;
    }
    return "    ";
}

std::string byte_column(const Octets& octets, std::size_t index) {
    const bool cut = index + 1 == octets.data.size() && octets.last_bits != 0;
    if (cut) return fmt::format("{:02X}({})", octets.data[index], octets.last_bits);
    return fmt::format("{:02X}{} ", octets.data[index], octets.parity_wrong(index) ? '!' : ' ');
}

}  // namespace

List::List(std::ostream& out, std::vector<base::SectorKey> keys)
    : out_{out}, analyser_{std::move(keys)} {
    out_ << fmt::format("{:>11} | {:>10} | Src | {:<{}} | CRC  | Annotation\n", "Start", "End",
                        "Data (! denotes parity error)", DataColumns)
         << fmt::format("{:-<12}+{:-<12}+-----+-{:-<{}}+------+--------------------\n", "", "", "",
                        DataColumns + 1)
         << std::flush;
}

void List::on_frame(const port::AirFrame& frame) {
    if (!origin_) origin_ = frame.start;
    const Item item = analyser_.frame(frame);
    const bool card = frame.source == port::AirFrame::Source::Picc;
    std::string source = card ? "Tag" : "Rdr";
    if (card && frame.slot != 0) source = fmt::format("Tg{}", frame.slot);
    rows(fmt::format("{:>11} | {:>10}", frame.start - *origin_, frame.end - *origin_), source,
         item.air);
    if (item.plain) rows(fmt::format("{:>11} | {:>10}", "", ""), " * ", *item.plain);
    out_.flush();
}

void List::on_field(bool on, base::Tick tick) {
    analyser_.field(on);
    const std::string time = origin_ ? std::to_string(tick - *origin_) : std::string{};
    out_ << fmt::format("{:>11} | {:>10} | Fld | {:<{}} |      | field {}\n", time, "", "",
                        DataColumns, on ? "on" : "off")
         << std::flush;
}

void List::on_foreign(const Foreign& foreign) {
    if (!origin_) origin_ = foreign.start;
    out_ << fmt::format("{:>11} | {:>10} | ??? | {:<{}} |      | foreign: {}\n",
                        foreign.start - *origin_, foreign.end - *origin_, "", DataColumns,
                        name_of(foreign.kind))
         << std::flush;
}

void List::rows(const std::string& times, const std::string& source, const Reading& reading) {
    const Octets& octets = reading.octets;
    std::size_t index = 0;
    for (bool first = true; first || index < octets.data.size(); first = false) {
        std::string data;
        for (std::size_t i = 0; i < BytesPerRow && index < octets.data.size(); ++i, ++index)
            data += reading.is_secret(index) ? "**  " : byte_column(octets, index);
        const bool last = index == octets.data.size();
        const std::string& left = first ? times : fmt::format("{:>11} | {:>10}", "", "");
        out_ << fmt::format("{} | {} | {:<{}} | {} | {}\n", left, first ? source : "   ", data,
                            DataColumns, crc_column(last ? reading.crc : Crc::None),
                            last ? reading.annotation : std::string{});
    }
}

}  // namespace trace
