/// \file profile_page.hpp
/// A profile as a page that stands alone: one file, no script, nothing fetched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trace/profile_charts.hpp"

namespace trace {

/// What a data sheet or a use allows for one kind of Transaction.
struct Budget {
    std::string_view name;  ///< how its name begins
    double milliseconds;
    std::string_view source;
};
/// A transit gate's 100 ms, and the typical times of a MIFARE Classic (fact sheet
/// mifare-classic.md, 4: times of a transaction with the reader's own).
[[nodiscard]] const std::vector<Budget>& budgets();
/// The one that `transaction` is held against; nullptr: none.
[[nodiscard]] const Budget* budget_of(const Transaction& transaction);

struct Page {
    std::string title{};   ///< Example: "A4: modify, card side"
    std::string manner{};  ///< level, rate and knobs, in words
    const std::vector<Record>* records = nullptr;
    const std::vector<Profile>* profiles = nullptr;
    std::vector<SweepPoint> sweep{};
    std::string knob{};  ///< of the sweep
};
[[nodiscard]] std::string to_page(const Page& page);

}  // namespace trace
