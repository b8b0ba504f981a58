#include "tag_bench.hpp"

namespace type2_rtl {

using picc_rtl::short_frame;
using picc_rtl::to_text;
using picc_rtl::with_crc;

void TagTest::make(Kind kind, const Bytes& uid_of_card) {
    kind_ = kind;
    uid = uid_of_card;
    reader.reset();
    bench.reset();
    picc_rtl::Card card;
    card.uid = uid;
    card.atqa = 0x0044;
    card.sak = 0x00;
    card.kind = static_cast<int>(kind);
    bench = std::make_unique<PiccBench>(card);
    reader = std::make_unique<picc_rtl::MifareReader>(*bench);
    for (unsigned page = 0; page < 256; ++page) {
        for (unsigned i = 0; i < 4; ++i) set(page, i, static_cast<std::uint8_t>(page + 0x40 * i));
    }
    set(0, "04183FAB");
    set(1, "09321B85");
    set(2, "A5480000");
    set(3, "00000000");
    switch (kind) {
        case Kind::Ultralight:
            pages_of_card = 16;
            base = 0;
            break;
        case Kind::Ntag213:
            pages_of_card = 45;
            base = 0x28;
            break;
        case Kind::Ntag215:
            pages_of_card = 135;
            base = 0x82;
            break;
        case Kind::Ntag216:
            pages_of_card = 231;
            base = 0xE2;
            break;
        case Kind::UltralightAes:
            pages_of_card = 60;
            base = 0x28;
            break;
    }
    if (base == 0) return;
    if (kind != Kind::UltralightAes) {
        set(base, "000000BD");
        set(base + 3, "12345678");
        set(base + 4, "9ABC0102");
    } else {
        for (unsigned page = 0x30; page < 0x34; ++page) set(page, "00000000");
    }
    set(base + 1, "040000FF");
    set(base + 2, "00050000");
}

void TagTest::set(unsigned page, const std::string& text) {
    const Bytes bytes = hex(text);
    ASSERT_EQ(bytes.size(), 4U);
    for (unsigned i = 0; i < 4; ++i) set(page, i, bytes[i]);
}

void TagTest::set(unsigned page, unsigned byte, std::uint8_t value) {
    bench->memory.at(page / 4).at(4 * (page % 4) + byte) = value;
}

std::string TagTest::get(unsigned page) const { return pages(page, 1); }

std::string TagTest::pages(unsigned page, unsigned count) const {
    Bytes bytes;
    for (unsigned at = 4 * page; at < 4 * (page + count); ++at)
        bytes.push_back(bench->memory.at(at / 16).at(at % 16));
    return to_text(bytes);
}

void TagTest::select() { ASSERT_TRUE(reader->activate(uid)); }

void TagTest::expect_data(const Reply& reply, const std::string& text, std::int64_t index) const {
    EXPECT_EQ(to_text(reply.data), to_text(with_crc(hex(text))));
    EXPECT_TRUE(reply.parity_ok);
    if (!reply.silent) {
        EXPECT_EQ(reply.air.index(), index);
    }
}

void TagTest::expect_ack(const Reply& reply, std::int64_t index) const {
    ASSERT_TRUE(reply.nibble) << "no 4-bit answer";
    EXPECT_EQ(*reply.nibble, Ack);
    EXPECT_EQ(reply.air.index(), index);
}

void TagTest::expect_nak(const Reply& reply, unsigned code, std::int64_t index) {
    ASSERT_TRUE(reply.nibble) << "no 4-bit answer";
    EXPECT_EQ(*reply.nibble, code);
    EXPECT_EQ(reply.air.index(), index);
    select();
}

void TagTest::expect_unknown(const Reply& reply) {
    if (kind_ != Kind::Ultralight) return expect_nak(reply, 0);
    EXPECT_TRUE(reply.silent);
    expect_idle();
    select();
}

void TagTest::expect_idle() {
    EXPECT_FALSE(bench->exchange(short_frame(0x26)).silent()) << "not in IDLE";
    bench->exchange(short_frame(0x26));  // back to IDLE
}

void TagTest::expect_halt() {
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
    EXPECT_FALSE(bench->exchange(short_frame(0x52)).silent());
    bench->exchange(short_frame(0x26));
}

void TagTest::expect_active() { EXPECT_EQ(send("30 00").data.size(), 18U); }

}  // namespace type2_rtl
