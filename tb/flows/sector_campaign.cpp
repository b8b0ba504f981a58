#include "flows/sector_campaign.hpp"

#include <algorithm>
#include <optional>
#include <random>

#include "flows/sector_scene.hpp"

namespace flows {
namespace {

constexpr unsigned Actions = 12;  ///< of a run
constexpr Tick LatestCut = 600'000;
constexpr std::uint8_t DataBlock = 0;

/// One run: actions of terminal and gate, a cut in about every third.
class Run {
public:
    explicit Run(std::uint64_t seed)
        : random_{seed},
          options_{Level::Tlm, below(4) == 0 ? Via::Air : Via::Contacts},
          scene_{options_} {
        require(scene_.select(), "SELECT");
        now_ = require(scene_.get_data(), "get data");
    }

    Tally play() {
        for (unsigned i = 0; i < Actions; ++i) act();
        look();
        scene_.stage().finish();
        return std::move(tally_);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    void act() {
        const auto action = below(4);
        const bool gate = action == 3;
        const bool cut = below(3) == 0;
        auto& card = scene_.stage().card(options_.via);
        card.power_off();
        if (!gate) require(!card.power_on().empty(), "no answer to reset");
        if (cut) {
            ++tally_.faults;
            scene_.stage().cut(gate ? Via::Air : options_.via,
                               scene_.stage().now() + 1 + below(LatestCut));
        }
        if (gate) return by_gate(cut);
        if (action == 0) return change(cut);
        if (action == 1) return take_back(cut);
        by_terminal(cut);
    }

    /// The terminal's commands of A3 and A4, whatever is cut.
    void change(bool cut) {
        base::Bytes block(SectorScene::BlockBytes);
        for (auto& byte : block) byte = static_cast<std::uint8_t>(random_());
        auto wanted = now_;
        std::copy(block.begin(), block.end(), wanted.begin());
        terminal(cut, [&] {
            if (!open() || !scene_.enter(DataBlock, block).ok()) return false;
            begun_ = wanted;
            return scene_.modify().ok();
        });
    }

    void take_back(bool cut) {
        terminal(cut, [&] {
            if (!backup_ || !open()) return false;
            begun_ = *backup_;
            return scene_.restore().ok();
        });
    }

    bool open() {
        return scene_.select().ok() && scene_.get_data().ok() &&
               scene_.verify(SectorScene::pin()).ok();
    }

    /// `job` sets begun_ before the command that changes the sector, and tells whether it ran.
    template <typename Job>
    void terminal(bool cut, Job&& job) {
        begun_.reset();
        bool ran = false;
        try {
            ran = job();
        } catch (const CardLost&) {
            if (!cut) throw;
        }
        if (ran) {
            done();
        } else if (cut) {
            look();
        }
    }

    void done() {
        backup_ = now_;
        now_ = *begun_;
        begun_.reset();
    }

    void by_terminal(bool cut) {
        terminal(cut, [&] {
            if (!scene_.select().ok()) return false;
            const auto answer = scene_.get_data();
            if (answer.ok() && answer.data != now_) violation("the terminal sees another sector");
            return false;
        });
    }

    void by_gate(bool cut) {
        try {
            if (scene_.by_gate() != now_) violation("the gate sees another sector");
        } catch (const FlowFailure&) {
            if (!cut) throw;
        }
        scene_.stage().gate().leave();
    }

    /// With all power back: the sector is the one before, or the one that was being written.
    void look() {
        scene_.stage().card(options_.via).power_off();
        scene_.stage().gate().leave();
        require(scene_.select(), "SELECT");
        const auto seen = require(scene_.get_data(), "get data");
        if (begun_ && seen == *begun_ && seen != now_) done();
        if (seen != now_) violation("the sector is neither the old nor the new one");
        begun_.reset();
        // Whether the buffer still holds the backup is the card's business: ask the next time.
        backup_.reset();
        now_ = seen;
    }

    void violation(const char* what) { tally_.violations.emplace_back(what); }

    std::mt19937_64 random_;
    FlowOptions options_;
    SectorScene scene_;
    base::Bytes now_{};                    ///< what the sector holds
    std::optional<base::Bytes> backup_{};  ///< what restore brings back
    std::optional<base::Bytes> begun_{};   ///< what is being written
    Tally tally_{};
};

}  // namespace

Campaign sector_campaign() {
    return {"sector", "terminal and gate at one sector, power lost: old or new, never mixed",
            [](std::uint64_t seed) { return Run{seed}.play(); }};
}

}  // namespace flows
