/// \file terminal_card.hpp
/// A card of a file, or of none, on a stage of flows, as the terminal wants it.
#pragma once

#include <memory>
#include <vector>

#include "cli/card_slot.hpp"
#include "flows/stage.hpp"
#include "terminal/card.hpp"
#include "terminal/log.hpp"

namespace cli {

class TerminalCard final : public terminal::Card {
public:
    /// `gate_keys`: what the gate tries after the keys that everybody knows. `log` outlives it.
    TerminalCard(std::unique_ptr<CardSlot> slot, flows::Level level,
                 std::vector<base::SectorKey> gate_keys, terminal::Log& log);

    [[nodiscard]] terminal::Identity identity() const override;
    [[nodiscard]] std::optional<apdu::Response> exchange(const apdu::Command& command) override;
    void power_off() override;
    [[nodiscard]] terminal::GateReading gate(unsigned sector) override;
    [[nodiscard]] base::Tick now() const override { return stage_.now(); }
    void save() override { slot_->save(); }

    /// At the end: throws when an assertion of the RTL has failed or the levels differ.
    void finish();

private:
    [[nodiscard]] bool open(unsigned sector, const base::SectorKey& key, reader::KeyKind kind);
    void note(base::Tick from, const std::string& asked, const std::string& answered,
              std::string bytes = {});

    std::unique_ptr<CardSlot> slot_;
    flows::Stage stage_;
    std::vector<base::SectorKey> keys_;
    terminal::Log& log_;
};

}  // namespace cli
