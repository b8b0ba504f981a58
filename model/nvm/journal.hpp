/// \file journal.hpp
/// The one mechanism through which everything persistent changes: transactions that a power cut
/// leaves done or not done, never half done.
///
/// A transaction's new pages go into a slot of the log first, then a marker page is programmed (the
/// moment of commitment), then the pages are put in place, then the marker is erased:
///
///     E P (log pages) | P marker | E P (pages in place) | E marker
///
/// A cut may leave the marker weak. At power-up a marker that reads as valid is programmed again
/// before anything else: that never weakens a firm one, and makes a weak one firm before the first
/// page in place changes. One that does not read as valid is erased before anything is read. So
/// each number of cuts at any place leads to the same two outcomes.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nvm/nvm.hpp"

namespace nvm {

/// A named part of the address space. Ranges begin on a page of their own, so that a worn page
/// harms one.
struct Range {
    std::string name{};
    std::size_t address = 0;
    std::size_t size = 0;
};

/// Hands out ranges one after the other.
class Layout {
public:
    Range add(std::string_view name, std::size_t size);
    [[nodiscard]] const std::vector<Range>& ranges() const noexcept { return ranges_; }
    [[nodiscard]] std::size_t pages() const noexcept { return pages_; }

private:
    std::vector<Range> ranges_;
    std::size_t pages_ = 0;
};

/// What shall change together. Lives in RAM: to abort is to drop it. A later write to the same
/// bytes wins.
class Transaction {
public:
    /// Throws std::out_of_range when `bytes` do not fit into the range from `offset` on.
    void write(const Range& range, std::size_t offset, base::ByteView bytes);
    [[nodiscard]] const std::map<std::size_t, std::uint8_t>& bytes() const noexcept {
        return bytes_;
    }

private:
    std::map<std::size_t, std::uint8_t> bytes_;  ///< by address
};

/// Plans the steps of transactions and recoveries. Holds no state: all of it is in the cells.
class Journal {
public:
    struct Options {
        std::size_t first_page = 0;         ///< of the log
        std::size_t slots = 8;              ///< places used in turn, so that the log wears evenly
        std::size_t transaction_pages = 1;  ///< most pages one transaction may touch, 1..MostPages
        bool enabled = true;                ///< false only in tests that show what it is good for
    };
    static constexpr std::size_t MostPages = 24;

    explicit Journal(const Options& options);
    [[nodiscard]] static std::size_t pages(const Options& options) noexcept;

    /// The steps that commit `transaction`; nothing when one of its pages or the whole log is worn
    /// out. Throws std::length_error when it touches more pages than a slot holds.
    [[nodiscard]] std::optional<Plan> commit(Nvm& memory, const Transaction& transaction) const;

    /// The steps that bring the memory into order at power-up.
    [[nodiscard]] Plan recover(Nvm& memory) const;

private:
    struct Entry {
        std::size_t page;
        base::Bytes image;
    };
    [[nodiscard]] std::size_t slot_page(std::size_t slot) const noexcept;
    [[nodiscard]] std::optional<std::size_t> fresh_slot(const Nvm& memory) const;
    [[nodiscard]] std::optional<std::vector<Entry>> entries(Nvm& memory, std::size_t slot,
                                                            const base::Bytes& marker) const;

    Options options_;
};

}  // namespace nvm
