#include "flows/sector_flows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "flows/sector_scene.hpp"

namespace flows {
namespace {

constexpr std::uint8_t DataBlock = 0;
const base::Bytes Entered{'M', 'O', 'N', 'T', 'H', 'L', 'Y', ' ',
                          'T', 'I', 'C', 'K', 'E', 'T', ' ', '8'};

/// The sector with `data` in its block `block`.
base::Bytes with_block(base::Bytes sector, std::uint8_t block, base::ByteView data) {
    std::copy(data.begin(), data.end(), sector.begin() + block * 16);
    return sector;
}

void view(SectorScene& scene, Report& report, std::string id, std::string title,
          const std::function<void(const base::Bytes&)>& check = {}) {
    report.step(std::move(id), std::move(title), scene.stage(), [&] {
        require(scene.select(), "SELECT");
        const auto sector = require(scene.get_data(), "get data");
        for (auto& line : decoded(sector)) report.note(std::move(line));
        if (check) check(sector);
        return std::string{"permission was given, the sector is shown"};
    });
}

void a1(const FlowOptions& options, Report& report) {
    SectorScene scene{options};
    base::Bytes seen;
    view(scene, report, "A1", "the terminal asks for sector 1 and shows it",
         [&](const base::Bytes& sector) { seen = sector; });
    report.step("A5", "a gate reads the same sector over the air", scene.stage(), [&] {
        require(scene.by_gate() == seen, "gate and terminal do not see the same");
        return std::string{"the same 64 bytes, key A hidden in both"};
    });
    scene.stage().finish();
}

void a2(const FlowOptions& options, Report& report) {
    SectorScene scene{options};
    report.step("A2", "operation key and reference key agree", scene.stage(), [&] {
        require(scene.select(), "SELECT");
        const auto data = require(scene.read_by_password(SectorScene::password()), "read");
        require(data.size() == 66, "07, length, four blocks");
        return std::string{"access"};
    });
    report.step("A2", "a password of other keys", scene.stage(), [&] {
        require(scene.read_by_password(SectorScene::wrong_password()), "read", 0x63E9);
        return std::string{"refused with 63E9, no data"};
    });
    report.step("A2", "somebody changes the reference key over the air", scene.stage(), [&] {
        scene.change_keys_by_gate();
        return std::string{"the sector has a new key A"};
    });
    report.step("A2", "operation key and reference key differ", scene.stage(), [&] {
        // Through the air, the gate's session has ended the terminal's.
        if (options.via == Via::Air) require(scene.select(), "SELECT");
        require(scene.get_data(), "get data", 0x63E9);
        require(scene.read_by_password(SectorScene::password()), "read", 0x63E9);
        return std::string{"refused with 63E9"};
    });
    scene.stage().finish();
}

void a3(const FlowOptions& options, Report& report) {
    SectorScene scene{options};
    base::Bytes before;
    view(scene, report, "A1", "the terminal shows the sector",
         [&](const base::Bytes& sector) { before = sector; });
    report.step("A3", "no modification interface without the PIN", scene.stage(), [&] {
        require(scene.enter(DataBlock, Entered), "enter", apdu::Sw::SecurityNotSatisfied);
        require(scene.modify(), "modify", apdu::Sw::SecurityNotSatisfied);
        return std::string{"6982"};
    });
    report.step("A3", "a wrong PIN is counted", scene.stage(), [&] {
        require(scene.verify("9999"), "VERIFY", 0x63C2);
        require(scene.enter(DataBlock, Entered), "enter", apdu::Sw::SecurityNotSatisfied);
        return std::string{"two tries left, still refused"};
    });
    report.step("A3", "the right PIN opens the modification interface", scene.stage(), [&] {
        require(scene.verify(SectorScene::pin()), "VERIFY");
        return std::string{"permission to modify"};
    });
    report.step("A3", "what the user enters goes to the buffer file", scene.stage(), [&] {
        const auto old = require(scene.read_buffer(DataBlock), "buffer file");
        require(std::equal(old.begin(), old.end(), before.begin()), "no backup in the buffer file");
        require(scene.enter(DataBlock, Entered), "enter");
        require(require(scene.read_buffer(DataBlock), "buffer file") == Entered, "buffer file");
        return std::string{"it held the backup, now it holds the new block"};
    });
    report.step("A3", "the sector is as it was", scene.stage(), [&] {
        require(require(scene.get_data(), "get data") == before, "the sector has changed");
        return std::string{"unchanged"};
    });
    scene.stage().finish();
}

/// Up to the moment before the card changes the sector.
base::Bytes enter(SectorScene& scene, Report& report) {
    base::Bytes before;
    report.step("A3", "PIN, and a new block into the buffer file", scene.stage(), [&] {
        require(scene.select(), "SELECT");
        before = require(scene.get_data(), "get data");
        require(scene.verify(SectorScene::pin()), "VERIFY");
        require(scene.enter(DataBlock, Entered), "enter");
        return std::string{"entered"};
    });
    return before;
}

void a4(const FlowOptions& options, Report& report) {
    SectorScene scene{options};
    const base::Bytes before = enter(scene, report);
    const base::Bytes after = with_block(before, DataBlock, Entered);
    report.step("A4", "the card updates the sector from the buffer file", scene.stage(), [&] {
        require(scene.modify(), "modify");
        require(require(scene.get_data(), "get data") == after, "the sector is not as entered");
        return std::string{"changed as a whole"};
    });
    report.step("A5", "a gate reads the new sector", scene.stage(), [&] {
        require(scene.by_gate() == after, "the gate does not see the new sector");
        return std::string{"it sees the new one"};
    });
    report.step("A6", "the backup takes it back", scene.stage(), [&] {
        if (options.via == Via::Air) {
            // The gate's session has ended the terminal's.
            require(scene.select(), "SELECT");
            require(scene.verify(SectorScene::pin()), "VERIFY");
        }
        require(scene.restore(), "restore");
        require(require(scene.get_data(), "get data") == before, "the old sector is not back");
        return std::string{"the old sector is back"};
    });
    scene.stage().finish();
}

void a5(const FlowOptions& options, Report& report) {
    SectorScene scene{options};
    const base::Bytes before = enter(scene, report);
    const base::Bytes after = with_block(before, DataBlock, Entered);
    base::Bytes seen;
    const auto gate_reads = [&](std::size_t from, std::size_t to) {
        for (std::size_t block = from; block < to; ++block) {
            const auto read = scene.read_by_gate(block);
            seen.insert(seen.end(), read.begin(), read.end());
        }
    };
    report.step("A5", "a gate begins to read the sector", scene.stage(), [&] {
        scene.open_by_gate();
        gate_reads(0, 2);
        return std::string{"it has half of it"};
    });
    report.step("A5", "meanwhile the terminal wants to change it", scene.stage(), [&] {
        require(scene.modify(), "modify", 0x63F3);
        require(scene.get_data(), "get data", 0x63F3);
        return std::string{"refused with 63F3"};
    });
    report.step("A5", "the gate goes on, and halts the card", scene.stage(), [&] {
        gate_reads(2, SectorScene::Blocks);
        require(seen == before, "the gate saw mixed data");
        scene.end_by_gate();
        return std::string{"it has the old sector, nothing mixed"};
    });
    report.step("A4", "the terminal tries again", scene.stage(), [&] {
        require(scene.modify(), "modify");
        return std::string{"changed"};
    });
    report.step("A5", "the gate reads again", scene.stage(), [&] {
        require(scene.by_gate() == after, "the gate does not see the new sector");
        return std::string{"it has the new sector"};
    });
    scene.stage().finish();
}

/// What a cut left, and that the backup brings back the old sector.
bool changed_after_cut(SectorScene& scene, const base::Bytes& before, const base::Bytes& after) {
    require(scene.select(), "SELECT");
    const auto now = require(scene.get_data(), "get data");
    require(now == before || now == after, "the sector is neither old nor new");
    require(scene.verify(SectorScene::pin()), "VERIFY");
    require(scene.restore(), "restore");
    require(require(scene.get_data(), "get data") == before, "the old sector is not back");
    return now == after;
}

void a6(const FlowOptions& options, Report& report) {
    SectorScene scene{options};
    const base::Bytes before = enter(scene, report);
    const base::Bytes after = with_block(before, DataBlock, Entered);
    Tick took = 0;
    report.step("A6", "power fails before the card changes the sector", scene.stage(), [&] {
        scene.stage().card(options.via).power_off();
        require(!changed_after_cut(scene, before, after), "the sector has changed");
        return std::string{"the old sector; the backup holds it too"};
    });
    report.step("A4", "undisturbed", scene.stage(), [&] {
        require(scene.enter(DataBlock, Entered), "enter");
        const Tick begin = scene.stage().now();
        require(scene.modify(), "modify");
        took = scene.stage().now() - begin;
        require(scene.restore(), "restore");
        return fmt::format("takes {} ticks", took);
    });
    constexpr unsigned Cuts = 12;
    report.step("A6", fmt::format("power fails at {} moments of the change", Cuts), scene.stage(),
                [&] {
                    unsigned changed = 0;
                    for (unsigned i = 1; i <= Cuts; ++i) {
                        require(scene.enter(DataBlock, Entered), "enter");
                        scene.stage().cut(options.via, scene.stage().now() + took * i / (Cuts + 1));
                        try {
                            (void)scene.modify();
                            throw FlowFailure{"the card answers without power"};
                        } catch (const CardLost&) {
                            // As it must: nobody knows whether the sector has changed.
                        }
                        changed += changed_after_cut(scene, before, after) ? 1 : 0;
                    }
                    return fmt::format(
                        "{} times the old sector, {} times the new one, never "
                        "anything else; the backup always brings the old one back",
                        Cuts - changed, changed);
                });
    scene.stage().finish();
}

}  // namespace

std::vector<Flow> sector_flows() {
    const std::string gate = "a gate reads cards of type A";
    return {
        {"A1", "view: a terminal shows the sector that a gate reads", a1, {}, gate},
        {"A2", "permission: operation key and reference key", a2, {}, gate},
        {"A3", "modify, device side: PIN, modification interface, buffer file", a3},
        {"A4", "modify, card side: from the buffer file to the sector, and back", a4, {}, gate},
        {"A5", "both interfaces at once: nobody sees mixed data", a5,
         "the gate has it, the terminal is at the contacts", gate},
        {"A6", "power fails at any moment: old or new, and the backup", a6},
    };
}

}  // namespace flows
