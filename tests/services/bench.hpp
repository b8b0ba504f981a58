/// \file bench.hpp
/// The card of the worked example around which the laboratory's parties stand.
#pragma once

#include <gtest/gtest.h>

#include "../platform/chip_card.hpp"
#include "lab/money_lab.hpp"

namespace services_test {

using lab::MoneyFault;
using lab::MoneyHop;
using lab::MoneyLab;
using lab::MoneyLabOptions;
using lab::MoneyPlan;
using platform_test::ChipCard;
using services::Fen;

inline std::string number(Fen value) {
    return base::to_hex(
        base::Bytes{static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                    static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
}

/// Keys of section 8 of purse.md; `on_card` fen, online serial 0007, offline serial 002A.
inline cardos::ChipOptions purse_chip(Fen on_card = 1000) {
    const auto key = [](const char* type, const char* index, const char* value) {
        return std::string{"8114"} + type + index + "0100" + value;
    };
    const std::string objects = key("3F", "01", "3CC71C829687C2C2C4B65509F2E70873") +
                                key("3E", "01", "64835FFB0E61363A1B34A6F5D0419A55") +
                                key("34", "00", "798A4F2B936AFAD15981E0F980674FEA") + "820D02" +
                                number(on_card) + "000186A00007002A" + "831F15" +
                                std::string(20, '0') + MoneyLab::Card + "20240101" + "20341231" +
                                "0000";
    cardos::ChipOptions options;
    cardos::preload(options.factory, "purse", platform_test::hex(objects));
    return options;
}

struct Bench {
    explicit Bench(MoneyLabOptions options = {})
        : card{purse_chip(options.on_card)}, lab{std::move(options)} {}

    /// The balance as the card says it when it is powered anew.
    Fen on_card() {
        services::Pos pos{card, services::purse_aid(), {}};
        const auto view = pos.find();
        EXPECT_TRUE(view);
        return view ? view->balance : -1;
    }
    lab::MoneyLab::Place place(MoneyHop hop = MoneyHop::TerminalBusiness) {
        return lab.terminal(hop, card, &manager);
    }

    ChipCard card;
    MoneyLab lab;
    lab::BalanceBeside manager{};
};

}  // namespace services_test
