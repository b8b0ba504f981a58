#include "terminal/session.hpp"

#include <algorithm>
#include <utility>

namespace terminal {
namespace {

constexpr std::size_t LongestPin = 12;

Refusal by_terminal(std::string title, std::string advice) {
    return {{}, std::move(title), std::move(advice), {}};
}

std::optional<Refusal> bad_pin(std::string_view pin) {
    if (!pin.empty() && pin.size() <= LongestPin) return std::nullopt;
    return by_terminal("A PIN has 1 to 12 characters", "Nothing was sent to the card.");
}

/// The reasons, in one text.
Refusal refused(const Preview& planned) {
    std::string reasons;
    for (const Notice& notice : planned.notices) {
        if (notice.weight != Notice::Weight::Refusal) continue;
        if (!reasons.empty()) reasons += ' ';
        reasons += notice.text;
    }
    return by_terminal("This change is refused", reasons + " Nothing was sent to the card.");
}

/// Whether both show the same sector.
bool same_content(const SectorView& a, const SectorView& b) {
    return std::equal(a.blocks.begin(), a.blocks.end(), b.blocks.begin(), b.blocks.end(),
                      [](const BlockView& x, const BlockView& y) { return x.data == y.data; });
}

}  // namespace

std::optional<Refusal> Session::check(const std::optional<apdu::Response>& answer) {
    if (!answer) {
        lock();
        return card_gone();
    }
    if (answer->ok()) return std::nullopt;
    Refusal refusal = explain(answer->sw);
    if (refusal.tries) tries_ = *refusal.tries;
    return refusal;
}

std::optional<Refusal> Session::ensure_open() {
    if (open_) return std::nullopt;
    if (auto refusal = check(link_.select())) return refusal;
    open_ = true;
    return std::nullopt;
}

void Session::lock() {
    card_.power_off();
    open_ = false;
}

Result<PinState> Session::pin_state() {
    if (auto refusal = ensure_open()) return *refusal;
    const auto answer = link_.pin_state();
    if (!answer) return *check(answer);
    if (answer->ok()) return PinState{true, true, tries_};
    if (answer->sw == apdu::Sw::ReferenceDataUnusable) return PinState{false, false, 0};
    const Refusal refusal = *check(answer);
    if (!refusal.tries) return refusal;
    return PinState{false, true, *refusal.tries};
}

Result<Done> Session::unlock(std::string_view pin) {
    if (auto refusal = bad_pin(pin)) return *refusal;
    if (auto refusal = ensure_open()) return *refusal;
    const auto answer = link_.verify(pin);
    card_.save();
    if (auto refusal = check(answer)) return *refusal;
    return Done{};
}

Result<Done> Session::unblock(std::string_view code, std::string_view new_pin) {
    if (auto refusal = bad_pin(new_pin)) return *refusal;
    if (auto refusal = bad_pin(code)) return *refusal;
    if (auto refusal = ensure_open()) return *refusal;
    const auto answer = link_.unblock(code, new_pin);
    card_.save();
    if (answer && !answer->ok()) return explain_unblocking(answer->sw);
    if (auto refusal = check(answer)) return *refusal;
    return Done{};
}

Result<base::Bytes> Session::read(unsigned sector) {
    if (sector >= card_.identity().sectors) return explain(0x63D4);
    if (auto refusal = ensure_open()) return *refusal;
    auto answer = link_.get_data(sector);
    if (auto refusal = check(answer)) return *refusal;
    if (answer->data.size() != blocks_in(sector) * BlockBytes)
        return by_terminal("The card's answer is not a sector", "Nothing was changed.");
    return std::move(answer->data);
}

/// What the directory says; the directory is read when it was not seen yet.
std::optional<std::uint16_t> Session::application_of(unsigned sector) {
    const unsigned home = sector < 16 ? 0 : 16;
    if (sector == home) return std::nullopt;
    if (!seen_.contains(home)) {
        const auto content = read(home);
        if (const auto* bytes = std::get_if<base::Bytes>(&content))
            seen_.emplace(home, describe(home, *bytes, {{}, {}, card_.identity().uid.size()}));
    }
    const auto found = seen_.find(home);
    if (found == seen_.end() || !found->second.directory) return std::nullopt;
    const auto& applications = found->second.directory->applications;
    const auto entry = applications.find(sector);
    if (entry == applications.end()) return std::nullopt;
    return entry->second;
}

/// A message may be longer than the sector in which it begins.
base::Bytes Session::ndef_behind(unsigned sector) {
    base::Bytes data;
    for (unsigned next = sector + 1; application_of(next) == NdefAid; ++next) {
        const auto content = read(next);
        const auto* bytes = std::get_if<base::Bytes>(&content);
        if (bytes == nullptr) break;
        data.insert(data.end(), bytes->begin(), bytes->end() - BlockBytes);
    }
    return data;
}

Result<SectorView> Session::described(unsigned sector, const base::Bytes& content) {
    Surroundings around;
    around.uid_bytes = card_.identity().uid.size();
    around.application = application_of(sector);
    SectorView view = describe(sector, content, around);
    if (view.ndef && !view.ndef->whole) {
        around.ndef_behind = ndef_behind(sector);
        view = describe(sector, content, around);
    }
    seen_.insert_or_assign(sector, view);
    return view;
}

Result<SectorView> Session::view(unsigned sector) {
    const auto content = read(sector);
    if (const auto* refusal = refusal_of(content)) return *refusal;
    return described(sector, std::get<base::Bytes>(content));
}

Result<PlannedChange> Session::preview(unsigned sector, const Edits& edits) {
    const auto now = view(sector);
    if (const auto* refusal = refusal_of(now)) return *refusal;
    const auto& view = std::get<SectorView>(now);
    return PlannedChange{view, terminal::preview(view, edits)};
}

std::optional<Refusal> Session::write(unsigned sector, const Preview& planned, const Edits& edits) {
    if (auto refusal = check(link_.backup(sector))) return refusal;
    bool trailer = false;
    for (const Change& change : planned.changes) {
        // The later of two edits counts, as in the preview.
        const auto edit = std::find_if(edits.rbegin(), edits.rend(), [&](const Edit& candidate) {
            return candidate.index == change.index;
        });
        if (auto refusal = check(link_.write_buffer(sector, change.index, edit->data)))
            return refusal;
        trailer = trailer || change.keys;
    }
    return check(link_.modify(sector, trailer));
}

Result<SectorView> Session::modify(unsigned sector, const Edits& edits) {
    const auto seen = seen_.find(sector);
    if (seen == seen_.end())
        return by_terminal("View the sector first", "Only what was seen can be changed.");
    const SectorView before = seen->second;
    const auto content = read(sector);
    if (const auto* refusal = refusal_of(content)) return *refusal;
    const auto now = described(sector, std::get<base::Bytes>(content));
    if (!same_content(before, std::get<SectorView>(now)))
        return by_terminal("The sector has changed since it was shown",
                           "A gate wrote it meanwhile. Look at it again, then decide.");
    const Preview planned = terminal::preview(before, edits);
    if (!planned.allowed()) return refused(planned);
    if (planned.changes.empty()) return now;
    const auto failure = write(sector, planned, edits);
    card_.save();
    if (failure) return *failure;
    return view(sector);
}

Result<SectorView> Session::undo(unsigned sector) {
    if (auto refusal = ensure_open()) return *refusal;
    const auto failure = check(link_.restore(sector));
    card_.save();
    if (failure) return *failure;
    return view(sector);
}

GateReading Session::gate(unsigned sector) { return card_.gate(sector); }

std::optional<std::uint32_t> Session::purse_balance() {
    const auto answer = link_.purse_balance();
    if (!answer || !answer->ok() || answer->data.size() != 4) return std::nullopt;
    std::uint32_t balance = 0;
    for (const std::uint8_t digit : answer->data) balance = balance << 8U | digit;
    return balance;
}

}  // namespace terminal
