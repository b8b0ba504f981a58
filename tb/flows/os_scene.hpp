/// \file os_scene.hpp
/// What the flows of system D share: a chip card with three secure elements, terminals that it is
/// brought to, and packages of an OS with the worked keys of the fact sheet.
#pragma once

#include <memory>

#include "flows/bluetooth_card.hpp"
#include "flows/flow.hpp"
#include "ota/os_loading.hpp"

namespace flows {

/// Elements 0 and 2 have no OS; 1 left the factory with version 01000000, security version 5.
class OsScene {
public:
    static constexpr std::uint8_t Empty = 0;
    static constexpr std::uint8_t WithOs = 1;
    static constexpr std::uint8_t AlsoEmpty = 2;

    explicit OsScene(const FlowOptions& options);
    explicit OsScene(Level level) : OsScene{FlowOptions{.level = level}} {}

    /// The terminal that the card is at.
    [[nodiscard]] Stage& stage() noexcept { return *stage_; }
    /// The card is taken to another terminal: the NFC controller's ATS is that of its first element
    /// from then on.
    void bring_to_terminal();
    [[nodiscard]] loader::ChipCard& pocket() noexcept { return *card_; }

    /// The card at an interface: Contacts, Air, or Bluetooth, which runs on level Tlm only.
    [[nodiscard]] hostlink::SmartCard& card(Via via);
    /// The same as the host of a boot loader sees it.
    [[nodiscard]] ota::OsLoading host(Via via);
    void cut(Via via, Tick at);
    /// One command, in hex as its answer. Throws CardLost.
    std::string send(Via via, std::string_view apdu);
    /// Powers the interface and gives it the element.
    void choose(Via via, std::uint8_t element);
    /// The OS of the element that this way has gives its loader control.
    void enter_loader(Via via);
    /// Version, security version and hash, as an OS tells them; what is selected is its update
    /// application then. Empty: no OS runs.
    std::string os_image(Via via);

    // Packages: of the worked image, signed and encrypted with the worked keys.
    [[nodiscard]] static ota::OsTerms terms();
    [[nodiscard]] static ota::OsPackage package(const ota::OsTerms& terms, base::ByteView image);
    [[nodiscard]] static ota::OsPackage package() { return package(terms(), image()); }
    /// Byte j is (7 j + 3) mod 256.
    [[nodiscard]] static base::Bytes image(std::size_t bytes = 40);
    /// SHA-256 of the worked image, as the sheet has it.
    [[nodiscard]] static const std::string& image_hash();

private:
    [[nodiscard]] base::Bytes challenge();

    FlowOptions options_;
    std::unique_ptr<loader::ChipCard> card_;
    std::unique_ptr<Stage> stage_{};
    std::unique_ptr<BluetoothInterface> bluetooth_{};
    std::uint64_t challenges_ = 0;
};

}  // namespace flows
