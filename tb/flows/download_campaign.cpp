#include "flows/download_campaign.hpp"

#include <random>

#include "flows/download_scene.hpp"
#include "lab/sms_line.hpp"
#include "platform/refusal.hpp"

namespace flows {
namespace {

using ota::Kind;

constexpr unsigned MostFaulty = 3;      ///< attempts with a fault, of a run
constexpr unsigned MostClean = 4;       ///< attempts without one: the last of them must succeed
constexpr Tick LatestCut = 40'000'000;  ///< a download takes about this long
constexpr unsigned MostMessages = 40;   ///< of one over IP

/// What fails in one attempt.
enum class Fault : std::uint8_t { Nothing, Power, RequestLost, AnswerLost, PlatformKilled };

/// Counts what goes over the terminal's line, and breaks it where it is told to.
struct Line {
    unsigned messages = 0;
    unsigned at = 0;  ///< number of the message at which it happens; 0: never
    Fault fault = Fault::Nothing;
    std::function<void()> kill{};

    /// Whether this message is the one.
    bool hits(Fault kind) const { return at == messages && fault == kind; }
};

class BreakingWire final : public platform::Wire {
public:
    BreakingWire(std::unique_ptr<platform::Wire> wire, Line& line)
        : wire_{std::move(wire)}, line_{line} {}
    std::string post(const std::string& path, const std::string& body) override {
        ++line_.messages;
        if (line_.hits(Fault::PlatformKilled)) line_.kill();
        if (line_.hits(Fault::RequestLost)) throw platform::LineLost{"the request was lost"};
        auto answer = wire_->post(path, body);
        if (line_.hits(Fault::AnswerLost)) throw platform::LineLost{"the answer was lost"};
        return answer;
    }

private:
    std::unique_ptr<platform::Wire> wire_;
    Line& line_;
};

class Run {
public:
    Run(std::uint64_t seed, const Installer& wrong)
        : random_{seed},
          options_{Level::Tlm, below(4) == 0 ? Via::Air : Via::Contacts},
          scene_{options_,
                 {.https = false,
                  .between =
                      [this](std::unique_ptr<platform::Wire> wire) {
                          return std::make_unique<BreakingWire>(std::move(wire), line_);
                      }}},
          network_{seed,
                   {.lost = static_cast<unsigned>(below(64)),
                    .repeated = static_cast<unsigned>(below(64)),
                    .delayed = static_cast<unsigned>(below(96))}} {
        line_.kill = [this] { scene_.lab().restart(); };
        given_ = wrong ? wrong(new_) : new_;
    }

    Tally play() {
        auto& issuer = scene_.issuer(Kind::OneCard);
        issuer.put(old_);
        require(attempt(Fault::Nothing, false), "the first card was not installed");
        issuer.put(given_);
        const bool by_sms = below(2) == 0;
        const unsigned faulty = 1 + static_cast<unsigned>(below(MostFaulty));
        for (unsigned i = 0; i < faulty; ++i) {
            const auto fault = static_cast<Fault>(1 + below(4));
            ++tally_.faults;
            (void)attempt(fault, by_sms);
            judge();
        }
        bool done = false;
        for (unsigned i = 0; i < MostClean && !done; ++i) done = attempt(Fault::Nothing, by_sms);
        if (!done) violation("the download does not come to its end");
        judge();
        judge_end();
        tally_.faults += network_.faults();
        tally_.runs = 1;
        scene_.stage().finish();
        return std::move(tally_);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    void violation(const char* what) { tally_.violations.emplace_back(what); }

    /// Whether the download came to its end.
    bool attempt(Fault fault, bool by_sms) {
        auto& stage = scene_.stage();
        stage.card(options_.via).power_off();
        (void)stage.card(options_.via).power_on();
        line_.messages = 0;
        line_.fault = fault;
        line_.at = fault == Fault::Nothing ? 0 : 1 + static_cast<unsigned>(below(MostMessages));
        if (fault == Fault::Power) stage.cut(options_.via, stage.now() + 1 + below(LatestCut));
        bool done = false;
        try {
            if (by_sms) {
                over_sms(fault);
            } else {
                Report unheard;
                (void)scene_.control_unit(unheard).download(Kind::OneCard);
            }
            done = true;
        } catch (const platform::Refusal& refusal) {
            // After a break the module may say that it has it all already; nothing else.
            if (refusal.code() != "card" && refusal.code() != "lost" && refusal.code() != "session")
                violation("a good package is refused");
        } catch (const platform::LineLost&) {
        } catch (const ota::ElementLost&) {
        }
        line_.at = 0;
        // What was not hit in time does not hit later.
        stage.card(options_.via).power_off();
        return done;
    }

    void over_sms(Fault fault) {
        const auto download = [&] {
            return std::make_unique<ota::SmsDownload>(
                scene_.lab().business().download(lab::BusinessLab::Element, Kind::OneCard),
                lab::BusinessLab::keys().packets, [this] { return ++counter_; });
        };
        auto present = download();
        struct Killed {};
        const unsigned at = line_.at;
        lab::SmsLine sms{network_, scene_.stage().card(options_.via), [&] {
                             ++line_.messages;
                             if (fault == Fault::PlatformKilled && line_.messages == at)
                                 throw Killed{};
                             if (fault == Fault::RequestLost && line_.messages == at)
                                 network_.drop();
                         }};
        try {
            sms.run(*present);
        } catch (const Killed&) {
            scene_.lab().restart();
            present = download();
            sms.run(*present);
        }
    }

    /// At any moment: the card that was, or the one that comes, whole.
    void judge() {
        auto& card = scene_.stage().card(options_.via);
        card.power_off();
        (void)card.power_on();
        const auto before = scene_.balance(old_.instance);
        const auto after = scene_.balance(new_.instance);
        if (!before && !after) violation("there is no card");
        if (before && *before != 0) violation("the old card has another balance");
        if (after && (*after != Money || !is_whole())) violation("the new card is half installed");
        const auto managed = scene_.managed(1);
        if (!managed) return violation("there is no card manager");
        if (managed->aid == new_.instance && managed->purse != after)
            violation("the manager's balance is not the new card's");
        if (managed->aid == old_.instance && managed->purse != before)
            violation("the manager's balance is not the old card's");
    }

    /// All that its package brings is on the new card, which is there.
    bool is_whole() {
        if (!scene_.exchange(ota::select(new_.instance)).ok()) return false;
        for (const unsigned file : {0x15U, 0x16U, 0x17U})
            if (!scene_.exchange({0x00, 0xB0, static_cast<std::uint8_t>(0x80U | file), 0x00, {}, 1})
                     .ok())
                return false;
        const auto managed = scene_.managed(1);
        return !managed || managed->aid != new_.instance || managed->deposit == Money;
    }

    void judge_end() {
        if (scene_.balance(old_.instance)) violation("the old card is still there");
        if (scene_.balance(new_.instance) != Money) violation("the new card is not there");
        const auto managed = scene_.managed(1);
        if (!managed || managed->aid != new_.instance || managed->business != new_.business)
            violation("the manager speaks of another card");
        std::size_t files = 0;
        for (const auto& entry : scene_.stage().chip().open().registry().entries())
            if (entry.kind == domain::Entry::Kind::LoadFile &&
                entry.aid.starts_with(base::ByteView{new_.load_file}.first(6)))
                ++files;
        if (files != 1) violation("load files are left over");
    }

    static constexpr std::uint32_t Money = 1000;

    std::mt19937_64 random_;
    FlowOptions options_;
    Line line_{};
    DownloadScene scene_;
    ota::SmsNetwork network_;
    std::uint64_t counter_ = 0;
    const ota::ApplicationPackage old_ = purse_package(Kind::OneCard, 4, 0, "City D transit");
    const ota::ApplicationPackage new_ = purse_package(Kind::OneCard, 1, Money, "City A transit");
    ota::ApplicationPackage given_{};  ///< what comes to be installed of the new one
    Tally tally_{};
};

}  // namespace

Campaign download_campaign(Installer wrong) {
    return {"download",
            "a card exchanged by download while power, lines and platform fail: old or new, whole",
            [wrong](std::uint64_t seed) {
                return Run{seed, wrong}.play();
            }};
}

}  // namespace flows
