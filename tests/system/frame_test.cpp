// Frames of type A on the air (test plan, FRAME-A rows).
#include "level.hpp"
#include "rf/manchester.hpp"
#include "rf/miller.hpp"
#include "verilated/rtl_world.hpp"

namespace system_test {
namespace {

constexpr Tick Bit = 128;
constexpr Tick Half = 64;

/// Pauses as Miller symbols, SOC/bits/EOC. `starts` count from the SOC.
std::string miller(const std::vector<Tick>& starts, std::size_t bits) {
    std::string symbols(bits + 3, 'Y');
    for (const Tick start : starts) {
        const Tick at = start % Bit;
        symbols.at(start / Bit) = at == 0 ? 'Z' : at == Half ? 'X' : '?';
    }
    return symbols.substr(0, 1) + "/" + symbols.substr(1, bits) + "/" + symbols.substr(bits + 1);
}

/// Half bits with subcarrier as Manchester symbols, SOC/bits/EOC.
std::string manchester(const std::vector<bool>& halves) {
    std::string symbols;
    for (std::size_t i = 0; i + 1 < halves.size(); i += 2)
        symbols += halves[i] && halves[i + 1] ? '*' : halves[i] ? 'D' : halves[i + 1] ? 'E' : 'F';
    return symbols.substr(0, 1) + "/" + symbols.substr(1, symbols.size() - 2) + "/" +
           symbols.back();
}

/// On the RTL what the air itself showed, on the model what its coding makes of the frame's bits.
class Frame : public LevelTest {
protected:
    using Edge = std::pair<bool, Tick>;

    void watch() {
        field_on();
        tb::RtlWorld* world = rtl();
        if (world == nullptr) return;
        pauses_.clear();
        edges_.clear();
        soc_ = next_start();
        world->probe_level([this, low = true](Tick tick, std::uint8_t level) mutable {
            const bool now_low = level < port::AirProfile{}.carrier / 2;
            // The level is under one half two ticks after the switch with the default antenna.
            if (now_low && !low) pauses_.push_back(tick - 2 - soc_);
            low = now_low;
        });
        world->listen_to_load(
            [this](unsigned, bool on, Tick tick) { edges_.emplace_back(on, tick); });
    }

    [[nodiscard]] std::vector<Tick> pauses() {
        if (rtl() != nullptr) return pauses_;
        std::vector<Tick> starts = rf::pause_starts(frame(port::AirFrame::Source::Pcd).bits, 0);
        return starts;
    }

    /// Half bits of the answer, EOC included.
    [[nodiscard]] std::vector<bool> halves() {
        std::vector<bool> loaded;
        if (rtl() == nullptr) {
            for (const auto slot : rf::manchester_slots(frame(port::AirFrame::Source::Picc).bits)) {
                loaded.push_back((slot & rf::SlotD) != 0);
                loaded.push_back((slot & rf::SlotE) != 0);
            }
            return loaded;
        }
        if (edges_.empty()) return loaded;
        const Tick first = edges_.front().second;
        // Bits as many as the last edge needs, and one more for the EOC.
        loaded.assign(2 * ((edges_.back().second - first) / Bit + 2), false);
        for (const auto& [on, tick] : edges_)
            if (on) loaded.at((tick - first) / Half) = true;
        return loaded;
    }

    /// A loaded half is 4 x (8 ticks on, 8 off) and starts on; nothing else is loaded.
    void expect_clean_subcarrier() {
        if (rtl() == nullptr) return;
        ASSERT_FALSE(edges_.empty());
        ASSERT_EQ(edges_.size() % 8, 0U);
        const Tick first = edges_.front().second;
        for (std::size_t i = 0; i < edges_.size(); ++i) {
            const Tick half = first + (edges_[i - i % 8].second - first) / Half * Half;
            EXPECT_EQ(edges_[i].first, i % 2 == 0);
            EXPECT_EQ(edges_[i].second, half + 8 * (i % 8));
        }
    }

    std::vector<Edge> edges_;

private:
    [[nodiscard]] const port::AirFrame& frame(port::AirFrame::Source source) {
        const auto& frames = recorder().frames;
        for (auto at = frames.rbegin(); at != frames.rend(); ++at)
            if (at->source == source) return *at;
        throw std::logic_error{"no such frame was seen"};
    }

    Tick soc_ = 0;
    std::vector<Tick> pauses_;
};
ON_BOTH_LEVELS(Frame);

port::Request sending(Bytes data, unsigned last_bits, bool crc) {
    port::Request request;
    request.data = std::move(data);
    request.last_bits = last_bits;
    request.tx_crc = crc;
    return request;
}

TEST_P(Frame, FRAME_A_01_ShortFramesAreCodedWithTheRightPauses) {
    watch();
    exchange(sending({0x26}, 7, false));
    EXPECT_EQ(pauses(), (std::vector<Tick>{0, 128, 320, 448, 640, 832, 1024}));
    EXPECT_EQ(miller(pauses(), 7), "Z/ZXXYZXY/ZY");
    watch();
    exchange(sending({0x52}, 7, false));
    EXPECT_EQ(pauses(), (std::vector<Tick>{0, 128, 320, 512, 704, 960}));
    EXPECT_EQ(miller(pauses(), 7), "Z/ZXYZXYX/YY");
}

TEST_P(Frame, FRAME_A_02_StandardFrameHasOddParityAfterEachByte) {
    watch();
    exchange(sending({0x50, 0x00}, 0, true));
    EXPECT_EQ(miller(pauses(), 36), "Z/ZZZZXYXYXYZZZZZZZXXXXYXYXYZXYXXYZXXY/ZY");
}

TEST_P(Frame, FRAME_A_03_BitOrientedFrameHasNoParityAfterPartOfAByte) {
    watch();
    exchange(sending({0x93, 0x25, 0x32}, 5, false));
    EXPECT_EQ(miller(pauses(), 23), "Z/XXYZXYZXXXYXYZXYZZZXYZX/YY");
}

TEST_P(Frame, FRAME_A_04_AnswerIsManchesterOnTheSubcarrier) {
    place(c1k());
    watch();
    ASSERT_EQ(short_frame(0x26), "04 00");
    EXPECT_EQ(manchester(halves()), "D/EEDEEEEEEEEEEEEEED/F");
    expect_clean_subcarrier();
}

TEST_P(Frame, FRAME_A_05_FourBitAnswerHasNoParity) {
    place(c1k());
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.request_nonce(0x60, 4));
    // A reader's nonce for which the keystream leaves the ACK as it is.
    std::string nr;
    for (unsigned i = 0; nr.empty(); ++i) {
        ASSERT_LT(i, 256U);
        char trial_nr[12];
        std::snprintf(trial_nr, sizeof trial_nr, "11 22 33 %02X", i);
        MifareSession trial{session};
        static_cast<void>(trial.token(trial_nr));
        static_cast<void>(trial.encrypt(bytes("00 00 00 00")));
        static_cast<void>(trial.encrypt(with_crc("A0 04")));
        if (trial.encrypt(low_bits(0xA, 4)) == low_bits(0xA, 4)) nr = trial_nr;
    }
    ASSERT_EQ(session.finish(session.token(nr)).size(), 11U);
    watch();
    ASSERT_EQ(session.command("A0 04"), "A");
    EXPECT_EQ(manchester(halves()), "D/EDED/F");
    expect_clean_subcarrier();
    if (on_rtl()) {
        EXPECT_LE(edges_.back().second - edges_.front().second, 5 * Bit);
    }
}

}  // namespace
}  // namespace system_test
