#include "cli/terminal_card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/failure.hpp"
#include "terminal/views_json.hpp"

namespace cli {
namespace {

using reader::KeyKind;
using reader::Status;

/// Of delivery, of the application directory, of NDEF sectors.
const std::vector<base::SectorKey> KnownKeys{
    base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
    base::SectorKey{{0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5}},
    base::SectorKey{{0xD3, 0xF7, 0xD3, 0xF7, 0xD3, 0xF7}},
};

/// After that the card has lost the field's power for certain (docs/choices.md, Power).
constexpr base::Tick PowerGone = 4096;

flows::StageOptions stage_options(const CardSlot& slot, flows::Level level) {
    flows::StageOptions options;
    options.level = level;
    options.profile = slot.profile();
    return options;
}

CardSlot& with_contacts(CardSlot& slot) {
    if (slot.chip() == nullptr)
        throw Failure{WrongUse, fmt::format("{}: this card has no contacts; `cartouche new --chip` "
                                            "makes one that has, --card lends an image some",
                                            slot.path().string())};
    return slot;
}

unsigned sectors_of(port::CardKind kind) {
    if (kind == port::CardKind::Mini) return 5;
    return kind == port::CardKind::Classic1k ? 16 : 40;
}

std::string name_of(KeyKind kind) { return kind == KeyKind::A ? "key A" : "key B"; }

}  // namespace

TerminalCard::TerminalCard(std::unique_ptr<CardSlot> slot, flows::Level level,
                           std::vector<base::SectorKey> gate_keys, terminal::Log& log)
    : slot_{std::move(slot)},
      stage_{stage_options(*slot_, level), *with_contacts(*slot_).chip()},
      keys_{KnownKeys},
      log_{log} {
    keys_.insert(keys_.end(), gate_keys.begin(), gate_keys.end());
}

terminal::Identity TerminalCard::identity() const {
    const port::CardProfile& profile = slot_->profile();
    return {to_string(profile.kind), profile.uid, sectors_of(profile.kind),
            flows::to_string(stage_.level()), slot_->path().filename().string()};
}

std::optional<apdu::Response> TerminalCard::exchange(const apdu::Command& command) {
    try {
        return stage_.exchange(flows::Via::Contacts, command);
    } catch (const flows::CardLost&) {
        return std::nullopt;
    }
}

void TerminalCard::power_off() { stage_.card(flows::Via::Contacts).power_off(); }

void TerminalCard::note(base::Tick from, const std::string& asked, const std::string& answered,
                        std::string bytes) {
    const base::Tick to = stage_.now();
    using Way = terminal::Traffic::Way;
    log_.add({0, Way::Air, "gate", from, to, {}, asked});
    log_.add({0, Way::Air, "card", to, to, std::move(bytes), answered});
}

bool TerminalCard::open(unsigned sector, const base::SectorKey& key, KeyKind kind) {
    const base::Tick from = stage_.now();
    const Status status =
        stage_.gate().open(static_cast<std::uint8_t>(terminal::first_block(sector)), key, kind);
    note(from, fmt::format("find the card, open sector {} with {}", sector, name_of(kind)),
         status == Status::Ok ? "open" : "refused, " + std::string{to_string(status)});
    return status == Status::Ok;
}

terminal::GateReading TerminalCard::gate(unsigned sector) {
    terminal::GateReading reading;
    reading.reader = "The gate knows none of this sector's keys.";
    const unsigned count = terminal::blocks_in(sector);
    if (sector >= identity().sectors) return reading;
    // The fuller reading counts: key B may read what key A may not.
    std::size_t most = 0;
    for (const KeyKind kind : {KeyKind::A, KeyKind::B}) {
        const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const auto& candidate) {
            return open(sector, candidate, kind);
        });
        if (key == keys_.end()) continue;
        terminal::GateReading now{true, name_of(kind), {}};
        bool is_open = true;
        for (unsigned index = 0; index < count; ++index) {
            if (!is_open && !(is_open = open(sector, *key, kind))) break;
            const base::Tick from = stage_.now();
            const unsigned number = terminal::first_block(sector) + index;
            const auto answer = stage_.gate().read(static_cast<std::uint8_t>(number));
            is_open = answer.status == Status::Ok;
            std::optional<port::Block> block;
            if (is_open && answer.data.size() == terminal::BlockBytes) {
                block.emplace();
                std::copy(answer.data.begin(), answer.data.end(), block->begin());
            }
            note(from, fmt::format("read block {}", number),
                 block ? "done" : "refused, " + std::string{to_string(answer.status)},
                 block ? terminal::block_text(*block, index + 1 == count) : std::string{});
            now.blocks.push_back(block);
        }
        now.blocks.resize(count);
        const auto got = static_cast<std::size_t>(std::count_if(
            now.blocks.begin(), now.blocks.end(), [](const auto& b) { return b.has_value(); }));
        if (got > most || !reading.opened) {
            most = got;
            reading = std::move(now);
        }
        if (most == count) break;
    }
    const base::Tick from = stage_.now();
    stage_.gate().leave();
    stage_.wait_until(stage_.now() + PowerGone);
    note(from, "field off", "gone from the field");
    return reading;
}

void TerminalCard::finish() {
    stage_.finish();
    slot_->check();
}

}  // namespace cli
