#include "flows/os_flows.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "flows/os_scene.hpp"

namespace flows {
namespace {

using End = ota::LoadResult::End;

constexpr Tick FieldGone = 2048;  ///< after which the card knows it

std::string ways_text(Via via) {
    return via == Via::Contacts ? "contacts" : via == Via::Air ? "NFC" : "Bluetooth";
}

/// Which ways a level has.
std::vector<Via> ways(Level level) {
    std::vector<Via> all{Via::Contacts, Via::Air};
    if (level == Level::Tlm) all.push_back(Via::Bluetooth);
    return all;
}

ota::LoaderStatus status(OsScene& scene, Via via) {
    const auto found = scene.host(via).status();
    require(found.has_value(), "no loader answers");
    return *found;
}

std::string status_text(const ota::LoaderStatus& found) {
    return fmt::format("{}, chip {:04X} revision {}, least security version {}, next block {}",
                       to_string(found.state), found.chip_type, found.revision,
                       found.security_version, found.next_block);
}

void no_os(OsScene& scene, Via via, Report& report) {
    const auto select = scene.send(via, "00A4040000");
    require(select == "6E00" || select == "6D00", "SELECT is answered " + select);
    const auto found = status(scene, via);
    report.note(status_text(found));
    require(found.state == ota::LoaderState::NoOs, "the state is not 'no OS'");
}

/// Loads the worked image into what `via` has, and starts it.
std::string load(OsScene& scene, Via via, std::uint8_t element, Report& report) {
    auto host = scene.host(via);
    const auto result = host.load(OsScene::package(), [&](std::size_t done, std::size_t of) {
        report.note(fmt::format("block {} of {}", done, of));
    });
    require(result.end == End::Loaded, "not loaded: " + result.why);
    const auto hash = host.image_hash();
    require(hash && base::to_hex(*hash) == OsScene::image_hash(), "another image lies there");
    scene.choose(via, element);
    return fmt::format("{} blocks", result.sent);
}

void runs(OsScene& scene, Via via) {
    require(scene.os_image(via) == "0102000300000007" + OsScene::image_hash(),
            "not the OS that was loaded");
}

void d1(const FlowOptions& options, Report& report) {
    OsScene scene{options};
    report.step("D1", "an element with an OS identifier", scene.stage(), [&] {
        scene.choose(Via::Contacts, OsScene::WithOs);
        const auto image = scene.os_image(Via::Contacts);
        require(image.starts_with("01000000"), "no OS runs");
        return "its image is whole and signed: the OS runs, version " + image.substr(0, 8);
    });
    report.step("D1", "an element without", scene.stage(), [&] {
        scene.choose(Via::Contacts, OsScene::Empty);
        no_os(scene, Via::Contacts, report);
        return std::string{"no OS can run: the boot code answers"};
    });
    scene.stage().finish();
}

void d2(const FlowOptions& options, Report& report) {
    OsScene scene{options};
    for (const Via via : ways(options.level)) {
        report.step("D2", "the OS talks to a terminal over " + ways_text(via), scene.stage(), [&] {
            scene.choose(via, OsScene::WithOs);
            require(scene.send(via, "00A4040008D276000118AA100100").substr(0, 2) == "6F", "SELECT");
            require(scene.send(via,
                               "8004000003010203"
                               "00") == "0102039000",
                    "ECHO");
            scene.card(via).power_off();
            return std::string{"application selected, data exchanged"};
        });
    }
    scene.stage().finish();
}

void d3(const FlowOptions& options, Report& report) {
    OsScene scene{options};
    for (const Via via : ways(options.level)) {
        const bool contact = via == Via::Contacts;
        report.step("D3", "no OS: which mode, asked over " + ways_text(via), scene.stage(), [&] {
            scene.choose(via, OsScene::Empty);
            no_os(scene, via, report);
            const std::string mode{to_string(scene.pocket().mode())};
            require(mode.starts_with(contact ? "contact" : "contactless") &&
                        mode.starts_with("contactless") != contact,
                    "the mode is " + mode);
            scene.card(via).power_off();
            scene.stage().wait_until(scene.stage().now() + FieldGone);
            require(scene.pocket().mode() == loader::Mode::None, "a mode without a terminal");
            return "mode: " + mode;
        });
    }
    scene.stage().finish();
}

/// An empty element gets its OS over `via`; the one beside it works before and after.
void load_steps(OsScene& scene, Via via, std::uint8_t element, const std::string& id,
                Report& report) {
    report.step(id, "the OS update comes in over " + ways_text(via), scene.stage(), [&] {
        scene.choose(via, element);
        return load(scene, via, element, report);
    });
    report.step("D2", "the new OS", scene.stage(), [&] {
        runs(scene, via);
        require(scene.pocket()
                        .element(element)
                        .vault()
                        .counters(scene.stage().now())
                        .security_version == 7,
                "the least security version has not risen");
        scene.card(via).power_off();
        return std::string{"runs; from now on nothing below security version 7 is accepted"};
    });
}

void d4(const FlowOptions& options, Report& report) {
    OsScene scene{options};
    report.step("D4", "the first terminal finds the card over NFC", scene.stage(), [&] {
        const auto atr = base::to_hex(scene.card(Via::Air).power_on());
        require(atr.find("4C445200") != std::string::npos, "ATS: " + atr);
        return std::string{"its ATS says: boot loader, no OS"};
    });
    load_steps(scene, Via::Air, OsScene::Empty, "D4", report);
    if (options.level == Level::Tlm)
        load_steps(scene, Via::Bluetooth, OsScene::AlsoEmpty, "D4", report);
    scene.bring_to_terminal();
    report.step("D4", "another terminal finds it", scene.stage(), [&] {
        const auto atr = base::to_hex(scene.card(Via::Air).power_on());
        require(!atr.empty() && atr.find("4C4452") == std::string::npos, "ATS: " + atr);
        runs(scene, Via::Air);
        return std::string{"its ATS is that of the OS"};
    });
    scene.stage().finish();
}

void d5(const FlowOptions& options, Report& report) {
    OsScene scene{options};
    report.step("D5", "the second terminal resets the card", scene.stage(), [&] {
        const auto atr = base::to_hex(scene.card(Via::Contacts).power_on());
        require(atr.starts_with("3B97968031FE454C445200010034"), "ATR: " + atr);
        report.note("ATR " + atr);
        return std::string{"its answer to reset says: boot loader, no OS"};
    });
    load_steps(scene, Via::Contacts, OsScene::Empty, "D5", report);
    report.step("D5", "reset", scene.stage(), [&] {
        const auto atr = base::to_hex(scene.card(Via::Contacts).power_on());
        require(atr ==
                    "3BD4950080"
                    "31FE4543534D3127",
                "ATR: " + atr);
        return std::string{"its answer to reset is that of the OS"};
    });
    scene.stage().finish();
}

struct Forgery {
    std::string what;
    ota::OsPackage package;
    apdu::StatusWord sw;
};

std::vector<Forgery> forgeries() {
    std::vector<Forgery> all;
    auto terms = OsScene::terms();
    terms.security_version = 4;
    all.push_back({"an older security version", OsScene::package(terms, OsScene::image()), 0x63F0});
    terms = OsScene::terms();
    terms.chip_type = 0x1235;
    all.push_back({"another chip's", OsScene::package(terms, OsScene::image()), 0x6985});
    auto made = OsScene::package();
    made.head.back() ^= 0x01;
    all.push_back({"a wrong signature", made, 0x6982});
    made = OsScene::package();
    made.head.front() ^= 0x01;
    all.push_back({"no package at all", made, 0x6A80});
    return all;
}

/// Cuts behind each block; what comes after a cut goes on where it was.
std::string cut_and_resume(OsScene& scene, Via via, Report& report) {
    unsigned cuts = 0;
    while (true) {
        auto host = scene.host(via);
        std::size_t stop = 0;
        const auto result = host.load(OsScene::package(), [&](std::size_t done, std::size_t of) {
            if (done == of) return;  // the last one goes through
            stop = done;
            scene.cut(via, scene.stage().now());
        });
        if (result.end == End::Loaded) break;
        require(result.end == End::Lost && ++cuts < 10, "not resumed: " + result.why);
        scene.choose(via, OsScene::WithOs);
        const auto found = status(scene, via);
        require(found.state == ota::LoaderState::Interrupted && found.next_block == stop,
                status_text(found));
        require(scene.send(via, "00A4040000") == "6E00", "part of an OS runs");
        report.note(fmt::format("cut after block {}: {}", stop, status_text(found)));
    }
    scene.choose(via, OsScene::WithOs);
    runs(scene, via);
    return fmt::format("{} cuts, each time loaded on from the block that was due", cuts);
}

void d6(const FlowOptions& options, Report& report) {
    OsScene scene{options};
    const Via via = options.via;
    report.step("D6", "the OS gives its loader control, with its keys", scene.stage(), [&] {
        scene.choose(via, OsScene::WithOs);
        scene.enter_loader(via);
        scene.choose(via, OsScene::WithOs);
        const auto found = status(scene, via);
        require(found.state == ota::LoaderState::Requested, status_text(found));
        return status_text(found);
    });
    report.step("D6", "images that are not authentic, or not for this card", scene.stage(), [&] {
        for (const auto& one : forgeries()) {
            const auto result = scene.host(via).load(one.package);
            require(result.end == End::Refused && result.sw == one.sw, one.what);
            report.note(fmt::format("{}: {:04X}, {}", one.what, result.sw, result.why));
        }
        require(status(scene, via).state == ota::LoaderState::Requested, "something was changed");
        return std::string{"all refused, the old OS is still whole"};
    });
    report.step("D6", "power fails behind each block", scene.stage(),
                [&] { return cut_and_resume(scene, via, report); });
    report.step("D6", "the elements beside it", scene.stage(), [&] {
        for (const auto element : {OsScene::Empty, OsScene::AlsoEmpty}) {
            scene.choose(via, element);
            no_os(scene, via, report);
        }
        return std::string{"are as they were"};
    });
    scene.stage().finish();
}

}  // namespace

std::vector<Flow> os_flows() {
    const std::string contacts = "its card is at the contacts";
    return {
        {"D1", "an element looks for its chip OS", d1, contacts},
        {"D2", "an OS that is there talks to the terminal", d2},
        {"D3", "no OS: the card determines its working mode", d3},
        {"D4",
         "contactless: an OS comes in over NFC or Bluetooth",
         d4,
         {},
         "its ATS says that there is no OS, which an ATQB cannot"},
        {"D5", "contact: an OS comes in behind the answer to reset", d5, contacts},
        {"D6", "authentic images only; interrupted loads go on", d6},
    };
}

}  // namespace flows
