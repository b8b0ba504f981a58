/// \file sms_terminal.hpp
/// The mobile terminal's part in short messages: what is for the card goes there by ENVELOPE, and
/// what the card wants to send goes out (3GPP TS 31.111).
#pragma once

#include <functional>
#include <vector>

#include "link/smart_card.hpp"
#include "ota/short_message.hpp"

namespace ota {

class SmsTerminal {
public:
    /// `element` is powered and outlives it.
    explicit SmsTerminal(hostlink::SmartCard& element) : element_{element} {}

    /// An SMS-DELIVER from the network. What goes out because of it, SMS-SUBMIT each; a
    /// SMS-DELIVER-REPORT's user data would be the network's business and is not told.
    [[nodiscard]] std::vector<base::Bytes> deliver(base::ByteView tpdu);
    /// False once the element gave no answer, until it is powered on again.
    [[nodiscard]] bool element_answers() const noexcept { return answers_; }
    void element_is_back() noexcept { answers_ = true; }

private:
    [[nodiscard]] apdu::Response send(const apdu::Command& command);

    hostlink::SmartCard& element_;
    bool answers_ = true;
};

}  // namespace ota
