#include "trace/json.hpp"

#include <cmath>
#include <string>

#include "base/hex.hpp"
#include "trace/analyser.hpp"

namespace trace {
namespace {

using nlohmann::ordered_json;

double microseconds(base::Tick tick) {
    const double exact = static_cast<double>(tick) * 1e6 / static_cast<double>(base::CarrierHz);
    return std::round(exact * 1e3) / 1e3;
}

ordered_json crc_json(Crc crc) {
    if (crc == Crc::None) return nullptr;
    return crc == Crc::Ok;
}

/// In hex, keys as **.
std::string plain_data(const Reading& plain) {
    std::string text;
    for (std::size_t i = 0; i < plain.octets.data.size(); ++i)
        text += plain.is_secret(i) ? "**" : base::to_hex({&plain.octets.data[i], 1});
    return text;
}

unsigned kilobits(port::BitRate rate) {
    switch (rate) {
        case port::BitRate::Fc128:
            return 106;
        case port::BitRate::Fc64:
            return 212;
        case port::BitRate::Fc32:
            return 424;
        case port::BitRate::Fc16:
            break;
    }
    return 848;
}

/// What is neither type A nor B; its data are nobody's.
ordered_json foreign_json(const Foreign& foreign) {
    ordered_json json;
    json["source"] = nullptr;
    json["tech"] = "foreign";
    json["kind"] = name_of(foreign.kind);
    json["rate"] = nullptr;
    json["start"] = foreign.start;
    json["end"] = foreign.end;
    json["start_us"] = microseconds(foreign.start);
    json["end_us"] = microseconds(foreign.end);
    json["bits"] = 0;
    json["data"] = "";
    json["parity_ok"] = nullptr;
    json["crc_ok"] = nullptr;
    return json;
}

ordered_json item_json(const Item& item) {
    const bool card = item.frame.source == port::AirFrame::Source::Picc;
    const Octets& octets = item.air.octets;
    std::string parity;
    for (const std::uint8_t bit : octets.parity) parity += static_cast<char>('0' + bit);
    ordered_json json;
    json["source"] = card ? "picc" : "pcd";
    if (card) json["slot"] = item.frame.slot;
    json["tech"] = item.frame.technology == port::Technology::A ? "A" : "B";
    json["rate"] = kilobits(item.frame.rate);
    json["start"] = item.frame.start;
    json["end"] = item.frame.end;
    json["start_us"] = microseconds(item.frame.start);
    json["end_us"] = microseconds(item.frame.end);
    json["bits"] = item.frame.bits.size() - octets.parity.size();
    json["data"] = base::to_hex(octets.data);
    json["parity"] = parity;
    json["parity_ok"] = !octets.any_parity_wrong();
    json["crc_ok"] = crc_json(item.air.crc);
    json["annotation"] = item.air.annotation;
    if (item.plain)
        json["plain"] = {{"data", plain_data(*item.plain)},
                         {"crc_ok", crc_json(item.plain->crc)},
                         {"annotation", item.plain->annotation}};
    return json;
}

}  // namespace

ordered_json to_json(const std::vector<Event>& events, const std::vector<base::SectorKey>& keys) {
    Analyser analyser{keys};
    ordered_json list = ordered_json::array();
    for (const Event& event : events) {
        if (const auto* frame = std::get_if<port::AirFrame>(&event)) {
            list.push_back(item_json(analyser.frame(*frame)));
        } else if (const auto* foreign = std::get_if<Foreign>(&event)) {
            list.push_back(foreign_json(*foreign));
        } else {
            analyser.field(std::get<FieldChange>(event).on);
        }
    }
    return list;
}

}  // namespace trace
