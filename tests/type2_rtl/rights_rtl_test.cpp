// Lock bits, first shut page, password of a type 2 memory on the card's RTL: docs/choices.md, Type
// 2 memory.
#include "tag_bench.hpp"

namespace type2_rtl {
namespace {

using picc_rtl::short_frame;

using Type2Rights = TagTest;

const std::string Zeros = "00000000";
const std::string Twelve = "000000000000000000000000";

Bytes write_of(unsigned page, std::uint8_t value = 0xFF) {
    return {0xA2, static_cast<std::uint8_t>(page), value, value, value, value};
}

/// Bits that no page is to have before it is written.
class Locks : public TagTest {
protected:
    /// Whether page `page` can be written, with lock bits as they stand.
    bool writable(unsigned page) {
        const Reply reply = reader->send(write_of(page, 0x0F), 20000);
        if (reply.nibble == Ack) return true;
        EXPECT_EQ(reply.nibble, 0U) << "page " << page;
        EXPECT_EQ(reply.air.index(), Shortest);
        select();
        return false;
    }
};

TEST_F(Locks, EachBitOfPageTwoLocksAPage) {
    make(Kind::Ultralight);
    select();
    for (unsigned bit = 3; bit < 16; ++bit) {
        set(2, 2, static_cast<std::uint8_t>((1U << bit) & 0xFF));
        set(2, 3, static_cast<std::uint8_t>((1U << bit) >> 8));
        for (const unsigned page : {3U, bit == 15 ? 4U : bit + 1, bit}) {
            SCOPED_TRACE(testing::Message() << "bit " << bit << " page " << page);
            EXPECT_EQ(writable(page), page != bit);
        }
        const Reply part = reader->send({0xA0, static_cast<std::uint8_t>(bit)});
        expect_nak(part, 0);
    }
    // The block lock bits lock no page; what is locked is read all the same.
    set(2, "A548FFFF");
    expect_data(send("30 04"), pages(4, 4));
    set(2, "A5480700");
    EXPECT_TRUE(writable(3));
    EXPECT_TRUE(writable(15));
}

TEST_F(Locks, BlockLockBitsFreezeLockBits) {
    struct Case {
        const char* before;
        const char* after;
    };
    for (const Case c : {Case{"A5480000", "A548FFFF"}, Case{"A5480100", "A548F7FF"},
                         Case{"A5480200", "A5480FFC"}, Case{"A5480400", "A548FF03"},
                         Case{"A5480700", "A5480700"}, Case{"A5482A01", "A5482FFD"}}) {
        SCOPED_TRACE(c.before);
        make(Kind::Ntag213);
        set(2, c.before);
        select();
        expect_written(reader->send(write_of(2), 20000));
        EXPECT_EQ(get(2), c.after);
        expect_written(reader->send(write_of(2, 0), 20000));
        EXPECT_EQ(get(2), c.after);
    }
    // The long way; page 3 has no such bits.
    make(Kind::Ultralight);
    set(2, "A5480200");
    set(3, "00000700");
    select();
    expect_ack(send("A0 02"), Shortest);
    expect_written(send("FFFFFFFF" + Twelve, 20000));
    EXPECT_EQ(get(2), "A5480FFC");
    make(Kind::Ultralight);
    set(3, "00000700");
    select();
    expect_written(reader->send(write_of(3, 0xF0), 20000));
    EXPECT_EQ(get(3), "F0F0F7F0");
}

TEST_F(Locks, DynamicLockBitsOfNtagCards) {
    struct Case {
        Kind kind;
        unsigned pages_a_bit;
        unsigned last_guarded;
    };
    for (const Case c :
         {Case{Kind::Ntag213, 2, 39}, Case{Kind::Ntag215, 16, 129}, Case{Kind::Ntag216, 16, 225}}) {
        make(c.kind);
        select();
        const unsigned bits = (c.last_guarded - 16) / c.pages_a_bit + 1;
        for (unsigned bit = 0; bit < bits; ++bit) {
            const unsigned first = 16 + bit * c.pages_a_bit;
            const unsigned last = std::min(first + c.pages_a_bit - 1, c.last_guarded);
            set(base, 0, static_cast<std::uint8_t>((1U << bit) & 0xFF));
            set(base, 1, static_cast<std::uint8_t>((1U << bit) >> 8));
            SCOPED_TRACE(testing::Message() << "bit " << bit << " from page " << first);
            EXPECT_FALSE(writable(first));
            EXPECT_FALSE(writable(last));
            EXPECT_TRUE(writable(first - 1));
            if (last < c.last_guarded) {
                EXPECT_TRUE(writable(last + 1));
            }
        }
        // All of them lock neither what lies before nor the configuration.
        set(base, 0, 0xFF);
        set(base, 1, 0xFF);
        EXPECT_TRUE(writable(15));
        EXPECT_TRUE(writable(base));
        EXPECT_TRUE(writable(base + 3));
        EXPECT_TRUE(writable(base + 4));
        expect_written(
            reader->send({0xA2, static_cast<std::uint8_t>(base + 1), 4, 0, 0, 0xFF}, 20000));
    }
    // Others have none.
    make(Kind::UltralightAes);
    set(base, "FFFFFFFF");
    select();
    EXPECT_TRUE(writable(16));
    EXPECT_TRUE(writable(0x27));
    EXPECT_TRUE(writable(0x28));
    EXPECT_EQ(get(0x28), "0F0F0F0F");
}

TEST_F(Locks, DynamicLockBitsAreOnlySetAndFreeze) {
    for (const Kind kind : {Kind::Ntag213, Kind::Ntag215, Kind::Ntag216}) {
        make(kind);
        set(base, "010000BD");
        select();
        expect_written(
            reader->send({0xA2, static_cast<std::uint8_t>(base), 0x10, 0x20, 0x00, 0x42}, 20000));
        EXPECT_EQ(get(base), "112000FF");
        // Bit i freezes lock bits 2 i and 2 i + 1.
        for (unsigned bit = 0; bit < 8; ++bit) {
            set(base, 0, 0);
            set(base, 1, 0);
            set(base, 2, static_cast<std::uint8_t>(1U << bit));
            expect_written(reader->send(write_of(base), 20000));
            const unsigned left = 0xFFFFU & ~(3U << (2 * bit));
            EXPECT_EQ(picc_rtl::to_text({static_cast<std::uint8_t>(left),
                                         static_cast<std::uint8_t>(left >> 8), 0xFF, 0xFF}),
                      get(base));
        }
    }
}

TEST_F(Type2Rights, WritingIsShutFromAuth0On) {
    for (const Kind kind : {Kind::Ntag213, Kind::Ntag215, Kind::Ntag216, Kind::UltralightAes}) {
        make(kind);
        set(base + 1, 3, 0x0A);
        select();
        expect_written(reader->send(write_of(9), 20000));
        for (const unsigned page : {0x0AU, 0x0BU, base + 1, pages_of_card - 1}) {
            expect_nak(reader->send(write_of(page), 20000), 0);
            expect_nak(reader->send({0xA0, static_cast<std::uint8_t>(page)}), 0);
        }
        expect_data(send("30 08"), pages(8, 4));
        expect_data(send("30 0A"), pages(10, 4));
    }
    // An Ultralight has no such byte.
    make(Kind::Ultralight);
    for (unsigned page = 16; page < 256; ++page) set(page, "00000000");
    select();
    expect_written(reader->send(write_of(15), 20000));
    expect_data(send("30 0D"), pages(13, 3) + pages(0, 1));
}

TEST_F(Type2Rights, ReadingIsShutTooWhenTheAccessByteSaysSo) {
    for (const Kind kind : {Kind::Ntag213, Kind::Ntag215, Kind::Ntag216, Kind::UltralightAes}) {
        make(kind);
        set(base + 1, 3, 0x0A);
        set(base + 2, 0, 0x80);
        select();
        expect_data(send("30 06"), pages(6, 4));
        expect_data(send("30 08"), pages(8, 2) + pages(0, 2));
        expect_data(send("30 09"), pages(9, 1) + pages(0, 3));
        for (const unsigned page : {0x0AU, 0x0BU, base + 1, pages_of_card - 1})
            expect_nak(reader->send({0x30, static_cast<std::uint8_t>(page)}), 0);
        if (kind == Kind::UltralightAes) continue;
        expect_data(send("3A 04 09"), pages(4, 6));
        expect_nak(send("3A 04 0A"), 0);
        expect_nak(send("3A 0A 0A"), 0);
        expect_data(send("1B 12345678"), "9ABC");
        expect_data(send("30 08"), pages(8, 4));
        expect_data(send("3A 08 0C"), pages(8, 5));
        expect_written(reader->send(write_of(0x0B), 20000));
    }
    // From page 0 on nothing is left.
    make(Kind::Ntag213);
    set(base + 1, 3, 0);
    set(base + 2, 0, 0x80);
    select();
    expect_nak(send("30 00"), 0);
    expect_nak(send("3A 00 00"), 0);
    expect_data(send("60"), "00040402 01000F03");
}

TEST_F(Type2Rights, AnAuth0BehindTheLastPageShutsNothing) {
    set(base + 1, 3, 45);
    set(base + 2, 0, 0x80);
    select();
    expect_data(send("30 2B"), Zeros + "00000102" + pages(0, 2));
    expect_written(reader->send(write_of(0x2C), 20000));
    expect_nak(send("30 2D"), 0);
}

TEST_F(Type2Rights, PasswordAndPackReadAsZeros) {
    for (const Kind kind : {Kind::Ntag213, Kind::Ntag215, Kind::Ntag216}) {
        make(kind);
        select();
        const auto config = static_cast<std::uint8_t>(base + 1);
        const auto last = static_cast<std::uint8_t>(base + 4);
        expect_data(send("1B 12345678"), "9ABC");
        expect_data(reader->send({0x30, config}, 8000), pages(config, 2) + Zeros + "00000102");
        expect_data(reader->send({0x3A, config, last}, 8000),
                    pages(config, 2) + Zeros + "00000102");
        // They can be written, and then hold.
        expect_written(reader->send(
            {0xA2, static_cast<std::uint8_t>(base + 3), 0xCA, 0xFE, 0xBA, 0xBE}, 20000));
        expect_written(reader->send({0xA2, last, 0x55, 0xAA, 0x00, 0x00}, 20000));
        expect_nak(send("1B 12345678"), 0);
        expect_data(send("1B CAFEBABE"), "55AA");
    }
}

TEST_F(Type2Rights, PasswordOpensUntilTheSelectionEnds) {
    set(base + 1, 3, 4);
    set(base + 2, 0, 0x80);
    select();
    expect_nak(send("30 04"), 0);
    // Each bit counts.
    for (unsigned bit = 0; bit < 32; bit += 5) {
        Bytes wrong = hex("1B 12345678");
        wrong[1 + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        expect_nak(reader->send(wrong), 0);
        expect_nak(send("30 04"), 0);
    }
    expect_data(send("1B 12345678"), "9ABC");
    expect_data(send("30 04"), pages(4, 4));
    expect_data(send("30 2C"), "00000102" + pages(0, 3));
    // Fall-back, another PWD_AUTH, HLTA, field loss.
    expect_nak(send("30 FF"), 0);
    expect_nak(send("30 04"), 0);
    expect_data(send("1B 12345678"), "9ABC");
    expect_nak(send("1B 12345679"), 0);
    expect_nak(send("30 04"), 0);
    expect_data(send("1B 12345678"), "9ABC");
    EXPECT_TRUE(send("50 00").silent);
    ASSERT_TRUE(reader->activate(uid, true));
    EXPECT_EQ(send("30 04").nibble, 0U);
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());  // HALT
    ASSERT_TRUE(reader->activate(uid, true));
    expect_data(send("1B 12345678"), "9ABC");
    bench->power_cycle();
    select();
    expect_nak(send("30 04"), 0);
    EXPECT_EQ(bench->memory[256], (std::array<std::uint8_t, 16>{}));
}

TEST_F(Type2Rights, OnlyNtagCardsKnowThePassword) {
    for (const Kind kind : {Kind::Ultralight, Kind::UltralightAes}) {
        make(kind);
        select();
        expect_unknown(send("1B 00000000"));
    }
}

TEST_F(Type2Rights, ConfigurationLock) {
    for (const Kind kind : {Kind::Ntag213, Kind::Ntag215, Kind::Ntag216, Kind::UltralightAes}) {
        make(kind);
        select();
        const auto first = static_cast<std::uint8_t>(base + 1);
        const auto second = static_cast<std::uint8_t>(base + 2);
        expect_written(reader->send({0xA2, second, 0x40, 5, 0, 0}, 20000));
        expect_nak(reader->send({0xA2, first, 4, 0, 0, 0xFF}, 20000), 0);
        expect_nak(reader->send({0xA2, second, 0, 5, 0, 0}, 20000), 0);
        expect_nak(reader->send({0xA0, second}), 0);
        expect_written(reader->send(write_of(base), 20000));
        expect_written(reader->send(write_of(base + 3), 20000));
        EXPECT_EQ(get(second), "40050000");
        bench->power_cycle();
        select();
        expect_nak(reader->send({0xA2, second, 0, 5, 0, 0}, 20000), 0);
    }
}

TEST_F(Type2Rights, WrongPasswordsAreCounted) {
    for (const unsigned limit : {1U, 2U, 3U}) {
        make(Kind::Ntag213);
        set(base + 2, 0, static_cast<std::uint8_t>(limit));
        select();
        const unsigned tries = 1U << limit;
        // A right one clears the count.
        for (unsigned n = 1; n < tries; ++n) {
            expect_nak(send("1B 00000000", 20000), 0, programmed());
            EXPECT_EQ(bench->memory[256][0], n);
        }
        expect_data(send("1B 12345678", 20000), "9ABC", programmed());
        EXPECT_EQ(bench->memory[256][0], 0);
        expect_data(send("1B 12345678", 20000), "9ABC");
        for (unsigned n = 1; n <= tries; ++n) {
            expect_nak(send("1B 12345670", 20000), 0, programmed());
            EXPECT_EQ(bench->memory[256][0], n);
            if (n == 1) bench->power_cycle();
            if (n == 1) select();
        }
        const std::size_t programmings = bench->program_requests.size();
        for (const char* any : {"1B 12345678", "1B 00000000"}) expect_nak(send(any, 20000), 4);
        bench->power_cycle();
        select();
        expect_nak(send("1B 12345678", 20000), 4);
        EXPECT_EQ(bench->memory[256][0], tries);
        EXPECT_EQ(bench->program_requests.size(), programmings);
        // Programming writes nothing else.
        for (std::size_t i = 1; i < 16; ++i) EXPECT_EQ(bench->memory[256][i], 0);
    }
}

TEST_F(Type2Rights, ManyWrongPasswords) {
    set(base + 2, 0, 7);
    bench->memory[256][0] = 127;
    select();
    expect_nak(send("1B 00000000", 20000), 0, programmed());
    EXPECT_EQ(bench->memory[256][0], 128);
    expect_nak(send("1B 12345678", 20000), 4);
    // Without a limit the count neither grows nor counts.
    set(base + 2, 0, 0);
    expect_nak(send("1B 00000000"), 0);
    expect_data(send("1B 12345678"), "9ABC");
    EXPECT_EQ(bench->memory[256][0], 128);
}

TEST_F(Type2Rights, CountThatCannotBeKeptGivesNothingAway) {
    set(base + 2, 0, 3);
    bench->memory[256][0] = 2;
    bench->program_fails = true;
    select();
    expect_nak(send("1B 00000000", 20000), 5, programmed());
    expect_nak(send("1B 12345678", 20000), 5, programmed());
    set(base + 1, 3, 0);
    expect_nak(reader->send(write_of(8), 20000), 0);
    // Cut while it is programmed: as it was, and nothing was said.
    bench->program_fails = false;
    bench->program_ticks = 27136;
    bench->send_only(picc_rtl::standard_frame(picc_rtl::with_crc(hex("1B 00000000"))), 12000);
    bench->power_cycle();
    EXPECT_EQ(bench->memory[256][0], 2);
}

}  // namespace
}  // namespace type2_rtl
