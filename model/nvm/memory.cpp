#include "nvm/memory.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace nvm {
namespace {

Journal::Options placed(const Layout& layout, Journal::Options options) {
    options.first_page = layout.pages();
    return options;
}

}  // namespace

Memory::Memory(const Layout& layout, const Options& options)
    : cells_{layout.pages() + Journal::pages(options.journal), options.seed, options.wear_limit},
      journal_{placed(layout, options.journal)} {}

Memory::Memory(const Layout& layout, const Options& options, Nvm::State cells)
    : cells_{std::move(cells)}, journal_{placed(layout, options.journal)} {
    if (cells_.pages() != layout.pages() + Journal::pages(options.journal))
        throw std::invalid_argument("the cells do not fit the card");
}

void Memory::preset(const Range& range, std::size_t offset, base::ByteView bytes) {
    Transaction transaction;
    transaction.write(range, offset, bytes);
    Nvm::State state = cells_.state();
    for (const auto& [address, byte] : transaction.bytes()) state.cells.at(address) = byte;
    cells_ = Nvm{std::move(state)};
}

base::Bytes Memory::read(const Range& range, std::size_t offset, std::size_t size, Tick now) {
    if (offset > range.size || size > range.size - offset)
        throw std::out_of_range("read beyond the end of " + range.name);
    end_recovery(now);
    base::Bytes bytes;
    bytes.reserve(size);
    std::size_t at = range.address + offset;
    const std::size_t end = at + size;
    while (at < end) {
        const std::size_t page = at / PageBytes;
        const base::Bytes image = page_at(page, now);
        for (; at < end && at / PageBytes == page; ++at) bytes.push_back(image[at % PageBytes]);
    }
    return bytes;
}

base::Bytes Memory::read_latest(const Range& range, std::size_t offset, std::size_t size) {
    return read(range, offset, size, std::numeric_limits<Tick>::max());
}

base::Bytes Memory::page_at(std::size_t page, Tick now) {
    for (const Run& run : runs_) {
        if (run.recovery || run.end() <= now) continue;
        const auto found = run.before.find(page);
        if (found != run.before.end()) return found->second;
    }
    return cells_.read(page);
}

std::optional<Tick> Memory::commit(const Transaction& transaction, Tick start, Tick ticks,
                                   Around around) {
    end_recovery(start);
    if (!runs_.empty()) start = std::max(start, runs_.back().end());
    auto plan = journal_.commit(cells_, transaction);
    if (!plan) return std::nullopt;
    Run into;
    for (const auto& [address, byte] : transaction.bytes()) {
        const std::size_t page = address / PageBytes;
        if (into.before.find(page) == into.before.end())
            into.before.emplace(page, cells_.read(page));
    }
    Plan all = std::move(around.before);
    all.insert(all.end(), plan->begin(), plan->end());
    all.insert(all.end(), around.after.begin(), around.after.end());
    run(std::move(all), start, ticks, std::move(into));
    return start + ticks;
}

void Memory::run(Plan plan, Tick start, Tick ticks, Run into) {
    const std::size_t count = plan.size();
    if (count == 0) return;
    const auto time = [&](std::size_t step) { return start + ticks * step / count; };
    for (std::size_t i = 0; i < count; ++i) {
        into.steps.push_back({time(i), time(i + 1), plan[i], cells_.page(plan[i].page)});
        cells_.run(plan[i]);
    }
    runs_.push_back(std::move(into));
}

void Memory::power_lost(Tick at) {
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
        for (auto done = run->steps.rbegin(); done != run->steps.rend(); ++done) {
            if (done->end <= at) break;
            cells_.restore(done->step.page, done->old);
            if (done->start < at) {
                const Tick length = done->end - done->start;
                cells_.tear(done->step, static_cast<unsigned>((at - done->start) * 256 / length));
            }
        }
    }
    runs_.clear();
}

void Memory::power_up(Tick at) {
    finish();
    Plan plan = journal_.recover(cells_);
    const Tick ticks = plan.size() * RecoveryStepTicks;
    run(std::move(plan), at, ticks, Run{true, {}, {}});
}

void Memory::finish() { runs_.clear(); }

void Memory::end_recovery(Tick now) {
    if (!runs_.empty() && runs_.front().recovery && now < runs_.front().end()) runs_.pop_front();
}

void Memory::settle(Tick now) {
    while (!runs_.empty() && runs_.front().end() <= now) runs_.pop_front();
}

std::vector<Tick> Memory::step_ends(Tick now) {
    std::vector<Tick> ends;
    for (const Run& run : runs_)
        for (const Done& done : run.steps)
            if (done.end > now) ends.push_back(done.end);
    return ends;
}

}  // namespace nvm
