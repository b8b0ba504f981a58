/// \file sms_line.hpp
/// Carries short messages between the business platform and a terminal until a download is over.
#pragma once

#include <functional>

#include "ota/sms_network.hpp"
#include "ota/sms_sender.hpp"
#include "ota/sms_terminal.hpp"

namespace lab {

class SmsLine {
public:
    /// Told before each message arrives, or when none is under way.
    using Event = std::function<void()>;

    /// Both outlive it. The element is powered on when it has gone silent.
    SmsLine(ota::SmsNetwork& network, hostlink::SmartCard& element, Event event = {})
        : network_{network}, element_{element}, terminal_{element}, event_{std::move(event)} {}

    /// Throws platform::Refusal.
    void run(ota::SmsDownload& download);

private:
    void post(const std::vector<base::Bytes>& messages);

    ota::SmsNetwork& network_;
    hostlink::SmartCard& element_;
    ota::SmsTerminal terminal_;
    Event event_;
};

}  // namespace lab
