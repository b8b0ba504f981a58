/// \file download_scene.hpp
/// A mobile terminal with its secure element on a stage, and the business platform with an issuer
/// of each kind.
#pragma once

#include <map>

#include "flows/element_factory.hpp"
#include "flows/flow.hpp"
#include "lab/business_lab.hpp"
#include "ota/main_control_unit.hpp"
#include "ota/module_commands.hpp"

namespace flows {

/// An issuer that has packages ready.
class ShelfIssuer final : public ota::IssuerInterface {
public:
    explicit ShelfIssuer(ota::ApplicationPackage package) : package_{std::move(package)} {}
    [[nodiscard]] ota::ApplicationPackage fetch(const ota::CardRequest& request) override {
        requests.push_back(request);
        return package_;
    }
    /// The next one that it gives.
    void put(ota::ApplicationPackage package) { package_ = std::move(package); }

    std::vector<ota::CardRequest> requests{};

private:
    ota::ApplicationPackage package_;
};

class DownloadScene {
public:
    explicit DownloadScene(const FlowOptions& options, lab::BusinessLabOptions lab = {});

    [[nodiscard]] Stage& stage() noexcept { return stage_; }
    [[nodiscard]] lab::BusinessLab& lab() noexcept { return lab_; }
    [[nodiscard]] ShelfIssuer& issuer(ota::Kind kind) { return issuers_.at(kind); }
    /// Steps become notes of `report`.
    [[nodiscard]] ota::MainControlUnit control_unit(Report& report);

    [[nodiscard]] apdu::Response exchange(const apdu::Command& command) {
        return stage_.exchange(via_, command);
    }
    /// What the manager of a card says; nothing: there is none.
    [[nodiscard]] std::optional<ota::ManagedCard> managed(unsigned card);
    /// Balance of the purse of the card with this AID, by the card itself; nothing: there is no
    /// such card.
    [[nodiscard]] std::optional<std::uint32_t> balance(base::ByteView aid);

private:
    Via via_;
    Stage stage_;
    lab::BusinessLab lab_;
    std::map<ota::Kind, ShelfIssuer> issuers_{};
};

}  // namespace flows
