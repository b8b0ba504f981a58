// Blocks at every rate and cards of type B, drawn from a seed, on both levels side by side: each
// frame, tick, piece and answer must be the same.
#include <algorithm>
#include <random>

#include "link_level.hpp"

namespace system_test {
namespace {

using port::BitRate;
using port::Technology;

std::string hex(unsigned value) {
    const auto byte = static_cast<std::uint8_t>(value);
    return base::to_hex({&byte, 1});
}

class LinkLockstep : public LinkTest {
protected:
    unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }
    bool once_in(unsigned times) { return draw(times) == 0; }

    /// How often the card answered a block at each pair of rates.
    unsigned answered = 0;
    unsigned fast = 0;

    void run(const Card& card, unsigned seed, unsigned steps) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        random_.seed(seed);
        is_b_ = card.profile.technology == Technology::B;
        pupi_ = base::to_hex(card.profile.uid, " ");
        use_lockstep();
        place_dep(card, Slow);
        for (unsigned i = 0; i < steps && !HasFatalFailure(); ++i) {
            SCOPED_TRACE(testing::Message() << "step " << i);
            listen_for(Patience);
            wait(draw(300));
            if (!open_ || once_in(60))
                is_b_ ? activate_b() : activate_a();
            else
                block();
        }
        EXPECT_GT(answered, steps / 8);
        EXPECT_GT(fast, steps / 40);
    }

private:
    static constexpr Tick Slow = 4096;      ///< unit of SLOW
    static constexpr Tick Patience = 9000;  ///< above every answer's delay at FWI 0 and 1

    static BitRate rate(unsigned index) { return static_cast<BitRate>(index); }

    /// A frame whose checksum the reader makes; once in a while it is spoilt or taken for another.
    std::string checked(const std::string& text, Link link) {
        if (is_b_ && once_in(4))
            link.framing = {10 + draw(2), 2 + draw(2), once_in(2) ? draw(774) : 0};
        if (once_in(30)) return say(text, link);  // without a checksum
        if (once_in(40)) link.tx = rate(draw(4));
        if (once_in(40)) link.technology = is_b_ ? Technology::A : Technology::B;
        return say_checked(text, link);
    }

    void begin() {
        if (once_in(3)) field_off(4096);
        link_ = {is_b_ ? Technology::B : Technology::A, BitRate::Fc128, BitRate::Fc128, {}};
        number_ = 0;
        open_ = false;
    }

    void activate_a() {
        begin();
        if (short_frame(once_in(2) ? 0x26 : 0x52) == "silent") return;
        select();
        if (send(with_crc("E0 " + hex(draw(9) << 4U))) == "silent") return;
        open_ = true;
        if (once_in(5)) return;
        const unsigned from = draw(4);
        const unsigned to = once_in(3) ? draw(4) : from;
        if (send(with_crc("D0 11 " + hex(from << 2U | to))) == "silent") return;
        link_.tx = rate(to);
        link_.rx = rate(from);
    }

    void activate_b() {
        begin();
        const unsigned slots = once_in(2) ? 0 : draw(8);
        const std::string family = once_in(4) ? hex(draw(256)) : "00";
        std::string atqb =
            checked("05 " + family + " " + hex((once_in(2) ? 8U : 0U) | slots), link_);
        for (unsigned left = slots == 0 ? 0 : draw(20); left > 0 && atqb == "silent"; --left)
            atqb = checked(hex(draw(16) << 4U | 5U), link_);
        if (atqb == "silent" && !once_in(8)) return;
        if (once_in(10)) {
            checked("50 " + pupi_, link_);
            return;
        }
        const unsigned from = once_in(3) ? 0 : draw(4);
        const unsigned to = once_in(3) ? draw(4) : from;
        const std::string attrib = "1D " + (once_in(12) ? "01 02 03 04" : pupi_) + " " +
                                   hex(draw(256)) + " " + hex(from << 6U | to << 4U | draw(16)) +
                                   " " + (once_in(12) ? hex(draw(256)) : "01") + " " +
                                   (once_in(6) ? hex(draw(256)) : "00");
        if (checked(attrib, link_) != "00") return;
        open_ = true;
        link_.tx = rate(to);
        link_.rx = rate(from);
    }

    /// A command of the test application.
    std::string command() {
        switch (draw(5)) {
            case 0: {
                const unsigned size = draw(50);
                return "80 04 00 00 " + hex(size) + " " + counting(0, size) + " 00";
            }
            case 1:
                return "80 01 " + hex(draw(2)) + " " + hex(draw(256)) + " 00";
            case 2:
                return "80 02 00 " + hex(1 + draw(4));
            default:
                return "80 03 00 00 01";
        }
    }

    std::string next_block() {
        if (said_.starts_with("F") && !once_in(3)) return "F2 01";
        if (said_.starts_with("1") && !once_in(3))
            return hex(0xA2U | ((base::from_hex(said_.substr(0, 2)).value()[0] & 1U) ^ 1U));
        switch (draw(12)) {
            case 0:
                return hex(0xB2U | draw(2));
            case 1:
                return hex(0xA2U | draw(2));
            case 2:
                return hex(draw(256)) + (once_in(2) ? " " + hex(draw(256)) : "");
            default: {
                const unsigned control = 0x02U | number_ | (once_in(6) ? 0x10U : 0U);
                if (!once_in(10)) number_ ^= 1U;
                return hex(control) + " " + command();
            }
        }
    }

    void block() {
        if (once_in(40)) {
            said_ = checked("C2", link_);
            open_ = false;
            return;
        }
        const bool cut = once_in(80);
        if (cut) world().cut_power(next_start() + draw(20'000));
        said_ = checked(next_block(), link_);
        if (said_ != "silent") {
            ++answered;
            if (link_.tx != BitRate::Fc128 || link_.rx != BitRate::Fc128) ++fast;
        }
        if (cut) {
            field_off(4096);
            open_ = false;
        }
        if (answer().errors.any()) said_ = "silent";
    }

    std::mt19937 random_{};
    Link link_{};
    std::string pupi_{};
    std::string said_ = "silent";
    unsigned number_ = 0;
    bool is_b_ = false;
    bool open_ = false;
};
ON_BOTH_LEVELS(LinkLockstep);

Card type_b_with(std::string_view atqb, std::uint8_t afi) {
    Card card = type_b_card();
    const auto bytes = base::from_hex(atqb).value();
    std::copy(bytes.begin(), bytes.end(), card.profile.atqb.begin());
    card.profile.afi = afi;
    return card;
}

// The parameter chooses the seed.
TEST_P(LinkLockstep, TypeAAtAllRates) {
    run(with_ats(dep4(), "05 78 77 01 02"), on_rtl() ? 1 : 2, 250);
}
TEST_P(LinkLockstep, TypeAWithTheSameRateBothWays) {
    run(with_ats(dep7(), "05 75 F7 11 02"), on_rtl() ? 3 : 4, 250);
}
TEST_P(LinkLockstep, TypeBAtAllRates) {
    run(type_b_with("01 02 03 04 77 81 01", 0x11), on_rtl() ? 5 : 6, 250);
}
TEST_P(LinkLockstep, TypeBWithShortFrames) {
    run(type_b_with("00 00 00 00 B3 01 10", 0x00), on_rtl() ? 7 : 8, 250);
}

}  // namespace
}  // namespace system_test
