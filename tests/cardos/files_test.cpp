// Elementary files, and that freed memory never shows what it held.
#include "cardos/files.hpp"

#include "apdu/tlv.hpp"
#include "card.hpp"

namespace {

using cardos::AppData;
using cardos::Files;
using Kind = cardos::Files::Kind;

struct Bench {
    store::SectorStore::Options options = [] {
        store::SectorStore::Options made;
        made.object_pages = 64;
        return made;
    }();
    store::SectorStore store{port::CardKind::Mini, options};
    store::Objects objects{store.memory(), store.object_root(), store.object_heap(), 27'136};
    store::Work work{1'000};

    Bench() {
        objects.format();
        EXPECT_TRUE(objects.mount());
        objects.begin();
    }
    void keep() {
        ASSERT_TRUE(objects.commit(work));
        objects.begin();
    }
};

TEST(Files, ReadAndUpdateBinary) {
    Bench bench;
    Files files{AppData{bench.objects, 3}};
    files.make(0x15, bench::hex("00112233445566778899"));
    EXPECT_EQ(base::to_hex(files.read_binary(0x15, 2, 3).bytes()), "2233449000");
    EXPECT_EQ(base::to_hex(files.read_binary(0x15, 8, 256).bytes()), "88999000");
    EXPECT_EQ(base::to_hex(files.read_binary(0x15, 8, 5).bytes()), "88996282");
    EXPECT_EQ(files.read_binary(0x15, 11, 1).sw, 0x6B00);
    EXPECT_EQ(files.read_binary(0x16, 0, 1).sw, 0x6A82);
    EXPECT_EQ(files.update_binary(0x15, 8, bench::hex("ABCD")), 0x9000);
    EXPECT_EQ(files.update_binary(0x15, 9, bench::hex("ABCD")), 0x6A84);
    EXPECT_EQ(base::to_hex(files.read_binary(0x15, 7, 3).bytes()), "77ABCD9000");
    EXPECT_EQ(files.read_record(0x15, 1, 256).sw, 0x6981);
}

TEST(Files, RecordsAreLinearOrCyclic) {
    Bench bench;
    Files files{AppData{bench.objects, 3}};
    files.make_records(1, Kind::Linear, 4, 3);
    EXPECT_EQ(files.update_record(1, 2, bench::hex("010203")), 0x9000);
    EXPECT_EQ(base::to_hex(files.read_record(1, 2, 4).bytes()), "010203009000");
    EXPECT_EQ(files.read_record(1, 2, 5).sw, 0x6C04);
    EXPECT_EQ(files.read_record(1, 4, 4).sw, 0x6A83);
    EXPECT_EQ(files.update_record(1, 0, bench::hex("01")), 0x6A83);
    EXPECT_EQ(files.update_record(1, 1, bench::hex("0102030405")), 0x6700);
    EXPECT_EQ(files.append(1, bench::hex("01020304")), 0x6981);
    files.make_records(2, Kind::Cyclic, 1, 2);
    for (const auto* record : {"0A", "0B", "0C"})
        EXPECT_EQ(files.append(2, bench::hex(record)), 0x9000);
    EXPECT_EQ(base::to_hex(files.read_record(2, 1, 1).bytes()), "0C9000");
    EXPECT_EQ(base::to_hex(files.read_record(2, 2, 1).bytes()), "0B9000");
}

TEST(Isolation, ISO_10_FreedMemoryReadsAsNothing) {
    Bench bench;
    AppData old{bench.objects, 3};
    Files files{old};
    files.make(0x15, base::Bytes(300, 0xA5));
    old.write(7, base::Bytes(16, 0x5A));
    bench.keep();
    old.clear();
    bench.keep();
    EXPECT_FALSE(old.read(7)) << "the next one in the same slot";
    EXPECT_FALSE(files.exists(0x15));
    files.make_records(0x15, Kind::Linear, 100, 3);
    bench.keep();
    for (std::uint8_t record = 1; record <= 3; ++record)
        EXPECT_EQ(files.read_record(0x15, record, 100).data, base::Bytes(100, 0));
    const auto cells = bench.store.memory().cells().state().cells;
    EXPECT_EQ(std::count(cells.begin(), cells.end(), 0xA5), 0);
    EXPECT_EQ(std::count(cells.begin(), cells.end(), 0x5A), 0);
}

TEST(Isolation, AnApplicationNamesItsOwnObjectsOnly) {
    Bench bench;
    AppData mine{bench.objects, 3};
    AppData others{bench.objects, 4};
    mine.write(1, bench::hex("AA"));
    others.write(1, bench::hex("BB"));
    others.clear();
    EXPECT_EQ(mine.read(1), bench::hex("AA"));
    EXPECT_FALSE(others.read(1));
}

}  // namespace
