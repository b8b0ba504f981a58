/// \file preview.hpp
/// What a change would do to a sector, before it is done: differences, warnings, refusals.
#pragma once

#include <string>
#include <vector>

#include "base/key.hpp"
#include "terminal/sector_view.hpp"

namespace terminal {

/// New content of one block. A trailer's has both keys in it, so it is wiped when it goes.
struct Edit {
    unsigned index = 0;  ///< in the sector
    port::Block data{};

    Edit(unsigned at, const port::Block& content) : index{at}, data{content} {}
    Edit(const Edit&) = default;
    Edit& operator=(const Edit&) = default;
    ~Edit() { base::wipe(data); }
};
using Edits = std::vector<Edit>;

struct Change {
    unsigned index = 0;
    port::Block before{};  ///< of trailers without keys
    port::Block after{};
    bool keys = false;  ///< both keys are set too
    std::string meaning_before{};
    std::string meaning_after{};
};

struct Notice {
    enum class Weight : std::uint8_t { Note, Warning, Refusal };
    Weight weight = Weight::Note;
    std::string text{};
};

struct Preview {
    std::vector<Change> changes{};  ///< in the order of the blocks; same content is none
    std::vector<Notice> notices{};

    [[nodiscard]] bool allowed() const noexcept;
};

/// Refused: the manufacturer block, access bits whose copies do not match, and access bits after
/// which no key can do what one could before: read a block, or change keys or access bits.
/// Two edits of one block: the later one counts.
[[nodiscard]] Preview preview(const SectorView& before, const Edits& edits);

}  // namespace terminal
