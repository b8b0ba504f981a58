#include "flows/download_scene.hpp"

#include <fmt/format.h>

namespace flows {
DownloadScene::DownloadScene(const FlowOptions& options, lab::BusinessLabOptions lab)
    : via_{options.via},
      stage_{stage_options(options),
             secure_element(lab::BusinessLab::Element, lab::BusinessLab::keys())},
      lab_{std::move(lab)} {
    const auto connect = [&](ota::Kind kind, std::uint8_t number, const char* business) {
        const auto made =
            issuers_.emplace(kind, ShelfIssuer{purse_package(kind, number, 1000, business)});
        lab_.issuers().connect(kind, made.first->second);
    };
    connect(ota::Kind::OneCard, 1, "City A transit");
    connect(ota::Kind::Bank, 2, "Bank of B");
    connect(ota::Kind::Merchant, 3, "Coffee at C");
}

ota::MainControlUnit DownloadScene::control_unit(Report& report) {
    return {lab_.line(), stage_.card(via_), lab::BusinessLab::Element,
            [&report](const std::string& step, apdu::StatusWord sw) {
                report.note(fmt::format("{}: {:04X}", step, sw));
            }};
}

std::optional<ota::ManagedCard> DownloadScene::managed(unsigned card) {
    if (!exchange(ota::select_manager(card)).ok()) return std::nullopt;
    return ota::parse_card(require(exchange(ota::get_card()), "GET CARD"));
}

std::optional<std::uint32_t> DownloadScene::balance(base::ByteView aid) {
    if (!exchange(ota::select(aid)).ok()) return std::nullopt;
    const auto data = require(exchange({0x80, 0x5C, 0x00, 0x02, {}, 4}), "GET BALANCE");
    std::uint32_t value = 0;
    for (const std::uint8_t byte : data) value = value << 8 | byte;
    return value;
}

}  // namespace flows
