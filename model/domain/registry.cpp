#include "domain/registry.hpp"

#include <algorithm>
#include <stdexcept>

#include "domain/bytes_io.hpp"

namespace domain {

namespace {

base::Bytes to_bytes(const Entry& entry, std::uint32_t order) {
    ByteWriter out;
    out.word(order >> 16).word(order);
    out.byte(static_cast<std::size_t>(entry.kind)).byte(entry.state);
    out.raw(entry.privileges.bytes());
    out.byte(entry.domain).byte(entry.load_file);
    out.run(entry.aid.bytes()).run(entry.module.bytes());
    out.run(entry.version).run(entry.parameters).run(entry.implicit);
    out.byte(entry.modules.size());
    for (const auto& module : entry.modules) out.run(module.bytes());
    return out.take();
}

Entry from_bytes(Slot slot, base::ByteView bytes, std::uint32_t& order) {
    ByteReader in{bytes};
    Entry entry;
    entry.slot = slot;
    order = static_cast<std::uint32_t>(in.word()) << 16;
    order |= in.word();
    entry.kind = static_cast<Entry::Kind>(in.byte());
    entry.state = in.byte();
    const auto privileges = in.raw(3);
    if (privileges.size() == 3) {
        entry.privileges =
            Privileges{static_cast<std::uint32_t>(privileges[0]) << 16 |
                       static_cast<std::uint32_t>(privileges[1]) << 8 | privileges[2]};
    }
    entry.domain = in.byte();
    entry.load_file = in.byte();
    const auto copy = [&] {
        const auto run = in.run();
        return base::Bytes(run.begin(), run.end());
    };
    entry.aid = Aid::from(in.run()).value_or(Aid{});
    entry.module = Aid::from(in.run()).value_or(Aid{});
    entry.version = copy();
    entry.parameters = copy();
    entry.implicit = copy();
    const auto count = in.byte();
    for (unsigned i = 0; i < count; ++i) {
        if (const auto module = Aid::from(in.run())) entry.modules.push_back(*module);
    }
    return entry;
}

}  // namespace

void Registry::reload() {
    std::vector<std::pair<std::uint32_t, Entry>> found;
    for (const auto id : ledger_.ids()) {
        const auto slot = static_cast<Slot>(id >> 8);
        if (id != object_id(ObjectKind::Entry, slot)) continue;
        const auto bytes = ledger_.read(id);
        if (!bytes) continue;
        std::uint32_t order = 0;
        auto entry = from_bytes(slot, *bytes, order);
        found.emplace_back(order, std::move(entry));
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    entries_.clear();
    orders_.clear();
    next_order_ = 0;
    for (auto& [order, entry] : found) {
        entries_.push_back(std::move(entry));
        orders_.push_back(order);
        next_order_ = order + 1;
    }
}

const Entry* Registry::find(const Aid& aid) const noexcept {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.aid == aid; });
    return found == entries_.end() ? nullptr : &*found;
}

const Entry* Registry::at(Slot slot) const noexcept {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.slot == slot; });
    return found == entries_.end() ? nullptr : &*found;
}

const Entry& Registry::issuer() const {
    const auto* entry = at(IssuerSlot);
    if (entry == nullptr) throw std::logic_error{"a card without an issuer security domain"};
    return *entry;
}

bool Registry::is_ancestor(Slot ancestor, const Entry& entry) const noexcept {
    const Entry* present = &entry;
    // No tree is deeper than there are slots.
    for (unsigned depth = 0; depth < NoSlot && present->domain != present->slot; ++depth) {
        if (present->domain == ancestor) return true;
        present = at(present->domain);
        if (present == nullptr) return false;
    }
    return false;
}

Slot Registry::free_slot() const noexcept {
    for (Slot slot = 0; slot < NoSlot; ++slot) {
        if (at(slot) == nullptr) return slot;
    }
    return NoSlot;
}

void Registry::put(const Entry& entry) {
    const auto place = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& old) { return old.slot == entry.slot; });
    const auto index = static_cast<std::size_t>(place - entries_.begin());
    if (place == entries_.end()) {
        entries_.push_back(entry);
        orders_.push_back(next_order_++);
    } else {
        *place = entry;
    }
    ledger_.write(object_id(ObjectKind::Entry, entry.slot), to_bytes(entry, orders_[index]));
}

void Registry::erase(Slot slot) {
    const auto place = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& old) { return old.slot == slot; });
    if (place == entries_.end()) return;
    orders_.erase(orders_.begin() + (place - entries_.begin()));
    entries_.erase(place);
    ledger_.erase(object_id(ObjectKind::Entry, slot));
}

}  // namespace domain
