/// \file memory.hpp
/// Cells, journal and time together: what a card's software writes to and what a power cut hits.
#pragma once

#include <optional>
#include <vector>

#include "base/tick.hpp"
#include "nvm/journal.hpp"
#include "nvm/nvm.hpp"

namespace nvm {

using base::Tick;

/// One at a time: a transaction's steps fill the ticks it is given, in equal parts; whatever tick a
/// cut comes at, the step under way is torn and the rest never happens. Copying gives an
/// independent memory. Example: m.commit(t, 1000, 27136) == 28136; m.power_lost(2000);
/// m.power_up(9000);
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

    /// Starts at `start`, or after what is under way; returns when it is done. Nothing: worn out,
    /// and nothing changes.
    [[nodiscard]] std::optional<Tick> commit(const Transaction& transaction, Tick start,
                                             Tick ticks);

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
    void begin(Plan plan, Tick start, Tick ticks);
    [[nodiscard]] Tick end_of(std::size_t step) const noexcept;
    void settle(Tick now);

    Nvm cells_;
    Journal journal_;
    Plan plan_{};
    std::size_t next_ = 0;  ///< first step of the plan that is not done
    Tick start_ = 0;
    Tick ticks_ = 0;
    bool recovering_ = false;
    std::map<std::size_t, base::Bytes>
        before_{};  ///< pages of the transaction under way, as they were
};

}  // namespace nvm
