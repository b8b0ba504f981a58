// Commands of a type 2 memory on the card's RTL, without its rights: docs/choices.md, Type 2
// memory.
#include "tag_bench.hpp"

namespace type2_rtl {
namespace {

using picc_rtl::short_frame;
using picc_rtl::standard_frame;
using picc_rtl::with_crc;

using Type2Memory = TagTest;

const std::string Five = "0545 85C5";
const std::string Rest = "000000000000000000000000";  // of a COMPATIBILITY WRITE

TEST_F(Type2Memory, IsSelectedAsEveryCardOfSevenBytes) {
    EXPECT_EQ(bench->exchange(short_frame(0x26)).bytes(), hex("4400"));
    bench->exchange(short_frame(0x26));
    select();
    const Reply reply = send("30 00");
    expect_data(reply, pages(0, 4));
}

TEST_F(Type2Memory, ReadGivesFourPages) {
    select();
    for (const unsigned page : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 20U, 32U, 36U}) {
        SCOPED_TRACE(page);
        expect_data(reader->send({0x30, static_cast<std::uint8_t>(page)}, 8000), pages(page, 4));
    }
}

TEST_F(Type2Memory, ReadGoesOnAtPageZeroBehindTheLast) {
    struct Case {
        Kind kind;
        unsigned pages;
    };
    for (const Case c :
         {Case{Kind::Ultralight, 16}, Case{Kind::Ntag213, 45}, Case{Kind::Ntag215, 135},
          Case{Kind::Ntag216, 231}, Case{Kind::UltralightAes, 60}}) {
        SCOPED_TRACE(c.pages);
        make(c.kind);
        ASSERT_EQ(pages_of_card, c.pages);
        select();
        // The last page of NTAG cards holds PACK, the one before the password.
        const bool ntag = c.kind != Kind::Ultralight && c.kind != Kind::UltralightAes;
        const std::string end = ntag ? "00000000"
                                       "00000102"
                                     : pages(c.pages - 2, 2);
        expect_data(reader->send({0x30, static_cast<std::uint8_t>(c.pages - 2)}, 8000),
                    end + pages(0, 2));
        expect_data(reader->send({0x30, static_cast<std::uint8_t>(c.pages - 1)}, 8000),
                    end.substr(8) + pages(0, 3));
        expect_nak(reader->send({0x30, static_cast<std::uint8_t>(c.pages)}), 0);
        expect_nak(reader->send({0x30, 0xFF}), 0);
    }
}

TEST_F(Type2Memory, FastReadGivesAsManyPagesAsAreAsked) {
    for (const Kind kind : {Kind::Ntag213, Kind::Ntag215, Kind::Ntag216}) {
        make(kind);
        select();
        expect_data(send("3A 04 04"), pages(4, 1));
        expect_data(send("3A 00 0B"), pages(0, 12));
        expect_data(send("3A 05 13"), pages(5, 15));
        const auto last = static_cast<std::uint8_t>(pages_of_card - 1);
        expect_data(reader->send({0x3A, 0, last}, 8000), pages(0, pages_of_card - 2) +
                                                             "00000000"
                                                             "00000102");
        expect_data(reader->send({0x3A, last, last}, 8000), "00000102");
        expect_nak(send("3A 05 04"), 0);
        expect_nak(reader->send({0x3A, 0, static_cast<std::uint8_t>(last + 1)}), 0);
        expect_nak(reader->send({0x3A, static_cast<std::uint8_t>(last + 1),
                                 static_cast<std::uint8_t>(last + 2)}),
                   0);
        expect_nak(send("3A 05"), 0);
    }
    for (const Kind kind : {Kind::Ultralight, Kind::UltralightAes}) {
        make(kind);
        select();
        expect_unknown(send("3A 04 05"));
    }
}

TEST_F(Type2Memory, VersionTellsTheKind) {
    make(Kind::Ultralight);
    select();
    expect_unknown(send("60"));
    make(Kind::Ntag213);
    select();
    expect_data(send("60"), "00040402 01000F03");
    make(Kind::Ntag215);
    select();
    expect_data(send("60"), "00040402 01001103");
    make(Kind::Ntag216);
    select();
    expect_data(send("60"), "00040402 01001303");
    expect_nak(send("60 00"), 0);  // AUTH of another card
    make(Kind::UltralightAes);
    select();
    expect_data(send("60"), "00040301 04000F03");
}

TEST_F(Type2Memory, WriteChangesOnePage) {
    for (const Kind kind :
         {Kind::Ultralight, Kind::Ntag213, Kind::Ntag215, Kind::Ntag216, Kind::UltralightAes}) {
        make(kind);
        select();
        for (const unsigned page : {4U, 5U, 6U, 7U, pages_of_card - 6, 15U}) {
            SCOPED_TRACE(page);
            auto before = bench->memory;
            expect_written(reader->send({0xA2, static_cast<std::uint8_t>(page), 0xDE, 0xAD, 0xBE,
                                         static_cast<std::uint8_t>(page)},
                                        20000));
            const Bytes written{0xDE, 0xAD, 0xBE, static_cast<std::uint8_t>(page)};
            std::copy(written.begin(), written.end(), before[page / 4].begin() + 4 * (page % 4));
            EXPECT_EQ(bench->memory, before);
            expect_active();
        }
        // Programming starts at G + 1024 and takes its time.
        bench->program_ticks = 27136;
        const Reply reply = send("A2 04 01020304", 40000);
        expect_written(reply);
        EXPECT_EQ(bench->program_requests.back(),
                  bench->last_pause_end() + (reply.air.last_was_x ? 84 : 20) + 1024);
        EXPECT_EQ(get(4), "01020304");
    }
}

TEST_F(Type2Memory, WriteOfAPageThatIsNotThere) {
    for (const Kind kind :
         {Kind::Ultralight, Kind::Ntag213, Kind::Ntag215, Kind::Ntag216, Kind::UltralightAes}) {
        make(kind);
        select();
        const auto before = bench->memory;
        for (const unsigned page : {pages_of_card, 255U, 0U, 1U}) {
            expect_nak(reader->send({0xA2, static_cast<std::uint8_t>(page), 1, 2, 3, 4}), 0);
            expect_nak(reader->send({0xA0, static_cast<std::uint8_t>(page)}), 0);
        }
        EXPECT_EQ(bench->memory, before);
        EXPECT_TRUE(bench->program_requests.empty());
    }
}

TEST_F(Type2Memory, CompatibilityWriteTakesFourOfSixteenBytes) {
    for (const Kind kind : {Kind::Ultralight, Kind::Ntag215}) {
        make(kind);
        select();
        auto before = bench->memory;
        for (const unsigned page : {4U, 6U, 11U}) {
            expect_ack(reader->send({0xA0, static_cast<std::uint8_t>(page)}), Shortest);
            expect_written(send("DEADBEEF 0102030405060708090A0B0C", 20000));
            const Bytes written = hex("DEADBEEF");
            std::copy(written.begin(), written.end(), before[page / 4].begin() + 4 * (page % 4));
            EXPECT_EQ(bench->memory, before);
        }
        // The second part has sixteen bytes and nothing else.
        for (const char* part : {"DEADBEEF", "DEADBEEF 0102030405060708090A0B",
                                 "DEADBEEF 0102030405060708090A0B0C0D", "5000"}) {
            expect_ack(send("A0 05"), Shortest);
            expect_nak(send(part), 0);
        }
        expect_ack(send("A0 05"), Shortest);
        Bytes wrong = with_crc(hex("DEADBEEF" + Rest));
        wrong.back() ^= 1;
        expect_nak(reader->send_raw(wrong), 1);
        expect_ack(send("A0 05"), Shortest);
        EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
        expect_idle();
        EXPECT_EQ(bench->memory, before);
        // Nothing is left of the first part.
        select();
        expect_data(send("30 04"), pages(4, 4));
    }
}

TEST_F(Type2Memory, ProgrammingThatFails) {
    select();
    bench->program_fails = true;
    expect_nak(send("A2 05 01020304", 20000), 5, programmed());
    expect_ack(send("A0 05"), Shortest);
    expect_nak(send("01020304" + Rest, 20000), 5, programmed());
    EXPECT_EQ(hex(get(5)), hex(Five));
}

TEST_F(Type2Memory, SerialNumberIsReadOnlyAndOtpBitsAreOnlySet) {
    make(Kind::Ultralight);
    set(3, "01020408");
    select();
    expect_written(send("A2 03 10203040", 20000));
    EXPECT_EQ(get(3), "11223448");
    expect_written(send("A2 03 00000000", 20000));
    EXPECT_EQ(get(3), "11223448");
    expect_ack(send("A0 03"), Shortest);
    expect_written(send("8040 2010" + Rest, 20000));
    EXPECT_EQ(get(3), "91623458");
    // Bytes 0 and 1 of page 2 stay.
    expect_written(send("A2 02 FFFF 1000", 20000));
    EXPECT_EQ(get(2), "A5481000");
    expect_written(send("A2 02 0000 0801", 20000));
    EXPECT_EQ(get(2), "A5481801");
    EXPECT_EQ(pages(0, 2), "04183FAB09321B85");
}

TEST_F(Type2Memory, UnknownOrOfAnotherLength) {
    for (const Kind kind : {Kind::Ultralight, Kind::Ntag213, Kind::Ntag216, Kind::UltralightAes}) {
        make(kind);
        select();
        for (const char* frame : {"30",
                                  "30 04 00",
                                  "A2 04",
                                  "A2 04 010203",
                                  "A2 04 0102030405",
                                  "A0",
                                  "A0 04 00",
                                  "61 04",
                                  "39 00",
                                  "3C 00",
                                  "C0 04",
                                  "E0 50",
                                  "AF",
                                  "50",
                                  "50 01",
                                  "1A 01",
                                  "1A",
                                  "1B 123456",
                                  "1B 1234567800",
                                  "00",
                                  "40 00",
                                  "6A 01 CF 00 00"}) {
            SCOPED_TRACE(frame);
            const std::string code{frame, 2};
            if (code == "30" || code == "A2" || code == "A0")
                expect_nak(send(frame), 0);
            else
                expect_unknown(send(frame));
        }
        EXPECT_TRUE(bench->program_requests.empty());
    }
}

TEST_F(Type2Memory, WrongParityOrCrc) {
    select();
    Bytes wrong = with_crc(hex("30 04"));
    wrong.back() ^= 0x80;
    expect_nak(reader->send_raw(wrong), 1);
    expect_nak(reader->send_raw(hex("30")), 1);
    for (std::size_t byte = 0; byte < 8; ++byte) {
        const Reply reply = reader->send_raw(with_crc(hex("A2 05 01020304")), byte);
        expect_nak(reply, 1);
    }
    EXPECT_TRUE(bench->program_requests.empty());
}

TEST_F(Type2Memory, BrokenFramesEndTheSelectionInSilence) {
    select();
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
    expect_idle();
    select();
    EXPECT_TRUE(bench->exchange(picc_rtl::cut_frame(hex("30 04 26 EE"), 30)).silent());
    expect_idle();
    // A card woken from HALT goes back there, after a NAK too.
    select();
    EXPECT_TRUE(send("50 00").silent);
    expect_halt();
    ASSERT_TRUE(reader->activate(uid, true));
    const Reply reply = send("30 FF");
    ASSERT_TRUE(reply.nibble);
    EXPECT_EQ(*reply.nibble, 0U);
    expect_halt();
    ASSERT_TRUE(reader->activate(uid, true));
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
    expect_halt();
}

TEST_F(Type2Memory, NothingDependsOnHowFastTheStoreIsOrWhetherTicksArePassedOver) {
    for (const Tick latency : {1U, 15U}) {
        for (const bool skips : {true, false}) {
            make(Kind::Ntag216);
            bench->store_latency = latency;
            bench->skips = skips;
            select();
            expect_data(send("30 E3"), pages(0xE3, 2) +
                                           "00000000"
                                           "00000102");
            expect_data(send("3A 10 2F"), pages(0x10, 32));
            expect_written(send("A2 05 01020304", 20000));
            expect_written(send("A2 02 00000801", 20000));
            expect_nak(send("A2 03 01020304"), 0);
            expect_data(send("1B 12345678"), "9ABC");
            EXPECT_EQ(pages(2, 4),
                      "A548080100000000"
                      "044484C4"
                      "01020304");
        }
    }
}

}  // namespace
}  // namespace type2_rtl
