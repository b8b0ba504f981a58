#include "flows/keys_campaign.hpp"

#include <fmt/format.h>

#include <optional>
#include <random>

#include "base/hex.hpp"
#include "flows/stage.hpp"
#include "lab/key_probe.hpp"
#include "lab/platform_lab.hpp"
#include "platform/refusal.hpp"

namespace flows {
namespace {

using lab::Hop;

constexpr const char* CardId = "00112233445566778899";
constexpr unsigned Jobs = 4;           ///< of a run
constexpr unsigned MostCommands = 40;  ///< about as many as a job has
constexpr Tick LongestCommand = 400'000;

/// Who has a domain, and how it comes to be.
struct Owner {
    Hop hop;
    const char* first;  ///< job that makes the domain
    const char* domain;
};
constexpr Owner Owners[] = {{Hop::IssuerTerminal, "create", "D27600011855BB0002"},
                            {Hop::ProviderTerminal, "download", "D27600011855AA0001"}};

/// A card that is disturbed at one of its commands.
class Disturbed final : public hostlink::SmartCard {
public:
    enum class Fault : std::uint8_t { None, PowerCut, IssuerKilled, ProviderKilled };

    Disturbed(Stage& stage, lab::PlatformLab& lab) : stage_{stage}, lab_{lab} {}

    /// At command `number` from now on, for PowerCut `ticks` after it begins.
    void expect(Fault fault, unsigned number, Tick ticks) {
        fault_ = fault;
        left_ = number;
        ticks_ = ticks;
    }

    base::Bytes power_on() override { return inner().power_on(); }
    base::Bytes reset() override { return inner().reset(); }
    void power_off() override { inner().power_off(); }
    base::Bytes transmit(base::ByteView command) override {
        const bool now = fault_ != Fault::None && left_-- == 0;
        if (now && fault_ == Fault::PowerCut) stage_.cut(Via::Contacts, stage_.now() + 1 + ticks_);
        base::Bytes answer = inner().transmit(command);
        if (now && fault_ == Fault::IssuerKilled) lab_.restart_issuer();
        if (now && fault_ == Fault::ProviderKilled) lab_.restart_provider();
        if (now) fault_ = Fault::None;
        return answer;
    }

private:
    hostlink::SmartCard& inner() { return stage_.card(Via::Contacts); }

    Stage& stage_;
    lab::PlatformLab& lab_;
    Fault fault_ = Fault::None;
    unsigned left_ = 0;
    Tick ticks_ = 0;
};

class Run {
public:
    explicit Run(std::uint64_t seed) : random_{seed} { lab::register_test_card(lab_, CardId); }

    Tally play() {
        for (unsigned i = 0; i < Jobs; ++i) disturb(Owners[below(2)]);
        stage_.finish();
        return std::move(tally_);
    }

private:
    static cardos::ChipOptions chip() {
        cardos::ChipOptions options;
        options.factory.diversification = base::from_hex(CardId).value();
        return options;
    }
    static lab::PlatformLabOptions without_sockets() {
        lab::PlatformLabOptions options;
        options.https = false;
        return options;
    }

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    void disturb(const Owner& owner) {
        const bool there = !sets(owner).empty() && sets(owner).back().active;
        if (there) force(owner);
        const char* job = there ? "update" : owner.first;
        ++tally_.faults;
        const auto fault = static_cast<Disturbed::Fault>(1 + below(3));
        card_.expect(fault, static_cast<unsigned>(below(MostCommands)), below(LongestCommand));
        try {
            run(owner, job);
        } catch (const platform::CardLost&) {
        } catch (const platform::LineLost&) {
        } catch (const platform::Refusal&) {
            // A session that was lost with its platform.
        }
        card_.expect(Disturbed::Fault::None, 0, 0);
        look(owner, there);
        run(owner, job);
        agree(owner);
    }

    /// Before anybody goes on: the keys of at most one generation open the domain.
    void look(const Owner& owner, bool there) {
        std::optional<std::string> opened;
        card_.power_on();
        for (auto* office : {&lab_.issuer_office(), &lab_.provider_office()})
            for (const auto& one : sets(*office, owner.domain)) {
                if (!lab::try_keys(card_, owner.domain, one.set).opened) continue;
                const auto checks = platform::check_values(one.set);
                // Both platforms have the initial keys while they are handed over.
                if (opened && *opened != checks) violation(owner, "opens with old and new keys");
                opened = checks;
            }
        if (there && !opened) violation(owner, "opens with neither old nor new keys");
    }

    /// In the end.
    void agree(const Owner& owner) {
        const auto left = sets(owner);
        if (left.size() != 1 || !left[0].active) return violation(owner, "has no single set");
        card_.power_on();
        if (!lab::try_keys(card_, owner.domain, left[0].set).opened)
            violation(owner, "does not open with the keys on record");
        if (owner.hop == Hop::ProviderTerminal && !sets(lab_.issuer_office(), owner.domain).empty())
            violation(owner, "is handed over, and the issuer has kept its keys");
        for (auto* office : {&lab_.issuer_office(), &lab_.provider_office()})
            if (office->audit.first_fault(office->database))
                violation(owner, "has a broken audit log");
    }

    platform::Office& office(const Owner& owner) {
        return owner.hop == Hop::IssuerTerminal ? lab_.issuer_office() : lab_.provider_office();
    }
    std::vector<platform::StoredSet> sets(platform::Office& of, const char* domain) {
        return of.database.transaction([&](soci::session& sql) {
            return of.keys.usable(sql, {CardId, domain});
        });
    }
    std::vector<platform::StoredSet> sets(const Owner& owner) {
        return sets(office(owner), owner.domain);
    }
    void force(const Owner& owner) {
        const platform::Place place{CardId, owner.domain};
        if (owner.hop == Hop::IssuerTerminal)
            lab_.issuer().force(place);
        else
            lab_.provider().force(place);
    }
    void run(const Owner& owner, const char* job) {
        auto line = lab_.connect(owner.hop);
        platform::Terminal terminal{*line.remote, card_};
        (void)terminal.run(job, CardId, owner.domain);
    }
    void violation(const Owner& owner, const char* what) {
        tally_.violations.push_back(fmt::format("domain {} {}", owner.domain, what));
    }

    std::mt19937_64 random_;
    lab::PlatformLab lab_{without_sockets()};
    Stage stage_{{}, chip()};
    Disturbed card_{stage_, lab_};
    Tally tally_{};
};

}  // namespace

Campaign keys_campaign() {
    return {"keys", "cards torn out, platforms killed: old or new keys, and true records",
            [](std::uint64_t seed) { return Run{seed}.play(); }};
}

}  // namespace flows
