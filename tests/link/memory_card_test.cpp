// PC/SC storage commands on a MIFARE Classic card, over the air of the model (mifare-contact-access
// sheet, section 4; status words: docs/choices.md).
#include "link/memory_card.hpp"

#include <gtest/gtest.h>

#include "link/contactless_card.hpp"
#include "mifare_cards.hpp"

namespace link_test {
namespace {

using system_test::c1k;

const std::string LoadFactoryKey = "FF 82 00 00 06 FF FF FF FF FF FF";
const std::string AuthenticateA = "FF 86 00 00 05 01 00 04 60 00";
const std::string AuthenticateB = "FF 86 00 00 05 01 00 04 61 00";
const std::string ReadBlock4 = "FF B0 00 04 10";
const std::string Block4 = "64 00 00 00 9B FF FF FF 64 00 00 00 04 FB 04 FB";

class MemoryCard : public system_test::LevelTest {
protected:
    void insert(const system_test::Card& card) {
        place(card);
        reader_ = std::make_unique<reader::Reader>(world());
        card_ = std::make_unique<hostlink::ContactlessCard>(*reader_);
        ASSERT_FALSE(card_->power_on().empty());
    }
    std::string send(std::string_view command) {
        return base::to_hex(card_->transmit(base::from_hex(command).value()), " ");
    }
    hostlink::ContactlessCard& card() { return *card_; }

private:
    std::unique_ptr<reader::Reader> reader_;
    std::unique_ptr<hostlink::ContactlessCard> card_;
};
ON_BOTH_LEVELS(MemoryCard);

TEST_P(MemoryCard, ReadsAndWritesWhatWasAuthenticatedFor) {
    insert(system_test::with_block(c1k(), 4, Block4));
    EXPECT_EQ(send(LoadFactoryKey), "90 00");
    EXPECT_EQ(send(ReadBlock4), "69 82") << "not before authentication";
    EXPECT_EQ(send(AuthenticateA), "90 00");
    EXPECT_EQ(send(ReadBlock4), Block4 + " 90 00");
    EXPECT_EQ(send("FF B0 00 04 00"), Block4 + " 90 00");
    EXPECT_EQ(send("FF B0 00 04 04"), "64 00 00 00 90 00");
    EXPECT_EQ(send("FF B0 00 04 20"), Block4 + " 62 82");
    EXPECT_EQ(send("FF D6 00 05 10 000102030405060708090A0B0C0D0E0F"), "90 00");
    EXPECT_EQ(send("FF B0 00 05 10"), "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 90 00");
    // Another sector in the same session, by its other key.
    EXPECT_EQ(send("FF 86 00 00 05 01 00 3C 60 00"), "90 00");
    EXPECT_EQ(send("FF B0 00 3C 02"), "00 00 90 00");
    EXPECT_EQ(send("FF CA 00 00 00"), "10 E2 F0 A1 90 00");
    EXPECT_EQ(send("FF B0 00 3C 02"), "00 00 90 00") << "the UID is the reader's to tell";
}

TEST_P(MemoryCard, RefusalsEndTheSessionAndTheCardStays) {
    insert(system_test::with_block(c1k(), 4, Block4));
    EXPECT_EQ(send("FF 82 20 01 06 A0 A1 A2 A3 A4 A5"), "90 00");
    EXPECT_EQ(send(LoadFactoryKey), "90 00");
    EXPECT_EQ(send("FF 86 00 00 05 01 00 04 60 01"), "69 82") << "wrong key";
    EXPECT_EQ(send(ReadBlock4), "69 82");
    EXPECT_EQ(send(AuthenticateA), "90 00");
    EXPECT_EQ(send("FF B0 00 08 10"), "69 82") << "another sector";
    EXPECT_EQ(send(ReadBlock4), "69 82") << "the card has dropped the session";
    // Key B can be read in delivery: it opens nothing.
    EXPECT_EQ(send(AuthenticateB), "90 00");
    EXPECT_EQ(send(ReadBlock4), "69 82");
    EXPECT_EQ(send("FF 86 00 00 05 01 00 00 60 00"), "90 00");
    EXPECT_EQ(send("FF D6 00 00 10 000102030405060708090A0B0C0D0E0F"), "69 82") << "block 0";
    EXPECT_EQ(send(AuthenticateA), "90 00");
    EXPECT_FALSE(card().reset().empty());
    EXPECT_EQ(send(ReadBlock4), "69 82") << "a reset ends the session";
    EXPECT_EQ(send(AuthenticateA), "90 00") << "the reader still has the keys";
}

TEST_P(MemoryCard, CommandsThatMakeNoSense) {
    insert(c1k());
    EXPECT_EQ(send("FF 82 80 00 06 FF FF FF FF FF FF"), "69 83") << "keys of the reader's own";
    EXPECT_EQ(send("FF 82 40 00 06 FF FF FF FF FF FF"), "69 85") << "encrypted";
    EXPECT_EQ(send("FF 82 01 00 06 FF FF FF FF FF FF"), "6A 86");
    EXPECT_EQ(send("FF 82 00 20 06 FF FF FF FF FF FF"), "69 88");
    EXPECT_EQ(send("FF 82 00 00 05 FF FF FF FF FF"), "69 89");
    EXPECT_EQ(send(AuthenticateA), "69 88") << "no such key yet";
    EXPECT_EQ(send("FF 82 00 1F 06 FF FF FF FF FF FF"), "90 00");
    EXPECT_EQ(send("FF 86 00 00 05 01 00 04 60 1F"), "90 00");
    EXPECT_EQ(send("FF 86 00 00 05 01 00 04 60 20"), "69 88");
    EXPECT_EQ(send("FF 86 00 00 05 01 00 04 62 1F"), "69 86");
    EXPECT_EQ(send("FF 86 00 00 05 01 00 40 60 1F"), "6A 82") << "a 1K card has 64 blocks";
    EXPECT_EQ(send("FF 86 00 00 05 01 01 04 60 1F"), "6A 82");
    EXPECT_EQ(send("FF 86 00 00 05 02 00 04 60 1F"), "6A 80");
    EXPECT_EQ(send("FF 86 00 00 04 01 00 04 60"), "67 00");
    EXPECT_EQ(send("FF 86 00 01 05 01 00 04 60 1F"), "6A 86");
    EXPECT_EQ(send("FF B0 00 40 10"), "6A 82");
    EXPECT_EQ(send("FF B0 01 04 10"), "6A 82");
    EXPECT_EQ(send("FF B0 00 04"), "67 00");
    EXPECT_EQ(send("FF D6 00 04 0F 000102030405060708090A0B0C0D0E"), "67 00");
    EXPECT_EQ(send("FF D6 00 40 10 000102030405060708090A0B0C0D0E0F"), "6A 82");
    EXPECT_EQ(send("FF 88 00 04 60 00"), "67 00");
    EXPECT_EQ(send("FF 88 00 04 02 60 00"), "6D 00");
    EXPECT_EQ(send("00 B0 00 04 10"), "6E 00");
    EXPECT_EQ(send("FF B0 00 04 04"), "00 00 00 00 90 00") << "the session is still there";
}

TEST_P(MemoryCard, CardThatIsTakenAwayIsGone) {
    insert(c1k());
    EXPECT_EQ(send(LoadFactoryKey), "90 00");
    EXPECT_EQ(send(AuthenticateA), "90 00");
    world().remove(0);
    EXPECT_EQ(send(ReadBlock4), "");
    EXPECT_EQ(send(LoadFactoryKey), "") << "no power";
    EXPECT_TRUE(card().power_on().empty());
}

TEST_P(MemoryCard, A4kCardHas256Blocks) {
    insert(system_test::c4k());
    EXPECT_EQ(send(LoadFactoryKey), "90 00");
    EXPECT_EQ(send("FF 86 00 00 05 01 00 FF 60 00"), "90 00");
    EXPECT_EQ(send("FF B0 00 F0 01"), "00 90 00");
}

}  // namespace
}  // namespace link_test
