#include "store/objects.hpp"

#include <algorithm>
#include <stdexcept>

#include "nvm/crc_32.hpp"

namespace store {
namespace {

// All numbers low byte first.
//   page:      2 number of the next page + 1, 0 = last | 62 content
//   directory: an object each: 4 id | 3 size | 2 first page + 1, 0 = none
//   root:      4 magic | 4 generation | 3 size of the directory | 2 its first page + 1 |
//              4 CRC-32 of the directory | 4 CRC-32 of the 17 bytes before
constexpr std::size_t LinkBytes = 2;
constexpr std::size_t ContentBytes = nvm::PageBytes - LinkBytes;
constexpr std::size_t EntryBytes = 9;
constexpr std::uint8_t Magic[] = {0x4F, 0x42, 0x4A, 0x31};
constexpr std::size_t RootFields = 17;
static_assert(RootFields + 4 <= Objects::RootBytes);
constexpr std::size_t MostPages = 0xFFFF;
/// The part of the heap held back for new content while the old one still counts.
constexpr std::size_t HeldBackParts = 8;

void put(base::Bytes& out, std::size_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::size_t get(base::ByteView bytes, std::size_t at, unsigned count) {
    std::size_t value = 0;
    for (unsigned i = 0; i < count; ++i) value |= std::size_t{bytes[at + i]} << (8 * i);
    return value;
}

constexpr std::size_t pages_for(std::size_t size) {
    return (size + ContentBytes - 1) / ContentBytes;
}

std::uint32_t checksum(base::ByteView bytes) { return nvm::crc_32(bytes, nvm::Crc32Start); }

std::size_t first_link(const std::vector<std::size_t>& pages) {
    return pages.empty() ? 0 : pages.front() + 1;
}

base::Bytes root_image(std::uint32_t generation, base::ByteView directory,
                       const std::vector<std::size_t>& pages) {
    base::Bytes root(std::begin(Magic), std::end(Magic));
    put(root, generation, 4);
    put(root, directory.size(), 3);
    put(root, first_link(pages), 2);
    put(root, checksum(directory), 4);
    put(root, checksum(root), 4);
    return root;
}

}  // namespace

Objects::Objects(nvm::Memory& memory, const nvm::Range& root, const nvm::Range& heap, Tick ticks)
    : memory_{&memory},
      root_{root},
      heap_{heap},
      ticks_{ticks},
      pages_{std::min(heap.size / nvm::PageBytes, MostPages - 1)} {
    if (root.size < RootBytes || heap.address % nvm::PageBytes != 0)
        throw std::invalid_argument("no room for objects");
}

Objects::Objects(const Objects& other, nvm::Memory& memory)
    : memory_{&memory},
      root_{other.root_},
      heap_{other.heap_},
      ticks_{other.ticks_},
      pages_{other.pages_},
      directory_{other.directory_},
      directory_chain_{other.directory_chain_},
      generation_{other.generation_} {}

std::size_t Objects::cell_page(Page page) const noexcept {
    return heap_.address / nvm::PageBytes + page;
}

void Objects::format() {
    memory_->preset(root_, 0, root_image(0, {}, {}));
    directory_.clear();
    directory_chain_ = {};
    generation_ = 0;
}

bool Objects::mount() {
    abort();
    directory_.clear();
    directory_chain_ = {};
    const base::Bytes root = memory_->read_latest(root_, 0, RootBytes);
    if (!std::equal(std::begin(Magic), std::end(Magic), root.begin())) return false;
    const auto fields = base::ByteView{root}.first(RootFields);
    if (get(root, RootFields, 4) != checksum(fields)) return false;
    generation_ = static_cast<std::uint32_t>(get(root, 4, 4));
    const auto entry = follow(get(root, 11, 2), get(root, 8, 3));
    if (!entry) return false;
    const base::Bytes bytes = chain(*entry);
    if (get(root, 13, 4) != checksum(bytes) || !parse(bytes)) return false;
    directory_chain_ = *entry;
    return true;
}

bool Objects::parse(base::ByteView bytes) {
    if (bytes.size() % EntryBytes != 0) return false;
    std::size_t used = 0;
    for (std::size_t at = 0; at < bytes.size(); at += EntryBytes) {
        const auto entry = follow(get(bytes, at + 7, 2), get(bytes, at + 4, 3));
        if (!entry) return false;
        used += entry->pages.size();
        if (used > pages_) return false;
        directory_.emplace(static_cast<Id>(get(bytes, at, 4)), *entry);
    }
    return true;
}

base::Bytes Objects::serialise(const Directory& directory) {
    base::Bytes bytes;
    for (const auto& [id, entry] : directory) {
        store::put(bytes, id, 4);
        store::put(bytes, entry.size, 3);
        store::put(bytes, first_link(entry.pages), 2);
    }
    return bytes;
}

std::optional<Objects::Entry> Objects::follow(Page first, std::size_t size) const {
    Entry entry{size, {}};
    if (pages_for(size) > pages_) return std::nullopt;
    std::size_t link = first;
    for (std::size_t i = 0; i < pages_for(size); ++i) {
        if (link == 0 || link > pages_) return std::nullopt;
        entry.pages.push_back(link - 1);
        link =
            get(memory_->read_latest(heap_, (link - 1) * nvm::PageBytes, LinkBytes), 0, LinkBytes);
    }
    if (link != 0) return std::nullopt;
    return entry;
}

base::Bytes Objects::chain(const Entry& entry) const {
    base::Bytes bytes;
    bytes.reserve(entry.size);
    for (const Page page : entry.pages) {
        const std::size_t count = std::min(ContentBytes, entry.size - bytes.size());
        const auto part = memory_->read_latest(heap_, page * nvm::PageBytes + LinkBytes, count);
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

std::vector<Objects::Id> Objects::ids() const {
    std::set<Id> all;
    for (const auto& [id, entry] : directory_) all.insert(id);
    for (const auto& [id, bytes] : changes_) {
        if (bytes)
            all.insert(id);
        else
            all.erase(id);
    }
    return {all.begin(), all.end()};
}

bool Objects::contains(Id id) const {
    const auto change = changes_.find(id);
    return change != changes_.end() ? change->second.has_value() : directory_.contains(id);
}

std::optional<base::Bytes> Objects::read(Id id) const {
    const auto change = changes_.find(id);
    if (change != changes_.end()) return change->second;
    const auto entry = directory_.find(id);
    if (entry == directory_.end()) return std::nullopt;
    return chain(entry->second);
}

void Objects::begin() {
    if (open_) throw std::logic_error("a transaction is open already");
    open_ = true;
}

void Objects::write(Id id, base::ByteView bytes) {
    if (!open_) throw std::logic_error("no transaction is open");
    if (bytes.size() > MostObjectBytes) throw std::length_error("an object is too long");
    changes_[id] = base::Bytes{bytes.begin(), bytes.end()};
}

void Objects::erase(Id id) {
    if (!open_) throw std::logic_error("no transaction is open");
    if (directory_.contains(id))
        changes_[id] = std::nullopt;
    else
        changes_.erase(id);
}

void Objects::write_outside(const nvm::Range& range, std::size_t offset, base::ByteView bytes) {
    if (!open_) throw std::logic_error("no transaction is open");
    outside_.write(range, offset, bytes);
}

void Objects::abort() noexcept {
    open_ = false;
    changes_.clear();
    outside_ = {};
}

void Objects::put(nvm::Plan& plan, const Entry& entry, base::ByteView bytes) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < entry.pages.size(); ++i) {
        base::Bytes image;
        const bool last = i + 1 == entry.pages.size();
        store::put(image, last ? 0 : entry.pages[i + 1] + 1, LinkBytes);
        const auto part = bytes.subspan(at, std::min(ContentBytes, bytes.size() - at));
        image.insert(image.end(), part.begin(), part.end());
        image.resize(nvm::PageBytes);
        at += part.size();
        const std::size_t page = cell_page(entry.pages[i]);
        if (!memory_->cells().blank(page)) plan.push_back({nvm::Step::Kind::Erase, page, {}});
        plan.push_back({nvm::Step::Kind::Program, page, std::move(image)});
    }
}

// Pages that a cut left half written count as well: whatever is not used shall be clear.
nvm::Plan Objects::clearing(const std::set<Page>& used) const {
    nvm::Plan plan;
    for (Page page = 0; page < pages_; ++page)
        if (!used.contains(page) && !memory_->cells().blank(cell_page(page)))
            plan.push_back({nvm::Step::Kind::Erase, cell_page(page), {}});
    return plan;
}

bool Objects::commit(Work& work) {
    if (!open_) throw std::logic_error("no transaction is open");
    const auto changes = std::exchange(changes_, {});
    nvm::Transaction transaction = std::exchange(outside_, {});
    open_ = false;
    if (changes.empty() && transaction.bytes().empty()) return true;

    // The least worn free pages first.
    std::set<Page> taken{directory_chain_.pages.begin(), directory_chain_.pages.end()};
    for (const auto& [id, entry] : directory_) taken.insert(entry.pages.begin(), entry.pages.end());
    std::vector<Page> free;
    for (Page page = 0; page < pages_; ++page)
        if (!taken.contains(page) && !memory_->cells().worn(cell_page(page))) free.push_back(page);
    std::stable_sort(free.begin(), free.end(), [&](Page a, Page b) {
        return memory_->cells().erases(cell_page(a)) < memory_->cells().erases(cell_page(b));
    });
    std::size_t next = 0;
    const auto allocate = [&](std::size_t size) -> std::optional<Entry> {
        const std::size_t count = pages_for(size);
        if (count > free.size() - next) return std::nullopt;
        const auto first = free.begin() + static_cast<std::ptrdiff_t>(next);
        next += count;
        return Entry{size, {first, first + static_cast<std::ptrdiff_t>(count)}};
    };

    Directory directory = directory_;
    Entry directory_chain = directory_chain_;
    nvm::Memory::Around around;
    if (!changes.empty()) {
        for (const auto& [id, bytes] : changes) {
            directory.erase(id);
            if (!bytes) continue;
            const auto entry = allocate(bytes->size());
            if (!entry) return false;
            put(around.before, *entry, *bytes);
            directory.emplace(id, *entry);
        }
        const base::Bytes bytes = serialise(directory);
        const auto entry = allocate(bytes.size());
        if (!entry) return false;
        put(around.before, *entry, bytes);
        directory_chain = *entry;
        transaction.write(root_, 0, root_image(generation_ + 1, bytes, entry->pages));

        std::set<Page> used{directory_chain.pages.begin(), directory_chain.pages.end()};
        for (const auto& [id, kept] : directory) used.insert(kept.pages.begin(), kept.pages.end());
        // The pages to be filled are not clear in the end, though not yet filled: they are used.
        around.after = clearing(used);
    }
    const auto done = memory_->commit(transaction, work.now, ticks_, std::move(around));
    if (!done) return false;
    work.spend(*done - work.now, port::CardUnit::Nvm);
    directory_ = std::move(directory);
    directory_chain_ = std::move(directory_chain);
    if (!changes.empty()) ++generation_;
    return true;
}

std::size_t Objects::free_bytes() const {
    std::size_t used = 0;
    std::size_t count = 0;
    const auto add = [&](std::size_t size) {
        used += pages_for(size);
        ++count;
    };
    for (const auto& [id, entry] : directory_)
        if (!changes_.contains(id)) add(entry.size);
    for (const auto& [id, bytes] : changes_)
        if (bytes) add(bytes->size());
    used += pages_for((count + 1) * EntryBytes);
    std::size_t worn = 0;
    for (Page page = 0; page < pages_; ++page)
        if (memory_->cells().worn(cell_page(page))) ++worn;
    const std::size_t most = pages_ - pages_ / HeldBackParts;
    used += worn;
    return used < most ? (most - used) * ContentBytes : 0;
}

}  // namespace store
