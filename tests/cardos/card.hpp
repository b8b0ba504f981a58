/// \file card.hpp
/// A chip on the bench: APDUs in hex, over one of its interfaces.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"

namespace bench {

using base::Tick;

inline base::Bytes hex(std::string_view text) {
    const auto bytes = base::from_hex(text);
    EXPECT_TRUE(bytes) << text;
    return bytes.value_or(base::Bytes{});
}

/// Powered over its contacts, clock running on.
class Card {
public:
    explicit Card(std::unique_ptr<cardos::Chip> made) : chip{std::move(made)} { on(); }
    explicit Card(cardos::ChipOptions options = {}) : Card{cardos::make_chip(std::move(options))} {}
    /// An independent one in the same state, powered anew.
    Card(const Card& other)
        : chip{dynamic_cast<cardos::Chip*>(other.chip->clone().release())}, now{other.now} {
        chip->contacts_off(now);
        on();
    }

    void on() {
        chip->contacts_on(now += 10'000);
        chip->contacts().reset(now += 10'000);
    }
    /// The supply goes away at `at`, and comes back.
    void cut(Tick at) {
        chip->contacts_off(at);
        now = std::max(now, at);
        on();
    }
    /// Off and on, long after everything is done.
    void restart() { cut(now); }

    /// The answer in hex, data and status.
    std::string send(std::string_view apdu) { return base::to_hex(answer(hex(apdu))); }
    base::Bytes answer(base::ByteView apdu) {
        sent_at = now += 10'000;
        const auto taken = chip->contacts().take(apdu, false, sent_at);
        now = ready_at = taken.ready;
        return taken.response;
    }
    /// How long the last command took.
    [[nodiscard]] Tick took() const { return ready_at - sent_at; }

    std::string select(std::string_view aid) {
        const auto bytes = hex(aid);
        base::Bytes command{0x00, 0xA4, 0x04, 0x00, static_cast<std::uint8_t>(bytes.size())};
        command.insert(command.end(), bytes.begin(), bytes.end());
        command.push_back(0);
        return base::to_hex(answer(command));
    }

    std::unique_ptr<cardos::Chip> chip;
    Tick now = 0;
    Tick sent_at = 0;
    Tick ready_at = 0;
};

inline std::string status(const std::string& answer) {
    return answer.size() < 4 ? answer : answer.substr(answer.size() - 4);
}

constexpr std::string_view TestApplication = "D276000118AA1001";
constexpr std::string_view Purse = "D276000118AA3001";
constexpr std::string_view SectorAccess = "D276000118AA4001";

}  // namespace bench
