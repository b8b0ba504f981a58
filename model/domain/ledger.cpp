#include "domain/ledger.hpp"

#include "store/objects.hpp"

namespace domain {

std::optional<base::Bytes> Ledger::read(std::uint32_t id) { return objects_.read(id); }

void Ledger::write(std::uint32_t id, base::ByteView bytes) {
    open();
    objects_.write(id, bytes);
}

void Ledger::erase(std::uint32_t id) {
    if (!objects_.contains(id)) return;
    open();
    objects_.erase(id);
}

std::vector<std::uint32_t> Ledger::ids() {
    std::vector<std::uint32_t> ours;
    for (const auto id : objects_.ids()) {
        if (id >> 24 == object_id(ObjectKind::Entry, 0) >> 24) ours.push_back(id);
    }
    return ours;
}

std::size_t Ledger::free_bytes() { return objects_.free_bytes(); }

void Ledger::open() {
    if (!objects_.open()) objects_.begin();
    open_ = true;
}

bool Ledger::commit(store::Work& work) {
    if (!open_) return true;
    open_ = false;
    if (objects_.commit(work)) return true;
    objects_.abort();
    return false;
}

void Ledger::drop() {
    open_ = false;
    objects_.abort();
}

}  // namespace domain
