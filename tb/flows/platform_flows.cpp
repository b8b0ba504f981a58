#include "flows/platform_flows.hpp"

#include <fmt/format.h>

#include "apdu/tlv.hpp"
#include "base/hex.hpp"
#include "flows/platform_scene.hpp"
#include "platform/card_commands.hpp"
#include "platform/refusal.hpp"

namespace flows {
namespace {

constexpr unsigned Personalized = 0x0F;
constexpr platform::Seconds MoreThanAYear = 366LL * 24 * 3600;

/// The same keys, tried under the version that the domain has: under another there are none.
platform::KeySet as_version(platform::KeySet keys, const platform::KeySet& present) {
    keys.version = present.version;
    return keys;
}

/// Whether the card looked at the cryptogram or the MAC, and found it wrong: which comes first is
/// left open.
bool judged(const Probe& probe) {
    return probe.sw == apdu::Sw::VerificationFailed || probe.sw == apdu::Sw::SecurityNotSatisfied;
}

/// The domain opens with the last keys drawn and with none before.
std::string opens_with_last_only(PlatformScene& scene, const std::string& domain) {
    const auto& sets = scene.drawn(domain);
    require(scene.probe(domain, sets.back()).opened, "the domain does not open with its new keys");
    for (std::size_t i = 0; i + 1 < sets.size(); ++i) {
        const Probe old = scene.probe(domain, as_version(sets[i], sets.back()));
        require(!old.proved && !old.opened, "the domain still opens with old keys");
        require(judged(old), "the card did not judge the old keys");
    }
    return fmt::format("{} opens it, {} older {} refused", platform::check_values(sets.back()),
                       sets.size() - 1, sets.size() == 2 ? "is" : "are");
}

/// The platform's active keys are the ones that the card has.
void agrees(platform::Office& office, PlatformScene& scene, const std::string& domain) {
    const auto checks = office.database.transaction([&](soci::session& sql) {
        return office.keys.active_checks(sql, {PlatformScene::Card, domain});
    });
    require(checks == platform::check_values(scene.drawn(domain).back()),
            "the platform's record is not what the card has");
    require(!office.audit.first_fault(office.database), "the audit log is broken");
}

/// What `action` throws as Refusal; FlowFailure when it does not.
std::string refused(const std::string& what, const std::function<void()>& action) {
    try {
        action();
    } catch (const platform::Refusal& refusal) {
        return refusal.what();
    }
    throw FlowFailure{what + " was not refused"};
}

void create(PlatformScene& scene, Report& report, const std::string& domain = OwnDomain) {
    report.step("C1", "the issuer's terminal: make the domain, load initial keys, replace them",
                scene.stage(), [&] {
                    const auto result = scene.run(report, Hop::IssuerTerminal, "create", domain);
                    return "new keys " + result.at("checks").get<std::string>();
                });
}

void download(PlatformScene& scene, Report& report) {
    report.step("C2", "a user at the provider's terminal asks for the application", scene.stage(),
                [&] {
                    const auto result =
                        scene.run(report, Hop::ProviderTerminal, "download", ProviderDomain);
                    return "the provider's keys " + result.at("checks").get<std::string>();
                });
}

void c1(const FlowOptions& options, Report& report) {
    for (const bool scp02 : {false, true}) {
        PlatformScene scene{options, scp02};
        create(scene, report);
        report.step("C1", scp02 ? "what the domain is now, SCP02" : "what the domain is now, SCP03",
                    scene.stage(), [&] {
                        require(scene.state(OwnDomain) == Personalized, "it is not PERSONALIZED");
                        agrees(scene.lab().issuer_office(), scene, OwnDomain);
                        return "PERSONALIZED; " + opens_with_last_only(scene, OwnDomain);
                    });
        scene.stage().finish();
    }
}

/// The provider's domain comes with a key pair: no key is handed over.
void c2_with_scp10(const FlowOptions& options, Report& report, reader::Scp10Option option) {
    PlatformScene scene{options, false, platform::Scp10Terms{option}};
    const char* how = option == reader::Scp10Option::KeyAgreement ? "SCP10, key agreement"
                                                                  : "SCP10, key transport";
    report.step("C2", fmt::format("{}: a user at the provider's terminal asks", how), scene.stage(),
                [&] {
                    const auto result =
                        scene.run(report, Hop::ProviderTerminal, "download", ProviderDomain);
                    return "the provider's keys " + result.at("checks").get<std::string>();
                });
    report.step("C2", fmt::format("{}: the domain is the provider's alone", how), scene.stage(),
                [&] {
                    require(scene.state(ProviderDomain) == Personalized, "it is not PERSONALIZED");
                    agrees(scene.lab().provider_office(), scene, ProviderDomain);
                    // drawn: only the provider's.
                    require(scene.drawn(ProviderDomain).size() == 1, "the issuer has drawn keys");
                    return opens_with_last_only(scene, ProviderDomain);
                });
    report.step("C5", fmt::format("{}: the issuer platform tries to enter", how), scene.stage(),
                [&] {
                    const auto trouble = scene.issuer_shut_out(ProviderDomain);
                    require(!trouble.empty(), "the issuer's trust point opens the domain");
                    return trouble;
                });
    scene.stage().finish();
}

/// The issuer's initial keys are handed over.
void c2_with_initial_keys(const FlowOptions& options, Report& report) {
    PlatformScene scene{options};
    download(scene, report);
    report.step("C2", "the domain is the provider's alone", scene.stage(), [&] {
        require(scene.state(ProviderDomain) == Personalized, "it is not PERSONALIZED");
        agrees(scene.lab().provider_office(), scene, ProviderDomain);
        // drawn: the issuer's initial keys, then the provider's.
        return opens_with_last_only(scene, ProviderDomain);
    });
    report.step("C5", "the provider tries the issuer's domain", scene.stage(), [&] {
        const Probe tried = scene.probe(
            IssuerDomain, as_version(scene.drawn(ProviderDomain).back(), scene.issuer_keys()));
        require(!tried.opened && judged(tried), "the provider is in the issuer's domain");
        return fmt::format("refused with {:04X}", tried.sw);
    });
    report.step("C5", "the issuer platform has no keys of the domain", scene.stage(), [&] {
        auto& office = scene.lab().issuer_office();
        const auto left = office.database.transaction([&](soci::session& sql) {
            return office.keys.usable(sql, {PlatformScene::Card, ProviderDomain}).size();
        });
        require(left == 0, "the issuer has kept the initial keys");
        return refused("an update through the issuer's terminal",
                       [&] { scene.run(report, Hop::IssuerTerminal, "update", ProviderDomain); });
    });
    scene.stage().finish();
}

void c2(const FlowOptions& options, Report& report) {
    c2_with_initial_keys(options, report);
    for (const auto option : {reader::Scp10Option::KeyAgreement, reader::Scp10Option::KeyTransport})
        c2_with_scp10(options, report, option);
}

/// The new set counts its challenges from the beginning.
std::string counter_of(PlatformScene& scene, const std::string& domain) {
    const Probe probe = scene.probe(domain, scene.drawn(domain).back());
    require(probe.opened, "the domain does not open with its new keys");
    return base::to_hex(probe.counter);
}

void c3(const FlowOptions& options, Report& report) {
    PlatformScene scene{options};
    create(scene, report);
    report.step("C3", "nothing is due before its time", scene.stage(), [&] {
        require(scene.due(Hop::IssuerTerminal).empty(), "something is due");
        const auto result = scene.run(report, Hop::IssuerTerminal, "update", OwnDomain);
        return result.at("result").get<std::string>();
    });
    report.step("C3", "a year later the keys have expired", scene.stage(), [&] {
        scene.pass(MoreThanAYear);
        require(scene.due(Hop::IssuerTerminal) == std::vector<std::string>{OwnDomain},
                "the domain is not due");
        const auto result = scene.run(report, Hop::IssuerTerminal, "update", OwnDomain);
        return "new keys " + result.at("checks").get<std::string>();
    });
    report.step("C3", "old keys, counter, record", scene.stage(), [&] {
        // 000001 was the platform's own look at the new keys.
        require(counter_of(scene, OwnDomain) == "000002", "the counter did not start again");
        agrees(scene.lab().issuer_office(), scene, OwnDomain);
        require(scene.due(Hop::IssuerTerminal).empty(), "it is still due");
        return opens_with_last_only(scene, OwnDomain);
    });
    scene.stage().finish();
}

void c4(const FlowOptions& options, Report& report) {
    PlatformScene scene{options};
    download(scene, report);
    report.step(
        "C4", "an operator forces new keys; the card comes to the provider's terminal",
        scene.stage(), [&] {
            scene.lab().provider().force({PlatformScene::Card, ProviderDomain});
            require(scene.due(Hop::ProviderTerminal) == std::vector<std::string>{ProviderDomain},
                    "the domain is not due");
            const auto result = scene.run(report, Hop::ProviderTerminal, "update", ProviderDomain);
            return "new keys " + result.at("checks").get<std::string>();
        });
    report.step("C4", "old keys, counter, record", scene.stage(), [&] {
        require(counter_of(scene, ProviderDomain) == "000002", "the counter did not start again");
        agrees(scene.lab().provider_office(), scene, ProviderDomain);
        return opens_with_last_only(scene, ProviderDomain);
    });
    scene.stage().finish();
}

void c5(const FlowOptions& options, Report& report) {
    PlatformScene scene{options};
    create(scene, report);
    download(scene, report);
    const auto own_keys = [&](const std::string& domain) { return scene.drawn(domain).back(); };
    report.step("C5", "each owner at the other's domain", scene.stage(), [&] {
        const Probe provider = scene.probe(OwnDomain, own_keys(ProviderDomain));
        const Probe issuer = scene.probe(ProviderDomain, own_keys(OwnDomain));
        const Probe root =
            scene.probe(ProviderDomain, as_version(scene.issuer_keys(), own_keys(ProviderDomain)));
        for (const auto* stranger : {&provider, &issuer, &root})
            require(!stranger->opened && judged(*stranger), "a stranger got in");
        return fmt::format("refused with {:04X}, {:04X}, {:04X}", provider.sw, issuer.sw, root.sw);
    });
    report.step("C5", "the issuer brings keys into the provider's domain", scene.stage(), [&] {
        Probe issuer = scene.probe(IssuerDomain, scene.issuer_keys());
        require(issuer.opened, "the issuer's domain does not open");
        const auto answer =
            lab::send(scene.card(), issuer, platform::install_for_personalization(ProviderDomain));
        require(answer && !answer->ok(), "INSTALL [for personalization] ran");
        return fmt::format("refused with {:04X}", answer->sw);
    });
    report.step("C5", "the provider looks for and deletes the issuer's domain", scene.stage(), [&] {
        Probe provider = scene.probe(ProviderDomain, own_keys(ProviderDomain));
        require(provider.opened, "the provider's domain does not open");
        const auto seen = lab::send(scene.card(), provider,
                                    {0x80, 0xF2, 0x40, 0x02, {0x4F, 0x00}, apdu::MostShortNe});
        require(seen.has_value(), "GET STATUS is not to be believed");
        require(base::to_hex(seen->data).find(OwnDomain) == std::string::npos,
                "the provider sees the issuer's domain");
        apdu::Command remove{0x80, 0xE4, 0x00, 0x00, {}, apdu::MostShortNe};
        apdu::append_tlv(remove.data, 0x4F, base::from_hex(OwnDomain).value());
        const auto answer = lab::send(scene.card(), provider, remove);
        require(answer && !answer->ok(), "DELETE ran");
        return fmt::format("not seen; DELETE refused with {:04X}", answer->sw);
    });
    report.step("C5", "the platforms keep to their own", scene.stage(), [&] {
        refused("a name that is not the provider's", [&] {
            scene.run(report, Hop::ProviderTerminal, "download", "D27600011855CC0003");
        });
        return refused("the issuer's domain at the provider's terminal",
                       [&] { scene.run(report, Hop::ProviderTerminal, "update", OwnDomain); });
    });
    report.step("C5", "afterwards", scene.stage(), [&] {
        return opens_with_last_only(scene, OwnDomain) + "; " +
               opens_with_last_only(scene, ProviderDomain);
    });
    scene.stage().finish();
}

void c6(const FlowOptions& options, Report& report) {
    PlatformScene scene{options};
    download(scene, report);
    auto& lab = scene.lab();
    const platform::Place place{PlatformScene::Card, ProviderDomain};
    report.step("C6", "the line breaks after PUT KEY ran, before its answer", scene.stage(), [&] {
        lab.provider().force(place);
        scene.break_line();
        try {
            scene.run(report, Hop::ProviderTerminal, "update", ProviderDomain);
        } catch (const platform::CardLost&) {
            return std::string{"the terminal lost the card"};
        }
        throw FlowFailure{"the line did not break"};
    });
    report.step("C6", "both platforms are killed and started again; the card comes back",
                scene.stage(), [&] {
                    lab.restart_issuer();
                    lab.restart_provider();
                    const auto put_keys = [&] {
                        unsigned count = 0;
                        for (const auto& exchange : scene.stage().log().exchanges())
                            if (exchange.command.starts_with("84 D8")) ++count;
                        return count;
                    };
                    const unsigned before = put_keys();
                    scene.run(report, Hop::ProviderTerminal, "update", ProviderDomain);
                    require(put_keys() == before, "the keys were replaced a second time");
                    return std::string{"the card opens with the new keys: nothing to do"};
                });
    report.step("C6", "one record, and it is true", scene.stage(), [&] {
        auto& office = lab.provider_office();
        const auto updates = office.database.transaction([&](soci::session& sql) {
            std::vector<platform::Job> all;
            for (auto& job : office.jobs.jobs(sql, place))
                if (job.kind == "update") all.push_back(std::move(job));
            return all;
        });
        require(updates.size() == 1 && updates[0].state == "done", "not one job that is done");
        agrees(office, scene, ProviderDomain);
        return opens_with_last_only(scene, ProviderDomain);
    });
    scene.stage().finish();
}

}  // namespace

std::vector<Flow> platform_flows() {
    return {{"C1", "the issuer makes a security domain and replaces its initial keys", c1},
            {"C2", "a provider gets a domain from the issuer, and its keys are the provider's", c2},
            {"C3", "expired keys are replaced through the issuer's terminal", c3},
            {"C4", "an update is forced through the provider's terminal", c4},
            {"C5", "domains are isolated from each other", c5},
            {"C6", "interrupted, the platforms learn which keys the card has, and resume", c6}};
}

}  // namespace flows
