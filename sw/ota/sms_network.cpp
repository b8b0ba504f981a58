#include "ota/sms_network.hpp"

#include <algorithm>

namespace ota {

bool SmsNetwork::happens(unsigned share) {
    const bool yes = random_() % 256 < share;
    if (yes) ++thrown_in_;
    return yes;
}

void SmsNetwork::send(To to, base::Bytes tpdu) {
    const unsigned copies = happens(faults_.lost) ? 0 : happens(faults_.repeated) ? 2 : 1;
    for (unsigned i = 0; i < copies; ++i) {
        std::uint64_t due = now_;
        if (happens(faults_.delayed)) due += 1 + random_() % faults_.most_delay;
        under_way_.push_back({due, sent_, {to, tpdu}});
    }
    ++sent_;
}

std::optional<SmsNetwork::Message> SmsNetwork::next() {
    if (under_way_.empty()) return std::nullopt;
    ++now_;
    const auto first = std::min_element(
        under_way_.begin(), under_way_.end(), [](const Waiting& a, const Waiting& b) {
            return a.due != b.due ? a.due < b.due : a.order < b.order;
        });
    Message message = std::move(first->message);
    under_way_.erase(first);
    return message;
}

}  // namespace ota
