/// \file chip_card.hpp
/// A chip card with several secure elements, shared contacts, an NFC controller and a Bluetooth
/// controller (system D): who talks to which element, and in which mode the card works.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "loader/element.hpp"

namespace loader {

enum class Way : std::uint8_t { Contacts, Bluetooth, Nfc };

/// What D3 asks. Contacts come first: who has put the card into a reader means it.
enum class Mode : std::uint8_t { None, Contact, Bluetooth, Nfc };
/// Example: "contactless, Bluetooth"
[[nodiscard]] std::string_view to_string(Mode mode) noexcept;

/// Each way has one element chosen: the first one when power comes, another one by
///   80 F1 n 00   CHOOSE ELEMENT, answered by the card: 6A88 no such one, 6985 another way has it
///   80 F1 FF 00  how many there are, and which one this way has (FF none)
/// An element belongs to the contacts or to Bluetooth, whoever had it first, and to NFC beside it.
/// Ways do not disturb each other unless they have the same element.
class ChipCard final : public port::ChipPort {
public:
    /// At least one element.
    explicit ChipCard(std::vector<ElementOptions> elements);
    ~ChipCard() override;
    ChipCard(const ChipCard&) = delete;
    ChipCard& operator=(const ChipCard&) = delete;

    // The field and its NFC controller.
    [[nodiscard]] port::Block read(port::BlockAddress block, Tick now) override;
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override;
    void power_lost(Tick at) override { power(Way::Nfc, false, at); }
    void power_up(Tick at) override { power(Way::Nfc, true, at); }
    [[nodiscard]] port::ApduPort* air() noexcept override { return &port(Way::Nfc); }
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override;

    // The contacts.
    void contacts_on(Tick at) override { power(Way::Contacts, true, at); }
    void contacts_off(Tick at) override { power(Way::Contacts, false, at); }
    [[nodiscard]] port::ApduPort& contacts() noexcept override { return port(Way::Contacts); }
    /// Of the element that the contacts have, or would have.
    [[nodiscard]] base::Bytes loader_bytes() override;

    /// The Bluetooth controller is connected, and powers its element from the card's battery.
    void bluetooth_on(Tick at) { power(Way::Bluetooth, true, at); }
    void bluetooth_off(Tick at) { power(Way::Bluetooth, false, at); }
    [[nodiscard]] port::ApduPort& bluetooth() noexcept { return port(Way::Bluetooth); }

    [[nodiscard]] Mode mode() const noexcept;
    [[nodiscard]] Element& element(std::size_t number) { return *elements_.at(number); }
    [[nodiscard]] std::size_t elements() const noexcept { return elements_.size(); }

private:
    class Door;
    struct Line {
        bool powered = false;
        std::optional<std::size_t> chosen{};
        std::unique_ptr<port::ApduPort> door{};
    };

    explicit ChipCard(const ChipCard& other, int);
    void make_doors();
    [[nodiscard]] Line& line(Way way) noexcept { return lines_[static_cast<std::size_t>(way)]; }
    [[nodiscard]] const Line& line(Way way) const noexcept {
        return lines_[static_cast<std::size_t>(way)];
    }
    [[nodiscard]] port::ApduPort& port(Way way) noexcept;
    [[nodiscard]] Element* chosen(Way way) noexcept;
    [[nodiscard]] bool taken(Way way, std::size_t number) const noexcept;
    void power(Way way, bool on, Tick at);
    void give_power(Way way, bool on, Tick at);
    [[nodiscard]] apdu::Response choose(Way way, const apdu::Command& command, Tick at);

    std::vector<std::unique_ptr<Element>> elements_{};
    std::array<Line, 3> lines_{};
};

}  // namespace loader
