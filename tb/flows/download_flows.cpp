#include "flows/download_flows.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "flows/download_scene.hpp"
#include "lab/sms_line.hpp"
#include "platform/refusal.hpp"

namespace flows {
namespace {

using ota::Kind;

template <typename Call>
std::string refused(const std::string& code, Call call) {
    try {
        call();
    } catch (const platform::Refusal& refusal) {
        require(refusal.code() == code, "refused for another reason: " + refusal.code());
        return std::string{"refused: "} + refusal.what();
    }
    throw FlowFailure{"it was not refused"};
}

void expect_card(DownloadScene& scene, Kind kind, unsigned number, std::uint32_t balance) {
    const auto package = scene.issuer(kind).fetch({});
    const auto managed = scene.managed(number);
    require(managed.has_value(), "there is no card manager");
    require(managed->aid == package.instance && managed->business == package.business &&
                managed->version == package.version && managed->kind == kind,
            "the manager speaks of another card");
    require(managed->purse == balance, "the manager's balance is not the card's");
    require(scene.balance(package.instance) == balance, "the card has another balance");
}

void b1(const FlowOptions& options, Report& report) {
    DownloadScene scene{options};
    report.step("B1", "the module does nothing for who has no right", scene.stage(), [&] {
        require(scene.exchange(ota::select_module()), "SELECT");
        require(scene.exchange(ota::determine_target(Kind::OneCard)), "DETERMINE TARGET",
                apdu::Sw::SecurityNotSatisfied);
        return std::string{"6982"};
    });
    report.step("B1", "the platform gives the right, and the module opens", scene.stage(), [&] {
        auto unit = scene.control_unit(report);
        unit.open_module();
        return std::string{"keys of this session only; the issuer's stay with the platform"};
    });
    report.step("B1", "a terminal asks for somebody else's element", scene.stage(), [&] {
        return refused("not-yours", [&] {
            scene.lab().line().call(
                {{"do", "download"}, {"element", "00000000000000000000"}, {"kind", "bank"}});
        });
    });
    report.step("B1", "a recorded offer of the element opens nothing twice", scene.stage(), [&] {
        auto unit = scene.control_unit(report);
        unit.open_module();
        const auto again = scene.exchange({0x80, 0x82, 0x33, 0x00, base::Bytes(16), {}});
        require(!again.ok(), "EXTERNAL AUTHENTICATE ran without an offer");
        return fmt::format("refused with {:04X}", again.sw);
    });
    scene.stage().finish();
}

void b2(const FlowOptions& options, Report& report) {
    DownloadScene scene{options};
    auto unit = scene.control_unit(report);
    report.step("B2", "the user wants a transit card", scene.stage(), [&] {
        unit.open_module();
        unit.download(Kind::OneCard);
        const auto& request = scene.issuer(Kind::OneCard).requests.at(0);
        require(request.card == 1 && request.element == lab::BusinessLab::Element &&
                    request.installed.empty(),
                "the platform heard of another card");
        return std::string{"the module chose card 1; the platform alone could read that"};
    });
    report.step("B2", "the next kind goes to the next card", scene.stage(), [&] {
        unit.download(Kind::Bank);
        require(scene.issuer(Kind::Bank).requests.at(0).card == 2, "not card 2");
        return std::string{"card 2"};
    });
    scene.stage().finish();
}

void b3(const FlowOptions& options, Report& report) {
    DownloadScene scene{options};
    for (const Kind kind : {Kind::OneCard, Kind::Bank, Kind::Merchant})
        report.step("B3", fmt::format("a {} card, through its issuer's interface", to_string(kind)),
                    scene.stage(), [&] {
                        auto unit = scene.control_unit(report);
                        const auto done = unit.download(kind);
                        require(scene.issuer(kind).requests.size() == 1, "it was asked twice");
                        expect_card(scene, kind, done.at("card").get<unsigned>(), 1000);
                        return scene.managed(done.at("card").get<unsigned>())->business;
                    });
    scene.stage().finish();
}

void b4(const FlowOptions& options, Report& report) {
    DownloadScene scene{options};
    report.step("B4", "reset, answer to reset, package in blocks, install", scene.stage(), [&] {
        auto unit = scene.control_unit(report);
        const auto done = unit.download(Kind::OneCard);
        expect_card(scene, Kind::OneCard, 1, 1000);
        return "the target card answered its reset with " + done.at("atr").get<std::string>();
    });
    report.step(
        "B4", "there is money on it: another city's card does not replace it", scene.stage(), [&] {
            scene.issuer(Kind::OneCard).put(purse_package(Kind::OneCard, 4, 0, "City D transit"));
            auto unit = scene.control_unit(report);
            auto told = refused("money", [&] { unit.download(Kind::OneCard); });
            require(scene.balance(base::from_hex("D276000118AB0101").value()) == 1000U,
                    "the old card is gone");
            return told;
        });
    report.step("B4", "an empty card is exchanged for another city's", scene.stage(), [&] {
        auto unit = scene.control_unit(report);
        scene.issuer(Kind::Bank).put(purse_package(Kind::Bank, 5, 0, "Bank of E"));
        unit.download(Kind::Bank);
        scene.issuer(Kind::Bank).put(purse_package(Kind::Bank, 6, 700, "Bank of F"));
        const auto done = unit.download(Kind::Bank);
        require(done.at("card") == 2, "it is another card");
        expect_card(scene, Kind::Bank, 2, 700);
        require(!scene.balance(base::from_hex("D276000118AB0501").value()),
                "the old card is still there");
        return std::string{"the new card is in its place"};
    });
    report.step("B4", "the same package again", scene.stage(), [&] {
        auto unit = scene.control_unit(report);
        unit.download(Kind::Bank);
        expect_card(scene, Kind::Bank, 2, 700);
        return std::string{"nothing to do"};
    });
    scene.stage().finish();
}

/// One download over short messages; what it took, in words.
std::string over_sms(DownloadScene& scene, const FlowOptions& options, Kind kind,
                     const ota::SmsFaults& faults, std::uint64_t& counter) {
    ota::SmsNetwork network{7, faults};
    auto& element = scene.stage().card(options.via);
    require(!element.power_on().empty(), "no secure element");
    ota::SmsDownload download{scene.lab().business().download(lab::BusinessLab::Element, kind),
                              lab::BusinessLab::keys().packets, [&] { return ++counter; }};
    lab::SmsLine{network, element}.run(download);
    return fmt::format("{} messages, {} faults", network.messages(), network.faults());
}

void b5(const FlowOptions& options, Report& report) {
    DownloadScene scene{options};
    std::uint64_t counter = 0;
    report.step("B5", "a transit card by short messages", scene.stage(), [&] {
        auto told = over_sms(scene, options, Kind::OneCard, {}, counter);
        expect_card(scene, Kind::OneCard, 1, 1000);
        return told;
    });
    report.step("B5", "a bank card, messages lost, repeated and out of order", scene.stage(), [&] {
        auto told = over_sms(scene, options, Kind::Bank,
                             {.lost = 48, .repeated = 48, .delayed = 64}, counter);
        expect_card(scene, Kind::Bank, 2, 1000);
        return told;
    });
    report.step("B5", "a merchant's card over IP", scene.stage(), [&] {
        auto unit = scene.control_unit(report);
        unit.download(Kind::Merchant);
        expect_card(scene, Kind::Merchant, 3, 1000);
        return std::string{"the same download, another transport"};
    });
    scene.stage().finish();
}

}  // namespace

std::vector<Flow> download_flows() {
    return {{"B1", "the platform gives a terminal the right to talk to its secure element", b1},
            {"B2", "a download is asked for, and the module chooses the target card", b2},
            {"B3", "the platform fetches the package from the issuer and seals it", b3},
            {"B4", "blocks, then install: a card by download, and exchanged for another", b4},
            {"B5", "the same by short messages that get lost, and by IP", b5}};
}

}  // namespace flows
