// Power cuts while the card programs, over the air (test plan, TEAR rows of the card).
//
// The card's NVM loses power 1040 ticks after the carrier stops, and programming starts 1024 ticks
// after G (docs/choices.md, Power and Frame delay index): so a cut can be aimed at any tick of it.
#include "mifare_cards.hpp"

namespace system_test {
namespace {

constexpr std::string_view Factory = "FF FF FF FF FF FF";
constexpr std::string_view Rights = "FF 07 80 69";
constexpr std::string_view Zeros = "00 00 00 00 00 00";
constexpr Tick FieldOff = 67'800;
constexpr Tick T = 27'136;
constexpr Tick NvmHold = 1040;

std::string block_text(std::uint8_t fill) {
    const Bytes data(16, fill);
    return base::to_hex(data, " ");
}

/// Keys A and B of all bytes `fill`, rights 000/001: key A may change everything.
std::string trailer_text(std::uint8_t fill) {
    const std::string key = base::to_hex(Bytes(6, fill), " ");
    return key + " " + std::string{Rights} + " " + key;
}

std::string value_text(std::uint32_t value) {
    Bytes data;
    for (const std::uint32_t part : {value, ~value, value})
        for (unsigned i = 0; i < 4; ++i) data.push_back(static_cast<std::uint8_t>(part >> (8 * i)));
    for (const unsigned byte : {0x04U, 0xFBU, 0x04U, 0xFBU})
        data.push_back(static_cast<std::uint8_t>(byte));
    return base::to_hex(data, " ");
}

/// Where to cut, counted from the start of programming: before it, inside each step and at its end.
std::vector<Tick> cuts(const store::SectorStore& memory, unsigned block) {
    auto copy = memory;
    EXPECT_TRUE(
        copy.program(static_cast<port::BlockAddress>(block), block_of(block_text(1)), 0).ok);
    std::vector<Tick> all{0};
    for (const Tick end : copy.step_ends(0)) {
        const Tick from = all.back();
        for (const Tick quarter : {1U, 2U, 3U}) all.push_back(from + (end - from) * quarter / 4);
        all.push_back(end);
    }
    return all;
}

class Tearing : public LevelTest {
protected:
    /// 1K whose blocks 4 to 6 hold their number, or a value in block 4.
    static Card sample(std::string_view block4) {
        Card card = with_block(c1k(), 4, block4);
        card = with_block(card, 5, block_text(5));
        return with_block(card, 6, block_text(6));
    }

    MifareSession open(std::string_view key) {
        to_active();
        MifareSession session{*this};
        opened_ = session.authenticate(0x60, 4, key);
        return session;
    }

    /// The field goes off and on, as a user does with a card that was torn.
    void restart() { field_off(FieldOff); }

    /// The NVM shall lose power `cut` ticks after the start of the programming that the next frame,
    /// of `bits` bits, orders.
    void cut_in_next_frame(Tick bits, Tick cut) {
        const Tick grid = next_start() + 128 * (1 + bits) + 1 + 34 + 20;  // G, with P = 34
        world().cut_power(grid + 1024 + cut - NvmHold);
    }

    /// What is wrong with sector 1 after a restart, read over the air; empty when its blocks 5 and
    /// 6 are untouched, block 4 is one of `data` and one of `keys` opens a trailer that is
    /// readable.
    std::string damage(const std::vector<std::string>& data, const std::vector<std::string>& keys) {
        for (const std::string& key : keys) {
            restart();
            auto session = open(key);
            if (!opened_) continue;
            key_ = key;
            found_ = session.command("30 04");
            if (std::none_of(data.begin(), data.end(),
                             [&](const std::string& d) { return found_ == with_crc_text(d); }))
                return "block 4 is " + found_;
            if (session.command("30 05") != with_crc_text(block_text(5))) return "block 5";
            if (session.command("30 06") != with_crc_text(block_text(6))) return "block 6";
            const std::string shown = session.command("30 07");
            const std::string wanted = std::string{Zeros} + " " + std::string{Rights} + " " + key;
            return shown == with_crc_text(wanted) ? "" : "block 7 is " + shown;
        }
        return "no key opens the sector";
    }
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] const std::string& found() const { return found_; }

    /// WRITEs of block 4, each cut somewhere else; the first damage, or nothing.
    std::string tear_writes(bool journal) {
        store::SectorStore::Options options;
        options.journal = journal;
        place(sample(block_text(0xA0)), options);
        std::string old_data = block_text(0xA0);
        std::uint8_t fill = 0xA0;
        for (const Tick cut : cuts(memory(), 4)) {
            const std::string new_data = block_text(++fill);
            auto session = open(Factory);
            EXPECT_TRUE(opened_);
            EXPECT_EQ(session.command("A0 04"), "A");
            cut_in_next_frame(9 * 18, cut);
            EXPECT_EQ(session.command(new_data), "silent");
            const std::string wrong = damage({old_data, new_data}, {std::string{Factory}});
            if (!wrong.empty()) return "cut " + std::to_string(cut) + ": " + wrong;
            const bool is_new = found() == with_crc_text(new_data);
            // docs/choices.md, Memory: old up to T/3, new from T/2 on.
            EXPECT_FALSE(is_new && cut <= T / 3) << "new data after a cut at " << cut;
            EXPECT_FALSE(!is_new && cut >= T / 2) << "old data after a cut at " << cut;
            if (is_new) old_data = new_data;
            restart();
        }
        return "";
    }

    bool opened_ = false;

private:
    std::string key_, found_;
};
ON_BOTH_LEVELS(Tearing);

TEST_P(Tearing, TEAR_01_WriteIsDoneOrNotDone) { EXPECT_EQ(tear_writes(true), ""); }

TEST_P(Tearing, WithoutTheJournalAWriteTears) { EXPECT_NE(tear_writes(false), ""); }

TEST_P(Tearing, TEAR_02_TrailerIsOldOrNew) {
    const std::string data = block_text(4);
    place(with_block(sample(data), 7, trailer_text(0x10)));
    std::uint8_t fill = 0x10;
    std::string now = base::to_hex(Bytes(6, fill), " ");
    bool kept = false;
    bool changed = false;
    for (const Tick cut : cuts(memory(), 7)) {
        SCOPED_TRACE(testing::Message() << "cut at " << cut);
        const std::string next = base::to_hex(Bytes(6, ++fill), " ");
        auto session = open(now);
        ASSERT_TRUE(opened_);
        ASSERT_EQ(session.command("A0 07"), "A");
        cut_in_next_frame(9 * 18, cut);
        ASSERT_EQ(session.command(trailer_text(fill)), "silent");
        ASSERT_EQ(damage({data}, {now, next}), "");
        EXPECT_EQ(text_of_block(memory(), 7), key() + " " + std::string{Rights} + " " + key());
        (key() == now ? kept : changed) = true;
        now = key();
        restart();
    }
    EXPECT_TRUE(kept);
    EXPECT_TRUE(changed);
}

TEST_P(Tearing, TEAR_03_TransferredValueIsOldOrNew) {
    std::uint32_t value = 100;
    place(sample(value_text(value)));
    bool kept = false;
    bool changed = false;
    for (const Tick cut : cuts(memory(), 4)) {
        SCOPED_TRACE(testing::Message() << "cut at " << cut);
        auto session = open(Factory);
        ASSERT_TRUE(opened_);
        ASSERT_EQ(session.command("C1 04"), "A");
        ASSERT_EQ(session.command("01 00 00 00"), "silent");
        cut_in_next_frame(9 * 4, cut);
        ASSERT_EQ(session.command("B0 04"), "silent");
        ASSERT_EQ(damage({value_text(value), value_text(value + 1)}, {std::string{Factory}}), "");
        const bool is_new = found() == with_crc_text(value_text(value + 1));
        (is_new ? changed : kept) = true;
        value += is_new ? 1 : 0;
        // Its format is valid: the card can count with it.
        restart();
        session = open(Factory);
        EXPECT_EQ(session.command("C0 04"), "A");
        restart();
    }
    EXPECT_TRUE(kept);
    EXPECT_TRUE(changed);
}

TEST_P(Tearing, TEAR_04_AcknowledgedMeansStored) {
    place(sample(block_text(0xA0)));
    auto session = open(Factory);
    ASSERT_TRUE(opened_);
    ASSERT_EQ(session.command("A0 04"), "A");
    // The ACK begins at n = 9 + T/128 and is four bits long: seen with its EOC (docs/choices.md).
    const Tick grid = next_start() + 128 * (1 + 9 * 18) + 1 + 34 + 20;
    const Tick seen = grid + 128 * 9 + T + 128 * (1 + 4 + 1);
    world().cut_power(seen);
    EXPECT_EQ(session.command(block_text(0xA1)), "A");
    EXPECT_EQ(reply().rx_end + 128, seen);
    EXPECT_EQ(damage({block_text(0xA1)}, {std::string{Factory}}), "");
}

TEST_P(Tearing, TEAR_04_TheFirstEdgeOfTheAckMeansStored) {
    place(sample(block_text(0xA0)));
    auto session = open(Factory);
    ASSERT_TRUE(opened_);
    ASSERT_EQ(session.command("A0 04"), "A");
    const Tick grid = next_start() + 128 * (1 + 9 * 18) + 1 + 34 + 20;
    world().cut_power(grid + 128 * 9 + T);
    EXPECT_EQ(session.command(block_text(0xA1)), "silent");
    EXPECT_EQ(damage({block_text(0xA1)}, {std::string{Factory}}), "");
}

/// Around the end of an answer: its last bit, its EOC, and after.
constexpr std::array<Tick, 12> AroundTheEnd{0,   63,  64,  127, 128, 129,
                                            190, 255, 256, 257, 320, 1000};

TEST_P(Tearing, CutAroundTheEndOfAnAnswerIsTheSameOnBothLevels) {
    use_lockstep();
    place(sample(block_text(0xA0)));
    std::uint8_t fill = 0xA0;
    for (const Tick after : AroundTheEnd) {
        SCOPED_TRACE(testing::Message() << "cut " << after << " after the third bit of the ACK");
        auto session = open(Factory);
        ASSERT_TRUE(opened_);
        ASSERT_EQ(session.command("A0 04"), "A");
        const Tick grid = next_start() + 128 * (1 + 9 * 18) + 1 + 34 + 20;
        world().cut_power(grid + 128 * 9 + T + 128 * 4 + after);
        EXPECT_EQ(session.command(block_text(++fill)), after < 256 ? "silent" : "A");
        EXPECT_EQ(damage({block_text(fill)}, {std::string{Factory}}), "");
        restart();
    }
}

TEST_P(Tearing, CutInsideTheReadersAuthenticationIsTheSameOnBothLevels) {
    use_lockstep();
    place(sample(block_text(0xA0)));
    const port::AuthRequest request{.block = 4,
                                    .key = base::SectorKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
                                    .uid = {0x10, 0xE2, 0xF0, 0xA1},
                                    .nr = {0x11, 0x22, 0x33, 0x44}};
    // L of nt by docs/choices.md: n = 35, AUTH of 36 bits; nt of 36 bits too.
    const Tick nonce_bits = 128 * (1 + 36) + 1 + 34 + 20 + 128 * 35 + 128 * 36;
    for (const Tick offset : AroundTheEnd) {
        for (const Tick later : {Tick{0}, Tick{1500}, Tick{11'000}, Tick{13'000}}) {
            SCOPED_TRACE(testing::Message() << "cut " << offset << " + " << later);
            to_active();
            world().cut_power(next_start() + nonce_bits + offset + later);
            EXPECT_EQ(authenticate(request).status == port::AuthStatus::NoNonce,
                      offset + later < 256);
            restart();
        }
    }
}

TEST_P(Tearing, TEAR_15_WornPageIsReadButNotWritten) {
    store::SectorStore::Options options;
    options.wear_limit = 1000;
    place(sample(value_text(100)), options);
    memory().set_wear(4, options.wear_limit);
    auto session = open(Factory);
    ASSERT_TRUE(opened_);
    ASSERT_EQ(session.command("A0 04"), "A");
    EXPECT_EQ(session.command(block_text(0xA1)), "4");
    EXPECT_EQ(damage({value_text(100)}, {std::string{Factory}}), "");
    // A TRANSFER has a valid buffer, so its refusal is 0 (docs/choices.md, NAK codes).
    restart();
    session = open(Factory);
    ASSERT_EQ(session.command("C1 04"), "A");
    ASSERT_EQ(session.command("01 00 00 00"), "silent");
    EXPECT_EQ(session.command("B0 04"), "0");
    EXPECT_EQ(damage({value_text(100)}, {std::string{Factory}}), "");
}

}  // namespace
}  // namespace system_test
