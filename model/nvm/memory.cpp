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
    settle(now);
    if (recovering_) finish();
    base::Bytes bytes;
    bytes.reserve(size);
    std::size_t at = range.address + offset;
    const std::size_t end = at + size;
    while (at < end) {
        const std::size_t page = at / PageBytes;
        const auto found = before_.find(page);
        const base::Bytes image = found != before_.end() ? found->second : cells_.read(page);
        for (; at < end && at / PageBytes == page; ++at) bytes.push_back(image[at % PageBytes]);
    }
    return bytes;
}

std::optional<Tick> Memory::commit(const Transaction& transaction, Tick start, Tick ticks) {
    settle(start);
    if (next_ < plan_.size()) {
        if (!recovering_) start = std::max(start, start_ + ticks_);
        finish();
    }
    auto plan = journal_.commit(cells_, transaction);
    if (!plan) return std::nullopt;
    for (const auto& [address, byte] : transaction.bytes()) {
        const std::size_t page = address / PageBytes;
        if (before_.find(page) == before_.end()) before_.emplace(page, cells_.read(page));
    }
    begin(std::move(*plan), start, ticks);
    return start + ticks;
}

void Memory::power_lost(Tick at) {
    settle(at);
    if (next_ < plan_.size()) {
        const Tick from = next_ == 0 ? start_ : end_of(next_ - 1);
        if (at > from) {
            const Tick length = end_of(next_) - from;
            cells_.tear(plan_[next_], static_cast<unsigned>((at - from) * 256 / length));
        }
    }
    begin({}, at, 0);
    before_.clear();
}

void Memory::power_up(Tick at) {
    settle(at);
    finish();
    Plan plan = journal_.recover(cells_);
    const Tick ticks = plan.size() * RecoveryStepTicks;
    begin(std::move(plan), at, ticks);
    recovering_ = !plan_.empty();
}

void Memory::finish() {
    for (; next_ < plan_.size(); ++next_) cells_.run(plan_[next_]);
    recovering_ = false;
    before_.clear();
}

std::vector<Tick> Memory::step_ends(Tick now) {
    settle(now);
    std::vector<Tick> ends;
    for (std::size_t i = next_; i < plan_.size(); ++i) ends.push_back(end_of(i));
    return ends;
}

void Memory::begin(Plan plan, Tick start, Tick ticks) {
    plan_ = std::move(plan);
    next_ = 0;
    start_ = start;
    ticks_ = ticks;
    recovering_ = false;
}

Tick Memory::end_of(std::size_t step) const noexcept {
    return start_ + ticks_ * (step + 1) / plan_.size();
}

void Memory::settle(Tick now) {
    while (next_ < plan_.size() && end_of(next_) <= now) cells_.run(plan_[next_++]);
    if (next_ == plan_.size()) finish();
}

}  // namespace nvm
