// The file that holds a whole card.
#include "store/card_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "nvm/crc_32.hpp"
#include "store/objects.hpp"

namespace {

using port::Block;
using store::SectorStore;

constexpr base::Tick T = 27'136;

port::CardProfile sample_profile() {
    port::CardProfile profile;
    profile.kind = port::CardKind::Mini;
    profile.uid = {0x04, 0x18, 0x3F, 0x09, 0x32, 0x1B, 0x85};
    profile.atqa = 0x0044;
    profile.sak = 0x09;
    profile.nak_silent = true;
    profile.nonce_unpredictable = true;
    profile.prng_seed = 0x1234;
    profile.nonce_seed = 0x89ABCDEF;
    return profile;
}

Block filled(std::uint8_t value) {
    Block block{};
    block.fill(value);
    return block;
}

/// A folder of its own that goes away again.
class CardFile : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "card_file.XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(CardFile, KeepsEverythingOfTheCard) {
    SectorStore memory{port::CardKind::Mini};
    (void)memory.program(5, filled(0x5A), 0);
    (void)memory.program(port::ConfigurationBlock, filled(0x21), T);
    memory.set_wear(9, 777);
    const base::Tick now = 2 * T;
    EXPECT_EQ(memory.read(5, now), filled(0x5A));

    store::save_card(sample_profile(), memory, folder_ / "card.nvm");
    store::Card card = store::load_card(folder_ / "card.nvm");
    EXPECT_EQ(card.profile.kind, port::CardKind::Mini);
    EXPECT_EQ(card.profile.uid, sample_profile().uid);
    EXPECT_EQ(card.profile.atqa, 0x0044);
    EXPECT_EQ(card.profile.sak, 0x09);
    EXPECT_TRUE(card.profile.nak_silent);
    EXPECT_TRUE(card.profile.nonce_unpredictable);
    EXPECT_FALSE(card.profile.random_uid);
    EXPECT_EQ(card.profile.prng_seed, 0x1234);
    EXPECT_EQ(card.profile.nonce_seed, 0x89ABCDEFU);
    EXPECT_EQ(card.memory.contents(), memory.contents());
    EXPECT_EQ(card.memory.configuration(), filled(0x21));
    EXPECT_EQ(card.memory.settled_cells(), memory.settled_cells());
}

TEST_F(CardFile, SavedInTheMiddleOfAWriteHoldsTheWholeWrite) {
    SectorStore memory{port::CardKind::Mini};
    (void)memory.program(5, filled(0x5A), 1'000);
    (void)memory.read(0, 1'000 + T / 2);
    store::save_card(sample_profile(), memory, folder_ / "card.nvm");
    EXPECT_EQ(store::load_card(folder_ / "card.nvm").memory.contents()[5], filled(0x5A));
    // The card itself goes on as if nothing had been.
    EXPECT_EQ(memory.read(5, 1'000 + T - 1), Block{});
    EXPECT_EQ(memory.read(5, 1'000 + T), filled(0x5A));
}

TEST_F(CardFile, SavedAfterACutHoldsWhatThePowerUpWillFind) {
    for (base::Tick cut = 1'000; cut <= 1'000 + T; cut += 997) {
        SectorStore memory{port::CardKind::Mini};
        (void)memory.program(5, filled(0x5A), 1'000);
        memory.power_lost(cut);
        store::save_card(sample_profile(), memory, folder_ / "card.nvm");
        const auto saved = store::load_card(folder_ / "card.nvm").memory.contents();
        const auto foreseen = memory.contents();
        memory.power_up(cut + 9'000);
        EXPECT_EQ(foreseen[5], memory.read(5, cut + 20'000)) << "cut at " << cut;
        EXPECT_EQ(saved[5], memory.read(5, cut + 20'000)) << "cut at " << cut;
    }
}

TEST_F(CardFile, ABrokenFileGivesFileOffsetAndReason) {
    const base::Bytes good = store::serialise(sample_profile(), SectorStore{port::CardKind::Mini});
    const auto refused = [](const base::Bytes& content) -> std::string {
        try {
            (void)store::parse_card(content, "card.nvm");
        } catch (const base::FileError& error) {
            return error.what();
        }
        return "accepted";
    };
    for (std::size_t size = 0; size < good.size(); size += 1 + size / 16) {
        const std::string text = refused({good.begin(), good.begin() + static_cast<long>(size)});
        EXPECT_TRUE(text.starts_with("card.nvm: offset ")) << size << ": " << text;
    }
    for (std::size_t at = 0; at < good.size(); at += 1 + at / 32) {
        base::Bytes broken = good;
        broken[at] ^= 0x10;
        EXPECT_NE(refused(broken), "accepted") << "byte " << at;
    }
    base::Bytes newer = good;
    newer[8] = 4;
    EXPECT_EQ(refused(newer), "card.nvm: offset 10: version 4, this program reads versions 1 to 3");
    base::Bytes longer = good;
    longer.push_back(0);
    EXPECT_NE(refused(longer), "accepted");
}

TEST_F(CardFile, KeepsAtsAndObjects) {
    port::CardProfile profile = sample_profile();
    profile.sak = 0x20;
    profile.ats = {0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
    SectorStore::Options options;
    options.object_pages = 32;
    SectorStore memory{port::CardKind::Mini, options};
    store::Objects objects{memory.memory(), memory.object_root(), memory.object_heap(), T};
    objects.format();
    ASSERT_TRUE(objects.mount());
    store::Work work;
    objects.begin();
    objects.write(0x01020304, base::Bytes(100, 0xC3));
    ASSERT_TRUE(objects.commit(work));

    store::Card card = store::parse_card(store::serialise(profile, memory), "card.nvm");
    EXPECT_EQ(card.profile.ats, profile.ats);
    EXPECT_EQ(card.memory.options().object_pages, 32U);
    store::Objects read{card.memory.memory(), card.memory.object_root(), card.memory.object_heap(),
                        T};
    ASSERT_TRUE(read.mount());
    EXPECT_EQ(read.read(0x01020304), base::Bytes(100, 0xC3));
}

constexpr long AtsAt = 8 + 2 + 1 + 1 + 10 + 2 + 1 + 1 + 2 + 4;
constexpr long TypeBAt = AtsAt + 1 + 20;
constexpr long TypeBBytes = 1 + 1 + 7;

/// `content` as another version, without the bytes from `from` to `to`, its checksum right again.
base::Bytes as_version(base::Bytes content, std::uint8_t version, long from, long to) {
    content[8] = version;
    content.erase(content.begin() + from, content.begin() + to);
    content.erase(content.end() - 4, content.end());
    const std::uint32_t crc = nvm::crc_32(content, nvm::Crc32Start);
    for (unsigned i = 0; i < 4; ++i) content.push_back(static_cast<std::uint8_t>(crc >> (8 * i)));
    return content;
}

TEST_F(CardFile, VersionOneIsStillRead) {
    const SectorStore memory{port::CardKind::Mini};
    const base::Bytes old =
        as_version(store::serialise(sample_profile(), memory), 1, AtsAt, TypeBAt + TypeBBytes + 4);
    const store::Card card = store::parse_card(old, "card.nvm");
    EXPECT_EQ(card.memory.contents(), memory.contents());
    EXPECT_TRUE(card.profile.ats.empty());
}

TEST_F(CardFile, VersionTwoIsOfTypeA) {
    const SectorStore memory{port::CardKind::Mini};
    port::CardProfile profile = sample_profile();
    profile.ats = {0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
    const base::Bytes old =
        as_version(store::serialise(profile, memory), 2, TypeBAt, TypeBAt + TypeBBytes);
    const store::Card card = store::parse_card(old, "card.nvm");
    EXPECT_EQ(card.memory.contents(), memory.contents());
    EXPECT_EQ(card.profile.ats, profile.ats);
    EXPECT_EQ(card.profile.technology, port::Technology::A);
}

TEST_F(CardFile, KeepsTypeB) {
    port::CardProfile profile = sample_profile();
    profile.technology = port::Technology::B;
    profile.uid = {0x56, 0x64, 0x73, 0xF2};
    profile.afi = 0x11;
    profile.atqb = {0x01, 0x02, 0x03, 0x04, 0x77, 0x81, 0x91};
    const SectorStore memory{port::CardKind::Mini};
    const base::Bytes file = store::serialise(profile, memory);
    const store::Card card = store::parse_card(file, "card.nvm");
    EXPECT_EQ(card.profile.technology, port::Technology::B);
    EXPECT_EQ(card.profile.uid, profile.uid);
    EXPECT_EQ(card.profile.afi, 0x11);
    EXPECT_EQ(card.profile.atqb, profile.atqb);

    const auto refused = [](const base::Bytes& content) {
        EXPECT_THROW((void)store::parse_card(content, "card.nvm"), base::FileError);
    };
    base::Bytes unknown = file;
    unknown[TypeBAt] = 2;
    refused(as_version(unknown, 3, 0, 0));
    profile.uid = {0x04, 0x18, 0x3F, 0x09, 0x32, 0x1B, 0x85};
    refused(store::serialise(profile, memory));
}

TEST_F(CardFile, CellsOfAnotherKindAreRefused) {
    port::CardProfile profile = sample_profile();
    profile.kind = port::CardKind::Classic1k;
    EXPECT_THROW((void)store::serialise(profile, SectorStore{port::CardKind::Mini}),
                 std::invalid_argument);
}

}  // namespace
