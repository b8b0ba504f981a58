/// \file apdu_log.hpp
/// What a PC/SC daemon does to a card, as lines of text.
#pragma once

#include <fstream>
#include <string>

#include "link/smart_card.hpp"

namespace cli {

/// A card that notes what is done to it: `on ATR`, `reset ATR`, `off`, `> COMMAND`, `< ANSWER`.
/// Each line is written at once; keys and PINs in commands are hidden (apdu::shown).
class ApduLog final : public hostlink::SmartCard {
public:
    /// `path`: file, or - for standard output. Throws Failure when it cannot be written.
    ApduLog(hostlink::SmartCard& card, const std::string& path);

    base::Bytes power_on() override;
    base::Bytes reset() override;
    void power_off() override;
    base::Bytes transmit(base::ByteView command) override;

private:
    void note(std::string_view what, std::string_view text);

    hostlink::SmartCard* card_;
    std::ofstream file_{};
    std::ostream* out_;
};

}  // namespace cli
