/// \file json.hpp
/// A session as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "base/key.hpp"
#include "trace/recorder.hpp"

namespace trace {

/// One object a frame, in the order of their starts:
/// `{"source":"pcd"|"picc","slot":..,"tech":"A"|"B","rate":106,"start":ticks,"end":ticks,"start_us":..,
/// "end_us":..,"bits":..,"data":"hex","parity":"0110..","parity_ok":..,"crc_ok":true|false|null,
/// "annotation":"..","plain":{"data":..,"crc_ok":..,"annotation":..}}`. `bits` does not count
/// parity bits; `slot` stands at cards, `plain` where a key of `keys` fits. Foreign traffic has
/// "tech":"foreign" and "kind":"felica"|"iso15693"|"unknown" between its start and end.
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<Event>& events,
                                             const std::vector<base::SectorKey>& keys = {});

}  // namespace trace
