// Blocks drawn from a seed, on both levels side by side: each frame, tick, piece and answer must be
// the same.
#include <random>

#include "test_application.hpp"

namespace system_test {
namespace {

class BlockLockstep : public BlockTest {
protected:
    /// Cards that differ in what their ATS allows, and Classic cards that also speak blocks.
    Card card_of(unsigned index) {
        constexpr std::array<std::string_view, 6> Ats{
            "06 75 77 01 02 80",  // FSC 64, FWI 0, CID
            "05 78 80 11 03",     // FSC 256, FWI 1, CID and NAD
            "05 70 00 02 00",     // FSC 16, FWI 0, neither
            "01",                 // all defaults
            "05 72 77 02 01",     // FSC 32, FWI 0, NAD
            "14 75 77 01 02 A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE"};
        Card card = with_ats(index % 2 == 0 ? dep4() : dep7(), Ats[index % Ats.size()]);
        if (index % 3 == 2) card.profile.sak = 0x28;
        card.profile.strict = index % 4 == 3;
        return card;
    }

    unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }
    bool once_in(unsigned times) { return draw(times) == 0; }
    static std::string hex(unsigned value) {
        const auto byte = static_cast<std::uint8_t>(value);
        return base::to_hex({&byte, 1});
    }

    /// A command of the test application, or nonsense.
    std::string command() {
        switch (draw(8)) {
            case 0:
            case 1:
                return "80 03 00 00 01";
            case 2:
            case 3: {
                const unsigned size = draw(50);
                return "80 04 00 00 " + hex(size) + " " + counting(0, size) + " 00";
            }
            case 4:
                return "80 01 " + hex(draw(2)) + " " + hex(draw(256)) + " 00";
            case 5:
                return "80 02 00 " + hex(1 + draw(4));
            case 6:
                return "";
            default:
                return counting(0, draw(8));
        }
    }
    /// PCB with CID and NAD as a reader would or would not use them.
    std::string prologue(unsigned control) {
        std::string rest;
        if (once_in(8) ? once_in(2) : with_cid_) {
            control |= 0x08U;
            rest += " " + hex(once_in(20) ? draw(256) : cid_);
        }
        if ((control & 0xE0U) == 0 && once_in(6)) {
            control |= 0x04U;
            rest += " " + hex(once_in(4) ? draw(256) : draw(256) & 0x77U);
        }
        return hex(control) + rest;
    }
    std::string information() {
        const std::string data = command();
        unsigned control = 0x02U | number_;
        if (once_in(4)) control |= 0x10U;
        if (!once_in(10)) number_ ^= 1U;
        return prologue(control) + " " + data;
    }
    std::string next_block() {
        if (once_in(50)) return prologue(0xC2);
        if (once_in(60)) return "D" + hex(cid_).substr(1) + (once_in(2) ? " 11 00" : " 01");
        // What the card said last calls for an answer; mostly it gets the right one.
        const std::string said = reply().silent ? "" : reply().text();
        if (said.starts_with("F") && !once_in(3)) {
            return prologue(0xF2) + " " + (once_in(8) ? hex(draw(256)) : "01");
        }
        if (said.starts_with("1") && !once_in(3)) {
            const unsigned number = base::from_hex(said.substr(0, 2)).value()[0] & 1U;
            return prologue(0xA2U | (number ^ 1U));
        }
        switch (draw(10)) {
            case 0:
                return prologue(0xB2U | draw(2));
            case 1:
                return prologue(0xA2U | draw(2));
            case 2:
                return prologue(0xF2) + " " + hex(draw(4));
            case 3:
                return prologue(draw(256)) + (once_in(2) ? " " + hex(draw(256)) : "");
            default:
                return information();
        }
    }
    Bits next_frame() {
        Bits bits = with_crc(next_block());
        if (once_in(12)) bits = flipped(bits, draw(static_cast<unsigned>(bits.size())));
        if (once_in(30)) bits.resize(1 + draw(static_cast<unsigned>(bits.size())));
        return bits;
    }
    /// From wherever the card is; it may fail when the card is in PROTOCOL.
    void activate() {
        if (once_in(3)) field_off(4096);
        short_frame(once_in(2) ? 0x26 : 0x52);
        if (reply().silent) return;
        select();
        if (once_in(6)) send(with_crc(once_in(2) ? "60 04" : "30 00"));
        cid_ = once_in(2) ? 0 : draw(16);
        with_cid_ = cid_ != 0 || once_in(3);
        number_ = 0;
        send(with_crc("E0 " + hex(draw(16) << 4U | cid_)));
        deselected_ = reply().silent;
    }

    void step() {
        listen_for(patience_);
        if (deselected_ || once_in(100)) return activate();
        const bool cut = once_in(80);
        const Bits frame = next_frame();
        if (cut)
            world().cut_power(next_start() +
                              draw(128 * static_cast<unsigned>(frame.size()) + 8000));
        send(frame);
        if (cut) {
            // Whatever of it came to pass, the card begins anew.
            send(low_bits(0x26, 7));
            field_off(4096);
            deselected_ = true;
        }
        const std::string said = reply().silent ? "" : reply().text();
        if (said.starts_with("C")) deselected_ = true;
    }

    void run(unsigned seed, unsigned steps) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        random_.seed(seed);
        const Card card = card_of(seed);
        use_lockstep();
        place_dep(card, Slow);
        // No answer begins while the reader sends: FWI 0 and 1, or SLOW below the default FWT.
        patience_ = card.profile.ats.size() == 1 ? 6 * Slow : 9000;
        for (unsigned i = 0; i < steps; ++i) {
            SCOPED_TRACE(testing::Message() << "step " << i);
            step();
        }
    }

private:
    static constexpr Tick Slow = 4096;  ///< unit of SLOW

    std::mt19937 random_{};
    Tick patience_ = 0;
    unsigned number_ = 0;
    unsigned cid_ = 0;
    bool with_cid_ = false;
    bool deselected_ = true;
};
ON_BOTH_LEVELS(BlockLockstep);

// The parameter chooses the seed.
TEST_P(BlockLockstep, RandomBlocksOnACardWithCids) { run(on_rtl() ? 0 : 6, 1000); }
TEST_P(BlockLockstep, RandomBlocksOnACardWithCidsAndNads) { run(on_rtl() ? 1 : 7, 1000); }
TEST_P(BlockLockstep, RandomBlocksOnACardWithShortFrames) { run(on_rtl() ? 2 : 8, 1000); }
TEST_P(BlockLockstep, RandomBlocksOnACardWithDefaults) { run(on_rtl() ? 3 : 9, 1000); }
TEST_P(BlockLockstep, RandomBlocksOnACardWithNads) { run(on_rtl() ? 4 : 10, 1000); }
TEST_P(BlockLockstep, RandomBlocksOnACardWithALongAts) { run(on_rtl() ? 5 : 11, 1000); }

}  // namespace
}  // namespace system_test
