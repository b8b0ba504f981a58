/// \file clocked_top.hpp
/// A Verilated top that is stepped clock edge by clock edge at little cost.
#pragma once

#include <verilated.h>

#include <array>
#include <type_traits>
#include <utility>

// Verilator's own, declared nowhere: which clocks have risen, and what their edges do.
#define DECLARE_CLOCKED_TOP(top)                                 \
    void top##___024root___eval_triggers__act(top##___024root*); \
    void top##___024root___eval_nba(top##___024root*)
#define CLOCKED_TOP(top) \
    ClockedTop<top, &top##___024root___eval_triggers__act, &top##___024root___eval_nba>

namespace tb {

/// Clocks of the parts of SplitField; together as a sum.
enum Clock : unsigned {
    ClockPcd = 1,   ///< clk_i
    ClockPicc = 2,  ///< picc_clk_i
    ClockTake = 4,  ///< said_clk_i or heard_clk_i
};

/// eval() asks again and again whether anything else has risen, which takes as long as a good part
/// of the edges themselves: here what an edge triggers is found out once.
///
/// What hangs on an input that is no clock, and a reset that an edge takes back or gives, needs
/// eval(); there are few of those, and it is known when.
template <class Top, auto Triggers, auto Nba>
class ClockedTop {
public:
    using Root = std::remove_reference_t<decltype(*std::declval<Top&>().rootp)>;

    Top top;

    explicit ClockedTop(VerilatedContext* context) : top{context, ""} {
        top.eval();
        for (unsigned clocks = 0; clocks < triggered_.size(); ++clocks) {
            set_clocks(clocks);
            Triggers(&root());
            triggered_[clocks] = root().__VactTriggered;
            set_clocks(0);
            Triggers(&root());
        }
    }
    ~ClockedTop() { top.final(); }
    ClockedTop(const ClockedTop&) = delete;
    ClockedTop& operator=(const ClockedTop&) = delete;

    [[nodiscard]] Root& root() { return *top.rootp; }

    /// Rising edges of `clocks`, in two steps: what is between them sees the registers as they
    /// were.
    void raise(unsigned clocks) { root().__VnbaTriggered = triggered_[clocks]; }
    void follow() { Nba(&root()); }

    void edge(unsigned clocks) {
        raise(clocks);
        follow();
    }

private:
    void set_clocks(unsigned clocks) {
        if constexpr (requires(Top & t) { t.clk_i; }) top.clk_i = (clocks & ClockPcd) != 0;
        if constexpr (requires(Top & t) { t.picc_clk_i; })
            top.picc_clk_i = (clocks & ClockPicc) != 0;
        if constexpr (requires(Top & t) { t.said_clk_i; })
            top.said_clk_i = (clocks & ClockTake) != 0;
        if constexpr (requires(Top & t) { t.heard_clk_i; })
            top.heard_clk_i = (clocks & ClockTake) != 0;
    }

    std::array<std::remove_cvref_t<decltype(std::declval<Root&>().__VnbaTriggered)>, 8>
        triggered_{};
};

}  // namespace tb
