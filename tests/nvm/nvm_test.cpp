// Cells: what a whole and what a cut step leaves behind (design.md, "NVM is not ideal").
#include "nvm/nvm.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "nvm/crc_32.hpp"

namespace {

using nvm::Nvm;
using nvm::PageBytes;
using nvm::Step;

base::Bytes page_of(std::uint8_t value) { return base::Bytes(PageBytes, value); }

Nvm programmed(std::uint64_t seed, std::uint8_t value) {
    Nvm memory{4, seed, 100};
    memory.run({Step::Kind::Program, 1, page_of(value)});
    return memory;
}

TEST(Nvm, ProgramSetsBitsAndEraseClearsThem) {
    Nvm memory{4, 1, 100};
    EXPECT_TRUE(memory.blank(1));
    memory.run({Step::Kind::Program, 1, page_of(0x81)});
    EXPECT_EQ(memory.read(1), page_of(0x81));
    memory.run({Step::Kind::Program, 1, page_of(0x18)});
    EXPECT_EQ(memory.read(1), page_of(0x99)) << "programming never clears";
    EXPECT_FALSE(memory.blank(1));
    memory.run({Step::Kind::Erase, 1, {}});
    EXPECT_EQ(memory.read(1), page_of(0x00));
    EXPECT_TRUE(memory.blank(1));
    EXPECT_EQ(memory.weak_bits(), 0U);
    EXPECT_EQ(memory.read(0), page_of(0x00));
}

TEST(Nvm, TornStepLeavesBitsThatReadDifferentlyEachTime) {
    Nvm memory = programmed(1, 0xFF);
    memory.tear({Step::Kind::Erase, 1, {}}, 128);
    EXPECT_GT(memory.weak_bits(), 0U);
    std::set<base::Bytes> seen;
    for (unsigned i = 0; i < 20; ++i) seen.insert(memory.read(1));
    EXPECT_GT(seen.size(), 1U);
    memory.run({Step::Kind::Erase, 1, {}});
    EXPECT_TRUE(memory.blank(1));
}

TEST(Nvm, ProgressMovesBitsFromOldToNew) {
    const auto ones = [](Nvm& memory) {
        std::size_t count = 0;
        for (const std::uint8_t byte : memory.read(1))
            for (unsigned bit = 0; bit < 8; ++bit) count += (byte >> bit) & 1U;
        return count;
    };
    Nvm early = programmed(1, 0xFF);
    early.tear({Step::Kind::Erase, 1, {}}, 20);
    Nvm late = programmed(1, 0xFF);
    late.tear({Step::Kind::Erase, 1, {}}, 230);
    EXPECT_GT(ones(early), 450U);
    EXPECT_LT(ones(late), 60U);
    Nvm none = programmed(1, 0xFF);
    none.tear({Step::Kind::Erase, 1, {}}, 0);
    EXPECT_EQ(none.read(1), page_of(0xFF));
    EXPECT_EQ(none.weak_bits(), 0U);
}

TEST(Nvm, ATornStepNeverWeakensWhatIsFirmAlready) {
    for (unsigned progress = 0; progress < 256; progress += 5) {
        Nvm memory = programmed(progress, 0xA5);
        memory.tear({Step::Kind::Program, 1, page_of(0xA5)}, progress);
        EXPECT_EQ(memory.weak_bits(), 0U);
        EXPECT_EQ(memory.read(1), page_of(0xA5));
    }
}

TEST(Nvm, APageWithWeakBitsIsNotBlank) {
    unsigned weak_only = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Nvm memory{1, seed, 100};
        memory.tear({Step::Kind::Program, 0, page_of(0x01)}, 10);
        if (memory.weak_bits() == 0) continue;
        ++weak_only;
        EXPECT_FALSE(memory.blank(0));
    }
    EXPECT_GT(weak_only, 10U);
}

TEST(Nvm, SameSeedSameTear) {
    Nvm one = programmed(7, 0xFF);
    Nvm two = programmed(7, 0xFF);
    Nvm other = programmed(8, 0xFF);
    for (Nvm* memory : {&one, &two, &other}) memory->tear({Step::Kind::Erase, 1, {}}, 100);
    EXPECT_EQ(one.state(), two.state());
    EXPECT_EQ(one.read(1), two.read(1));
    EXPECT_NE(one.state().cells, other.state().cells);
}

TEST(Nvm, CountsErasesAndKnowsItsLimit) {
    Nvm memory{2, 1, 3};
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_FALSE(memory.worn(0));
        memory.run({Step::Kind::Erase, 0, {}});
    }
    EXPECT_EQ(memory.erases(0), 3U);
    EXPECT_TRUE(memory.worn(0));
    EXPECT_FALSE(memory.worn(1));
}

TEST(Nvm, StateThatDoesNotFitIsRefused) {
    Nvm::State state = programmed(1, 0xFF).state();
    EXPECT_EQ(Nvm{state}.state(), state);
    state.weak.pop_back();
    EXPECT_THROW(Nvm{state}, std::invalid_argument);
}

// The check value of CRC-32/ISO-HDLC in every catalogue of CRCs.
TEST(Crc32, CheckValue) {
    constexpr std::string_view Text = "123456789";
    const base::Bytes bytes(Text.begin(), Text.end());
    EXPECT_EQ(~nvm::crc_32(bytes, nvm::Crc32Start), 0xCBF43926U);
}

}  // namespace
