/// \file chip_card.hpp
/// A real card OS behind the terminal's door, without line and air: a fresh 1K whose sectors 0 to 4
/// it opens, PIN 1234, PUK 12345678.
#pragma once

#include <algorithm>
#include <memory>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "terminal/card.hpp"
#include "terminal/sector_view.hpp"

namespace bench {

inline base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

inline port::Block block(std::string_view text) {
    const base::Bytes bytes = hex(text);
    port::Block made{};
    std::copy(bytes.begin(), bytes.end(), made.begin());
    return made;
}

class ChipCard final : public terminal::Card {
public:
    static constexpr unsigned ServedSectors = 5;

    ChipCard() {
        cardos::ChipOptions options;
        base::Bytes objects =
            hex("840431323334"
                "85083132333435363738");
        for (std::uint8_t sector = 0; sector < ServedSectors; ++sector) {
            objects.insert(objects.end(), {0x81, 0x0D, sector});
            objects.insert(objects.end(), 12, 0xFF);
        }
        cardos::preload(options.factory, "sector-access", objects);
        chip_ = cardos::make_chip(std::move(options));
    }

    [[nodiscard]] terminal::Identity identity() const override {
        return {"Classic 1K", hex("10E2F0A1"), 16, "tlm", "card.nvm"};
    }
    [[nodiscard]] std::optional<apdu::Response> exchange(const apdu::Command& command) override {
        if (gone) return std::nullopt;
        if (!powered_) {
            chip_->contacts_on(now_ += 10'000);
            chip_->contacts().reset(now_ += 10'000);
            powered_ = true;
        }
        sent.push_back(command.bytes());
        if (before) before(command);
        const auto taken = chip_->contacts().take(sent.back(), false, now_ += 10'000);
        now_ = taken.ready;
        return apdu::parse_response(taken.response);
    }
    void power_off() override {
        if (powered_) chip_->contacts_off(now_ += 10'000);
        powered_ = false;
    }
    [[nodiscard]] terminal::GateReading gate(unsigned sector) override {
        terminal::GateReading reading{true, "key A", {}};
        for (unsigned i = 0; i < terminal::blocks_in(sector); ++i)
            reading.blocks.push_back(content(terminal::first_block(sector) + i));
        return reading;
    }
    [[nodiscard]] base::Tick now() const override { return now_; }
    void save() override { ++saves; }

    [[nodiscard]] port::Block content(unsigned number) const {
        return chip_->memory().contents().at(number);
    }
    /// As a gate would.
    void write(unsigned number, const port::Block& data) {
        now_ = chip_->program(static_cast<port::BlockAddress>(number), data, now_ + 10'000).done;
    }

    bool gone = false;
    unsigned saves = 0;
    std::vector<base::Bytes> sent{};                     ///< every command
    std::function<void(const apdu::Command&)> before{};  ///< told each one before the card gets it

private:
    std::unique_ptr<cardos::Chip> chip_;
    base::Tick now_ = 100'000;
    bool powered_ = false;
};

}  // namespace bench
