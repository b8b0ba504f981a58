/// \file objects.hpp
/// Byte strings by number in non-volatile memory, changed in transactions: everything that the
/// card's software keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "nvm/memory.hpp"
#include "port/work_observer.hpp"

namespace store {

using base::Tick;

/// The present run of the card's software: the tick that it has come to.
struct Work {
    Tick now = 0;
    port::WorkObserver* observer = nullptr;  ///< of the times that are spent; nullptr: nobody

    void spend(Tick ticks) { now += ticks; }
    void spend(Tick ticks, port::CardUnit unit) {
        if (observer != nullptr && ticks != 0) observer->on_work(unit, now, now + ticks);
        now += ticks;
    }
};

/// Objects live in pages of a heap, as chains; a directory, itself such a chain, says where. What
/// is new goes into free pages first. Then one page, the root, is changed through the journal to
/// show the new directory: that is the moment of commitment. Then pages that became free are
/// cleared. So a cut leaves all of a transaction or none, however many objects it touches, and
/// freed pages hold nothing of what they held.
///
/// Example: objects.begin(); objects.write(1, bytes); objects.commit(work); objects.read(1) ==
/// bytes
class Objects {
public:
    using Id = std::uint32_t;
    static constexpr std::size_t RootBytes = 32;
    static constexpr std::size_t MostObjectBytes = 0xFF'FFFF;

    /// `ticks` is what one transaction takes. Nothing is read before mount().
    Objects(nvm::Memory& memory, const nvm::Range& root, const nvm::Range& heap, Tick ticks);
    /// `other` with the same content in a copy of its memory.
    Objects(const Objects& other, nvm::Memory& memory);
    Objects(const Objects&) = delete;
    Objects& operator=(const Objects&) = delete;

    /// An empty store in a factory-new memory: no step, no wear.
    void format();
    /// Reads the directory, after each power-up of the memory and before anything else. False when
    /// there is none that is sound. Drops an open transaction.
    [[nodiscard]] bool mount();

    /// All three see the open transaction. read(): nothing when there is no such object.
    [[nodiscard]] std::vector<Id> ids() const;
    [[nodiscard]] bool contains(Id id) const;
    [[nodiscard]] std::optional<base::Bytes> read(Id id) const;

    /// Opens a transaction; one at a time.
    void begin();
    [[nodiscard]] bool open() const noexcept { return open_; }
    /// Writes the whole object, which exists afterwards.
    void write(Id id, base::ByteView bytes);
    /// Erasing what is not there changes nothing.
    void erase(Id id);
    /// Bytes outside of the heap that shall change together with the objects.
    void write_outside(const nvm::Range& range, std::size_t offset, base::ByteView bytes);
    /// Ends the transaction; `work` comes to the tick when it is done. False: worn out or no room,
    /// and nothing was changed. A transaction that changes nothing takes no time.
    [[nodiscard]] bool commit(Work& work);
    /// Drops the open transaction, if any.
    void abort() noexcept;

    /// Bytes that an object of its own may have as things stand, the open transaction counted. Old
    /// and new content of a transaction need room at the same time: a part is always held back for
    /// that.
    [[nodiscard]] std::size_t free_bytes() const;

private:
    using Page = std::size_t;
    struct Entry {
        std::size_t size = 0;
        std::vector<Page> pages{};
    };
    using Directory = std::map<Id, Entry>;

    [[nodiscard]] base::Bytes chain(const Entry& entry) const;
    [[nodiscard]] std::optional<Entry> follow(Page first, std::size_t size) const;
    void put(nvm::Plan& plan, const Entry& entry, base::ByteView bytes) const;
    [[nodiscard]] nvm::Plan clearing(const std::set<Page>& used) const;
    [[nodiscard]] static base::Bytes serialise(const Directory& directory);
    [[nodiscard]] bool parse(base::ByteView bytes);
    [[nodiscard]] std::size_t cell_page(Page page) const noexcept;

    nvm::Memory* memory_;
    nvm::Range root_;
    nvm::Range heap_;
    Tick ticks_;
    std::size_t pages_;

    Directory directory_{};
    Entry directory_chain_{};
    std::uint32_t generation_ = 0;

    bool open_ = false;
    std::map<Id, std::optional<base::Bytes>> changes_{};  ///< nothing: erased
    nvm::Transaction outside_{};
};

}  // namespace store
