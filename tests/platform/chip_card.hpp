/// \file chip_card.hpp
/// A chip as a terminal sees it, with nothing between: for runs by the thousand.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "link/smart_card.hpp"

namespace platform_test {

using base::Tick;

inline constexpr const char* CardId = "00112233445566778899";
inline constexpr const char* Domain = "D27600011855AA0001";
inline constexpr const char* IssuerAid = "A000000151000000";

class ChipCard final : public hostlink::SmartCard {
public:
    static constexpr Tick InsideTicks = 400;

    explicit ChipCard(cardos::ChipOptions options = {})
        : chip{cardos::make_chip(std::move(options))} {}

    base::Bytes power_on() override {
        if (gone) return {};
        if (powered_) power_off();
        chip->contacts_on(now += 10'000);
        chip->contacts().reset(now += 10'000);
        powered_ = true;
        return {0x3B};
    }
    base::Bytes reset() override { return power_on(); }
    void power_off() override {
        chip->contacts_off(now);
        powered_ = false;
    }
    base::Bytes transmit(base::ByteView command) override {
        if (!powered_) return {};
        const unsigned number = ++commands;
        if (number == lose_command) return lost();
        sent_at = now += 10'000;
        const auto taken = chip->contacts().take(command, false, sent_at);
        now = taken.ready;
        if (after) after(number, command, taken.response);
        if (number == cut_command) {
            // Power goes at that step of the memory, told afterwards, as it may be.
            const auto ends = chip->memory().step_ends(sent_at);
            if (cut_step >= ends.size()) return taken.response;
            was_cut = true;
            const Tick at = ends[cut_step] - (cut_inside ? InsideTicks : 0);
            chip->contacts_off(at);
            now = std::max(now, at) + 1;
            powered_ = false;
            return {};
        }
        if (number == lose_answer) return lost();
        return taken.response;
    }

    std::unique_ptr<cardos::Chip> chip;
    Tick now = 0;
    Tick sent_at = 0;
    unsigned commands = 0;      ///< since the card was made
    unsigned lose_command = 0;  ///< the one that never reaches the card
    unsigned lose_answer = 0;   ///< the one whose answer is lost
    unsigned cut_command = 0;   ///< the one during which power goes, at cut_step of the memory
    std::size_t cut_step = 0;
    bool cut_inside = false;  ///< before the step's end
    bool was_cut = false;
    bool gone = false;
    std::function<void(unsigned, base::ByteView, base::ByteView)> after{};

private:
    /// Torn out.
    base::Bytes lost() {
        power_off();
        return {};
    }
    bool powered_ = false;
};

inline base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

/// A card with this diversification data and the test plan's keys.
inline cardos::ChipOptions with_id(const std::string& id) {
    cardos::ChipOptions options;
    options.factory.diversification = hex(id);
    return options;
}

/// Three keys of 16 bytes that count up from `first`, `first` + 10 and `first` + 20.
inline base::Bytes key_bytes(std::uint8_t first) {
    base::Bytes bytes;
    for (unsigned key = 0; key < 3; ++key)
        for (unsigned i = 0; i < 16; ++i)
            bytes.push_back(static_cast<std::uint8_t>(first + 0x10 * key + i));
    return bytes;
}

}  // namespace platform_test
