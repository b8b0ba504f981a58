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
using platform_test::ChipCard;
using services::Fen;

/// The worked example's card, with its manager beside it.
inline cardos::ChipOptions purse_chip(Fen on_card = 1000) {
    cardos::ChipOptions options;
    cardos::preload(options.factory, "purse", lab::worked_purse(on_card));
    cardos::preload(options.factory, "card-manager", lab::worked_manager());
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
    /// What the card manager beside it says.
    Fen beside() {
        card.power_on();
        (void)card.transmit(platform_test::hex("00A4040008D276000118AA700100"));
        const auto answer = base::to_hex(card.transmit(platform_test::hex("805C000204")));
        EXPECT_EQ(answer.size(), 12U) << answer;
        return std::stoll(answer.substr(0, 8), nullptr, 16);
    }
    MoneyLab::Place place(MoneyHop hop = MoneyHop::TerminalBusiness) {
        return lab.terminal(hop, card);
    }

    ChipCard card;
    MoneyLab lab;
};

}  // namespace services_test
