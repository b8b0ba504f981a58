// `cartouche new`: what a user gets for the names and options they give.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "dump/card_image.hpp"
#include "store/card_file.hpp"

namespace {

namespace fs = std::filesystem;

class New : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "new.XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    /// The line it ends with, or nothing when it did its job.
    static std::string run(const std::string& arguments) {
        CLI::App app;
        cli::Context context;
        cli::add_new(app, context);
        try {
            app.parse("new " + arguments);
        } catch (const cli::Failure& failure) {
            EXPECT_EQ(failure.exit_code(), cli::WrongUse);
            return failure.what();
        } catch (const std::exception& error) {
            return error.what();
        }
        EXPECT_EQ(context.exit_code, 0);
        return {};
    }
    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    fs::path folder_;
};

// Sheet mifare-classic 1, 1.1, 1.2; test plan C1K.
TEST_F(New, WritesADeliveryCardInEachFormat) {
    for (const std::string name : {"a.mfd", "a.bin", "a.eml", "a.json", "a.nfc"}) {
        ASSERT_EQ(run(path(name) + " --kind 1k --uid 10E2F0A1"), "");
        const dump::CardImage image = dump::load(path(name));
        EXPECT_EQ(image.format, dump::format_of(name));
        EXPECT_EQ(image.kind, port::CardKind::Classic1k);
        EXPECT_EQ(base::to_hex(image.uid), "10E2F0A1");
        EXPECT_EQ(image.atqa, 0x0004);
        EXPECT_EQ(image.sak, 0x08);
        EXPECT_EQ(base::to_hex(image.blocks[0]).substr(0, 16), "10E2F0A1A3080400");
        EXPECT_EQ(base::to_hex(image.blocks[63]), "FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
    }
}

TEST_F(New, WritesAWholeCard) {
    ASSERT_EQ(run(path("a.nvm") + " --kind 4k --uid 04183F09321B85"), "");
    const store::Card card = store::load_card(path("a.nvm"));
    EXPECT_EQ(card.profile.kind, port::CardKind::Classic4k);
    EXPECT_EQ(base::to_hex(card.profile.uid), "04183F09321B85");
    EXPECT_EQ(card.profile.atqa, 0x0042);
    EXPECT_EQ(card.profile.sak, 0x18);
    EXPECT_EQ(card.memory.contents().size(), 256U);
    EXPECT_EQ(base::to_hex(card.memory.contents()[255]), "FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
    EXPECT_EQ(card.memory.configuration(), port::Block{});
}

// docs/choices.md, Type 2 memory.
TEST_F(New, WritesCardsOfPages) {
    ASSERT_EQ(run(path("a.nfc") + " --kind ntag213 --uid 04AC6B72BA6C80"), "");
    const dump::CardImage image = dump::load(path("a.nfc"));
    EXPECT_EQ(image.kind, port::CardKind::Ntag213);
    EXPECT_EQ(image.atqa, 0x0044);
    EXPECT_EQ(image.sak, 0x00);
    EXPECT_EQ(base::to_hex(image.blocks[0]), "04AC6B4B72BA6C8024480000E1101200");

    ASSERT_EQ(run(path("a.nvm") + " --kind ultralight-aes"), "");
    const store::Card card = store::load_card(path("a.nvm"));
    EXPECT_EQ(card.profile.kind, port::CardKind::UltralightAes);
    EXPECT_EQ(card.profile.uid.size(), 7U);
    EXPECT_EQ(card.profile.uid[0], 0x04);

    EXPECT_EQ(run(path("b.mfd") + " --kind ultralight --uid 10E2F0A1"),
              "--uid: type 2 memory has a UID of 7 bytes");
    EXPECT_EQ(run(path("b.nvm") + " --kind ntag216 --chip"),
              "--kind: a card with a card OS has the sectors of mini, 1k or 4k");
}

TEST_F(New, WithoutUidTheSeedGivesOne) {
    ASSERT_EQ(run(path("a.mfd") + " --kind mini"), "");
    ASSERT_EQ(run(path("b.mfd") + " --kind mini"), "");
    ASSERT_EQ(run(path("c.mfd") + " --kind mini --uid-seed 2"), "");
    EXPECT_EQ(dump::load(path("a.mfd")).uid, dump::load(path("b.mfd")).uid);
    EXPECT_NE(dump::load(path("a.mfd")).uid, dump::load(path("c.mfd")).uid);
    for (unsigned seed = 0; seed < 60; ++seed) {
        ASSERT_EQ(run(path("d.mfd") + " --force --uid-seed " + std::to_string(seed)), "");
        const base::Bytes uid = dump::load(path("d.mfd")).uid;
        ASSERT_EQ(uid.size(), 4U);
        ASSERT_NE(uid[0] & 0x0FU, 0x08U) << "seed " << seed;
        ASSERT_NE(uid[0] & 0x0FU, 0x0FU) << "seed " << seed;
    }
}

TEST_F(New, KeepsWhatIsThereUnlessForced) {
    ASSERT_EQ(run(path("a.mfd") + " --uid 10E2F0A1"), "");
    EXPECT_EQ(run(path("a.mfd") + " --uid 14579F69"),
              path("a.mfd") + ": exists already; --force replaces it");
    EXPECT_EQ(base::to_hex(dump::load(path("a.mfd")).uid), "10E2F0A1");
    ASSERT_EQ(run(path("a.mfd") + " --uid 14579F69 --force"), "");
    EXPECT_EQ(base::to_hex(dump::load(path("a.mfd")).uid), "14579F69");
}

TEST_F(New, AFormatThatCannotHoldItIsRefused) {
    const std::string reason =
        ": this format cannot keep such a UID, ATQA or SAK; take .json, .nfc or .nvm";
    EXPECT_EQ(run(path("a.mfd") + " --uid 04112233445566778899"), path("a.mfd") + reason);
    EXPECT_EQ(run(path("a.eml") + " --sak 88"), path("a.eml") + reason);
    EXPECT_EQ(run(path("a.json") + " --uid 04112233445566778899 --atqa 0084 --sak 88"), "");
    const dump::CardImage image = dump::load(path("a.json"));
    EXPECT_EQ(base::to_hex(image.uid), "04112233445566778899");
    EXPECT_EQ(image.atqa, 0x0084);
    EXPECT_EQ(image.sak, 0x88);
}

TEST_F(New, WrongUseIsRefusedAndWritesNothing) {
    EXPECT_EQ(run(path("a.txt")),
              path("a.txt") + ": the name must end in .mfd, .bin, .eml, .json, .nfc or .nvm");
    EXPECT_NE(run(path("a.mfd") + " --kind 2k"), "");
    EXPECT_NE(run(path("a.mfd") + " --uid 0418"), "");
    EXPECT_NE(run(path("a.mfd") + " --uid 0418ZZ00"), "");
    EXPECT_NE(run(path("a.mfd") + " --atqa 4"), "");
    EXPECT_NE(run(path("a.mfd") + " --sak 0808"), "");
    EXPECT_NE(run(""), "");
    EXPECT_NE(run(path("none/a.mfd")), "");
    EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
