/// \file memory.hpp
/// Cells, journal and time together: what a card's software writes to and what a power cut hits.
#pragma once

#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "base/tick.hpp"
#include "nvm/journal.hpp"
#include "nvm/nvm.hpp"

namespace nvm {

using base::Tick;

/// A transaction's steps fill the ticks it is given, in equal parts; whatever tick a cut comes at,
/// the step under way is torn and the rest never happens. Software may run ahead of time: what it
/// reads and writes may be dated later than a cut that is told afterwards. So everything is done at
/// once and kept undoable until settle() or a cut. Copying gives an independent memory.
/// Example: m.commit(t, 1000, 27136) == 28136; m.power_lost(2000); m.power_up(9000);
class Memory {
public:
    /// Pages beyond the layout's belong to the journal (`journal.first_page` is set here).
    struct Options {
        std::uint64_t seed = 1;
        std::uint32_t wear_limit = 100'000;
        Journal::Options journal{};
    };
    Memory(const Layout& layout, const Options& options);
    /// The same with cells from a file. Throws std::invalid_argument when they are too few or too
    /// many.
    Memory(const Layout& layout, const Options& options, Nvm::State cells);

    /// What a card comes out of the factory with: no step, no wear.
    void preset(const Range& range, std::size_t offset, base::ByteView bytes);

    /// Bytes at tick `now`. Until a transaction is done its pages read as before it; a recovery
    /// under way is finished first.
    [[nodiscard]] base::Bytes read(const Range& range, std::size_t offset, std::size_t size,
                                   Tick now);

    /// The same as of the last tick that anything was dated.
    [[nodiscard]] base::Bytes read_latest(const Range& range, std::size_t offset, std::size_t size);

    /// Steps on pages that no committed data depend on: pages filled before the transaction that
    /// makes them count, pages cleared when it has made them free.
    struct Around {
        Plan before;
        Plan after;
    };
    /// Starts at `start`, or after what is under way; returns when it is done. Nothing: worn out,
    /// and nothing changes.
    [[nodiscard]] std::optional<Tick> commit(const Transaction& transaction, Tick start, Tick ticks,
                                             Around around = {});

    /// No cut will come at or before `now`.
    void settle(Tick now);

    void power_lost(Tick at);
    void power_up(Tick at);
    /// Lets whatever is under way come to its end.
    void finish();

    /// The ticks at which the steps under way end; empty when all is done by `now`. A cut at such a
    /// tick comes after the step.
    [[nodiscard]] std::vector<Tick> step_ends(Tick now);

    [[nodiscard]] Nvm& cells() noexcept { return cells_; }
    [[nodiscard]] const Nvm& cells() const noexcept { return cells_; }

    /// One step of a recovery.
    static constexpr Tick RecoveryStepTicks = 256;

private:
    struct Done {
        Tick start;
        Tick end;
        Step step;
        Nvm::Page old;
    };
    /// A plan that a cut may still undo.
    struct Run {
        bool recovery = false;
        std::vector<Done> steps{};
        std::map<std::size_t, base::Bytes> before{};  ///< pages of the transaction, as they were

        [[nodiscard]] Tick end() const { return steps.back().end; }
    };
    void run(Plan plan, Tick start, Tick ticks, Run into);
    void end_recovery(Tick now);
    [[nodiscard]] base::Bytes page_at(std::size_t page, Tick now);

    Nvm cells_;  ///< as they are after all runs
    Journal journal_;
    std::deque<Run> runs_{};
};

}  // namespace nvm
