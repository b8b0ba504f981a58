#include "terminal/views_json.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"

namespace terminal {
namespace {

using nlohmann::ordered_json;

double microseconds(base::Tick ticks) {
    return static_cast<double>(ticks) * 1e6 / static_cast<double>(base::CarrierHz);
}

std::string_view to_string(Notice::Weight weight) {
    switch (weight) {
        case Notice::Weight::Note:
            return "note";
        case Notice::Weight::Warning:
            return "warning";
        case Notice::Weight::Refusal:
            break;
    }
    return "refusal";
}

ordered_json to_json(const BlockView& block) {
    const bool trailer = block.kind == BlockKind::Trailer;
    ordered_json made{{"number", block.number},
                      {"kind", terminal::to_string(block.kind)},
                      {"hex", block_text(block.data, trailer)},
                      {"meaning", block.meaning},
                      {"rights", block.rights}};
    if (block.value)
        made["value"] = {{"amount", block.value->amount}, {"address", block.value->address}};
    if (trailer) made["general"] = fmt::format("{:02X}", block.data[GeneralAt]);
    return made;
}

ordered_json to_json(const Directory& directory) {
    ordered_json entries = ordered_json::array();
    for (const auto& [sector, aid] : directory.applications)
        entries.push_back({{"sector", sector},
                           {"aid", fmt::format("{:04X}", aid)},
                           {"name", application_name(aid)}});
    return {{"sound", directory.sound}, {"applications", entries}};
}

ordered_json to_json(const NdefMessage& message) {
    ordered_json records = ordered_json::array();
    for (const NdefRecord& record : message.records)
        records.push_back({{"type", record.type}, {"text", record.text}});
    return {{"whole", message.whole}, {"records", records}};
}

}  // namespace

std::string block_text(const port::Block& block, bool trailer) {
    if (!trailer) return base::to_hex(block, " ");
    constexpr std::string_view Key = "·· ·· ·· ·· ·· ··";
    return fmt::format("{} {} {}", Key,
                       base::to_hex(base::ByteView{block}.subspan(KeyBytes, 4), " "), Key);
}

ordered_json to_json(const Identity& identity) {
    return {{"kind", identity.kind},
            {"uid", base::to_hex(identity.uid, " ")},
            {"sectors", identity.sectors},
            {"level", identity.level},
            {"source", identity.source}};
}

ordered_json to_json(const PinState& pin) {
    return {{"verified", pin.verified}, {"there", pin.there}, {"tries", pin.tries}};
}

ordered_json to_json(const SectorView& view) {
    ordered_json blocks = ordered_json::array();
    for (const BlockView& block : view.blocks) blocks.push_back(to_json(block));
    ordered_json made{{"sector", view.sector}, {"blocks", blocks}};
    made["access"] = view.access ? ordered_json(*view.access) : ordered_json{};
    made["key_b_works"] = view.key_b_works;
    if (view.application)
        made["application"] = {{"aid", fmt::format("{:04X}", *view.application)},
                               {"name", application_name(*view.application)}};
    if (view.directory) made["directory"] = to_json(*view.directory);
    if (view.ndef) made["ndef"] = to_json(*view.ndef);
    return made;
}

ordered_json to_json(const Preview& preview, const SectorView& sector) {
    ordered_json changes = ordered_json::array();
    for (const Change& change : preview.changes) {
        ordered_json differing = ordered_json::array();
        for (std::size_t i = 0; i < BlockBytes; ++i)
            if (change.before[i] != change.after[i]) differing.push_back(i);
        changes.push_back({{"block", change.index},
                           {"number", sector.blocks[change.index].number},
                           {"before", block_text(change.before, change.keys)},
                           {"after", block_text(change.after, change.keys)},
                           {"differing", differing},
                           {"keys", change.keys},
                           {"meaning_before", change.meaning_before},
                           {"meaning_after", change.meaning_after}});
        if (!change.keys) continue;
        if (const auto access = access_of(change.after)) {
            changes.back()["rights_before"] = ordered_json::array();
            for (const BlockView& block : sector.blocks)
                changes.back()["rights_before"].push_back(block.rights);
            changes.back()["rights_after"] = rights_of(*access, sector.count());
        }
    }
    ordered_json notices = ordered_json::array();
    for (const Notice& notice : preview.notices)
        notices.push_back({{"weight", to_string(notice.weight)}, {"text", notice.text}});
    return {{"allowed", preview.allowed()}, {"changes", changes}, {"notices", notices}};
}

ordered_json to_json(const GateReading& reading, unsigned sector) {
    ordered_json blocks = ordered_json::array();
    for (std::size_t i = 0; i < reading.blocks.size(); ++i) {
        const auto& block = reading.blocks[i];
        const bool trailer = i + 1 == blocks_in(sector);
        blocks.push_back(
            {{"number", first_block(sector) + i},
             {"hex", block ? ordered_json(block_text(*block, trailer)) : ordered_json{}}});
    }
    return {{"opened", reading.opened}, {"reader", reading.reader}, {"blocks", blocks}};
}

ordered_json to_json(const Refusal& refusal) {
    ordered_json made{{"title", refusal.title}, {"advice", refusal.advice}};
    if (refusal.sw) made["sw"] = fmt::format("{:04X}", *refusal.sw);
    if (refusal.tries) made["tries"] = *refusal.tries;
    return made;
}

ordered_json to_json(const Traffic& traffic) {
    return {{"number", traffic.number},
            {"way", traffic.way == Traffic::Way::Air ? "air" : "contacts"},
            {"sender", traffic.sender},
            {"tick", traffic.start},
            {"us", microseconds(traffic.start)},
            {"took_us", microseconds(traffic.end - traffic.start)},
            {"bytes", traffic.bytes},
            {"note", traffic.note}};
}

}  // namespace terminal
