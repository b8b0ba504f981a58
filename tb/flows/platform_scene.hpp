/// \file platform_scene.hpp
/// The parties of system C around one card on a stage.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "flows/flow.hpp"
#include "lab/key_probe.hpp"
#include "lab/platform_lab.hpp"

namespace flows {

// The flows speak of the laboratory as if it were theirs.
using lab::Hop;
using lab::PlatformLab;
using lab::PlatformLabOptions;
using lab::Probe;

/// Domains of the provider begin with PlatformLab::ProviderAids; the issuer may use any name.
inline constexpr const char* IssuerDomain = "A000000151000000";
inline constexpr const char* ProviderDomain = "D27600011855AA0001";
inline constexpr const char* OwnDomain = "D27600011855BB0002";

/// Time stands still until it is told to go on.
class PlatformScene {
public:
    static constexpr const char* Card = "00112233445566778899";

    /// `scp02`: the issuer's domain and all others speak SCP02. `scp10`: the provider's domains
    /// come with a key pair instead of initial keys.
    explicit PlatformScene(const FlowOptions& options, bool scp02 = false,
                           std::optional<platform::Scp10Terms> scp10 = {});

    /// A job through a service terminal; its answer. Each APDU is a note of the step under way.
    nlohmann::json run(Report& report, Hop hop, const std::string& job, const std::string& domain);
    /// The domains that a platform wants to give new keys.
    [[nodiscard]] std::vector<std::string> due(Hop hop);

    /// Whether these keys open a domain, tried by somebody at the card.
    [[nodiscard]] Probe probe(const std::string& domain, const platform::KeySet& keys);
    /// Why the issuer platform cannot enter a domain with SCP10; empty: it can.
    [[nodiscard]] std::string issuer_shut_out(const std::string& domain);
    /// The life cycle state of a domain, as its issuer sees it. Throws FlowFailure.
    [[nodiscard]] unsigned state(const std::string& domain);

    /// The keys of the issuer's domain.
    [[nodiscard]] platform::KeySet issuer_keys() const;
    /// All keys that a platform has drawn for a domain, in order; versions as they were given.
    [[nodiscard]] const std::vector<platform::KeySet>& drawn(const std::string& domain) const;

    void pass(platform::Seconds seconds) { now_ += seconds; }
    /// The next PUT KEY runs, but the line to the terminal breaks before its answer.
    void break_line() { break_line_ = true; }

    [[nodiscard]] Stage& stage() noexcept { return stage_; }
    [[nodiscard]] PlatformLab& lab() noexcept { return *lab_; }
    [[nodiscard]] hostlink::SmartCard& card() { return stage_.card(via_); }

private:
    [[nodiscard]] PlatformLabOptions lab_options();
    [[nodiscard]] platform::KeyMaker recorder();

    bool scp02_;
    std::optional<platform::Scp10Terms> scp10_;
    Via via_;
    platform::Seconds now_ = 1'800'000'000;
    bool break_line_ = false;
    std::map<std::string, std::vector<platform::KeySet>> drawn_{};
    Stage stage_;
    std::unique_ptr<PlatformLab> lab_;
};

}  // namespace flows
