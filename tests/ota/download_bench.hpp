/// \file download_bench.hpp
/// A secure element, its terminal and the business platform with nothing between: for runs by the
/// thousand.
#pragma once

#include <gtest/gtest.h>

#include "../platform/chip_card.hpp"
#include "flows/element_factory.hpp"
#include "lab/business_lab.hpp"
#include "ota/main_control_unit.hpp"
#include "ota/module_commands.hpp"
#include "platform/refusal.hpp"

namespace ota_test {

using ota::Kind;
using platform_test::ChipCard;

class OneIssuer final : public ota::IssuerInterface {
public:
    explicit OneIssuer(ota::ApplicationPackage given) : package{std::move(given)} {}
    ota::ApplicationPackage fetch(const ota::CardRequest& request) override {
        requests.push_back(request);
        return package;
    }
    ota::ApplicationPackage package;
    std::vector<ota::CardRequest> requests{};
};

inline ota::ApplicationPackage transit(std::uint8_t issuer = 1, std::uint32_t balance = 1000,
                                       std::uint32_t version = 1) {
    return flows::purse_package(Kind::OneCard, issuer, balance, "City A transit", version);
}

struct DownloadBench {
    explicit DownloadBench(lab::BusinessLabOptions options = {.https = false, .between = {}})
        : lab{std::move(options)} {
        lab.issuers().connect(Kind::OneCard, issuer);
        card.power_on();
    }

    ota::MainControlUnit unit() {
        return {
            lab.line(), card, lab::BusinessLab::Element,
            [this](const std::string& step, apdu::StatusWord sw) { steps.emplace_back(step, sw); }};
    }
    apdu::Response send(const apdu::Command& command) {
        return apdu::parse_response(card.transmit(command.bytes())).value();
    }
    /// Balance of the purse of this name by its own word; nothing: no such card.
    std::optional<std::uint32_t> balance(base::ByteView aid) {
        if (!send(ota::select(aid)).ok()) return std::nullopt;
        return number(send({0x80, 0x5C, 0x00, 0x02, {}, 4}).data);
    }
    std::optional<ota::ManagedCard> managed(unsigned number) {
        if (!send(ota::select_manager(number)).ok()) return std::nullopt;
        return ota::parse_card(send(ota::get_card()).data);
    }
    static std::uint32_t number(base::ByteView bytes) {
        std::uint32_t value = 0;
        for (const std::uint8_t byte : bytes) value = value << 8 | byte;
        return value;
    }
    /// Everything in the element's registry, by name.
    std::vector<std::string> registry() {
        std::vector<std::string> names;
        for (const auto& entry : card.chip->open().registry().entries())
            names.push_back(base::to_hex(entry.aid.bytes()));
        return names;
    }

    ChipCard card{flows::secure_element(lab::BusinessLab::Element, lab::BusinessLab::keys())};
    OneIssuer issuer{transit()};
    lab::BusinessLab lab;
    std::vector<std::pair<std::string, apdu::StatusWord>> steps{};
};

}  // namespace ota_test
