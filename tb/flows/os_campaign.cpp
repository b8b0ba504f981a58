#include "flows/os_campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>

#include "base/hex.hpp"
#include "flows/os_scene.hpp"

namespace flows {
namespace {

using End = ota::LoadResult::End;

constexpr unsigned Updates = 3;  ///< of a run
constexpr unsigned MostAttempts = 12;
constexpr Tick LatestCut = 14'000'000;  ///< a load takes about this long

class Run {
public:
    Run(std::uint64_t seed, Level level, WrongLoading wrong)
        : random_{seed}, level_{level}, wrong_{wrong}, scene_{level} {
        known_[OsScene::WithOs] = {0x01000000, 5};
    }

    Tally play() {
        for (unsigned i = 0; i < Updates; ++i) update();
        for (std::uint8_t element = 0; element < known_.size(); ++element) look(element);
        scene_.stage().finish();
        return std::move(tally_);
    }

private:
    struct Os {
        std::uint32_t version = 0;
        std::uint32_t security_version = 0;
    };

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    Via any_way() {
        constexpr std::array Ways{Via::Contacts, Via::Air, Via::Bluetooth};
        return Ways[below(level_ == Level::Tlm ? Ways.size() : Ways.size() - 1)];
    }

    /// One element gets one OS, over ways that may change from attempt to attempt.
    void update() {
        const auto element = static_cast<std::uint8_t>(below(known_.size()));
        auto& known = known_[element];
        const std::uint32_t security = known ? known->security_version : 0;
        auto terms = OsScene::terms();
        terms.version = static_cast<std::uint32_t>(random_());
        terms.security_version = security + static_cast<std::uint32_t>(below(2));
        terms.block_bytes = static_cast<std::uint16_t>(16 * (1 + below(12)));
        const auto image = OsScene::image(1 + below(600));
        const auto package = OsScene::package(terms, image);
        auto delivered = package;
        if (wrong_ == WrongLoading::OtherPackage)
            delivered = OsScene::package(terms, OsScene::image(image.size() + 1));
        if (known && !give_control(element)) return violation("the OS does not give control");
        if (below(3) == 0) forge(element, terms, security);
        blocks_ = 0;
        const unsigned attempts = wrong_ == WrongLoading::LoadedOnceOnly ? 1 : MostAttempts;
        for (unsigned attempt = 0; attempt < attempts; ++attempt) {
            if (try_load(element, delivered, package, attempt + 1 < MostAttempts)) {
                known = Os{terms.version, terms.security_version};
                return;
            }
        }
        violation("never loaded");
    }

    /// Until the loader has control; cuts may come in between.
    bool give_control(std::uint8_t element) {
        for (unsigned attempt = 0; attempt < MostAttempts; ++attempt) {
            const Via via = any_way();
            try {
                scene_.choose(via, element);
                if (scene_.host(via).status()) return done(via);
                if (below(3) == 0) disturb(via, 2'000'000);
                scene_.enter_loader(via);
            } catch (const CardLost&) {
            } catch (const FlowFailure&) {
                // A channel that was cut under the OS's answer.
            }
            (void)done(via);
        }
        return false;
    }

    bool done(Via via) {
        scene_.card(via).power_off();
        return true;
    }

    void disturb(Via via, Tick latest) {
        ++tally_.faults;
        scene_.cut(via, scene_.stage().now() + 1 + below(latest));
    }

    /// A package that must be refused and change nothing: altered, or older than `security`.
    void forge(std::uint8_t element, ota::OsTerms terms, std::uint32_t security) {
        const Via via = any_way();
        ++tally_.faults;
        const bool older = security > 0 && below(2) == 0;
        if (older) terms.security_version = static_cast<std::uint32_t>(below(security));
        auto package = OsScene::package(terms, OsScene::image(50));
        if (!older && wrong_ != WrongLoading::LeakedSigner)
            package.head.at(below(package.head.size())) ^=
                static_cast<std::uint8_t>(1 + below(255));
        scene_.choose(via, element);
        auto host = scene_.host(via);
        const auto before = host.status();
        const auto result = host.load(package);
        if (result.end != End::Refused) violation("a forged package was not refused");
        if (host.status() != before) violation("a forged package changed the element");
        (void)done(via);
    }

    /// True when the OS of the package runs.
    bool try_load(std::uint8_t element, const ota::OsPackage& delivered,
                  const ota::OsPackage& package, bool may_fail) {
        const Via via = any_way();
        try {
            scene_.choose(via, element);
            if (may_fail && below(4) != 0) disturb(via, LatestCut);
            const auto result = scene_.host(via).load(
                delivered,
                [&](std::size_t done, std::size_t) { blocks_ = std::max(blocks_, done); });
            if (result.end == End::Refused) violation("refused: " + result.why);
            (void)done(via);
            // Whatever was cut: the OS runs, or the loader has control and says how far it is.
            scene_.choose(via, element);
            const auto status = scene_.host(via).status();
            const bool whole = !status && scene_.os_image(via) == text(package);
            if (!status && !whole) violation("an OS runs that is not the one that was loaded");
            // What an OS says of itself is not enough: the answer to the last block may be lost,
            // but not to those before.
            if (!status && blocks_ + 1 < delivered.blocks.size()) violation("part of an OS runs");
            if (status && status->state == ota::LoaderState::Invalid)
                violation("part of an OS counts as one");
            (void)done(via);
            return whole;
        } catch (const CardLost&) {
            (void)done(via);
            return false;
        }
    }

    static std::string text(const ota::OsPackage& package) {
        return fmt::format("{:08X}{:08X}", package.terms.version, package.terms.security_version) +
               base::to_hex(package.image_hash);
    }

    /// With no cut under way: the element runs what it was given last.
    void look(std::uint8_t element) {
        const Via via = any_way();
        scene_.choose(via, element);
        const auto status = scene_.host(via).status();
        const auto& known = known_[element];
        if (!known) {
            if (!status || status->state != ota::LoaderState::NoOs)
                violation("an element that nobody loaded has changed");
        } else {
            const auto found = status ? std::string{} : scene_.os_image(via);
            const auto wanted =
                fmt::format("{:08X}{:08X}", known->version, known->security_version);
            if (!found.starts_with(wanted)) violation("not the OS that was loaded last");
        }
        (void)done(via);
    }

    void violation(std::string what) { tally_.violations.push_back(std::move(what)); }

    std::mt19937_64 random_;
    Level level_;
    WrongLoading wrong_;
    OsScene scene_;
    std::size_t blocks_ = 0;                    ///< of the present package, acknowledged
    std::array<std::optional<Os>, 3> known_{};  ///< what runs in each element
    Tally tally_{};
};

}  // namespace

Campaign os_campaign(WrongLoading wrong) {
    return {"loading", "chip OS loads, cut anywhere: a whole authentic OS in the end, nothing else",
            [wrong](std::uint64_t seed) {
                return Run{seed, Level::Tlm, wrong}.play();
            },
            [wrong](std::uint64_t seed) {
                return Run{seed, Level::Rtl, wrong}.play();
            }};
}

}  // namespace flows
