/// \file nvm.hpp
/// Non-volatile memory as it is: pages that are erased and programmed in steps, tear, and wear out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace nvm {

inline constexpr std::size_t PageBytes = 64;

/// One thing the memory does at a time. Erase sets all bits of the page to 0, Program sets the bits
/// that are 1 in `image` and leaves the others alone. Both only push cells one way: what is there
/// already stays firm, even when a repeated step is cut.
struct Step {
    enum class Kind : std::uint8_t { Erase, Program };
    Kind kind = Kind::Erase;
    std::size_t page = 0;
    base::Bytes image{};  ///< Program: PageBytes bytes
};

using Plan = std::vector<Step>;

/// The cells. A step cut half way leaves weak bits, which read differently each time; the draws are
/// seeded. Example: m.run({Erase, 3}); m.run({Program, 3, image}); m.read(3) == image
class Nvm {
public:
    /// `wear_limit`: erases after which a page counts as worn out.
    Nvm(std::size_t pages, std::uint64_t seed, std::uint32_t wear_limit);

    [[nodiscard]] std::size_t pages() const noexcept { return erases_.size(); }
    [[nodiscard]] base::Bytes read(std::size_t page);
    /// Read at the margin: true only when every cell of the page is firmly erased.
    [[nodiscard]] bool blank(std::size_t page) const;

    void run(const Step& step);
    /// The step was cut when `progress` of 256 parts of it were done.
    void tear(const Step& step, unsigned progress);

    [[nodiscard]] std::uint32_t erases(std::size_t page) const { return erases_.at(page); }
    /// Who owns the page shall not begin anything new with it. The cells still obey, so that what
    /// was begun before can be ended.
    [[nodiscard]] bool worn(std::size_t page) const { return erases_.at(page) >= wear_limit_; }
    void set_erases(std::size_t page, std::uint32_t count) { erases_.at(page) = count; }
    [[nodiscard]] std::size_t weak_bits() const noexcept;

    /// One page as it lies there, to be put back when time turns out never to have come that far.
    struct Page {
        base::Bytes cells{};
        base::Bytes weak{};
        std::uint32_t erases = 0;
    };
    [[nodiscard]] Page page(std::size_t number) const;
    void restore(std::size_t number, const Page& page);

    /// Everything that a file must keep.
    struct State {
        base::Bytes cells{};
        base::Bytes weak{};
        std::vector<std::uint32_t> erases{};
        std::uint64_t random = 0;
        std::uint32_t wear_limit = 0;

        friend bool operator==(const State&, const State&) = default;
    };
    [[nodiscard]] State state() const;
    /// Throws std::invalid_argument when the sizes do not belong together.
    explicit Nvm(State state);

private:
    std::uint8_t random_byte() noexcept;

    base::Bytes cells_;
    base::Bytes weak_;  ///< 1 where a cell holds neither 0 nor 1
    std::vector<std::uint32_t> erases_;
    std::uint64_t random_;
    std::uint32_t wear_limit_;
};

}  // namespace nvm
