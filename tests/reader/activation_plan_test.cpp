// Reader rows of activation, frames and collisions on both levels (test plan, FRAME-A, ANTI, COLL).
#include <gtest/gtest.h>

#include <set>

#include "base/hex.hpp"
#include "level.hpp"
#include "reader/reader.hpp"

namespace reader_test {
namespace {

using reader::Reader;
using reader::Status;
using reader::Wake;
using system_test::bytes;
using system_test::c1k;
using system_test::c1k7;
using system_test::with_crc;
using system_test::with_uid;

/// A card that answers each frame of its script, over and over.
system_test::ScriptedAnswers script(std::vector<std::pair<base::Bits, base::Bits>> dialogue) {
    return system_test::ScriptedAnswers{
        [dialogue = std::move(dialogue)](const port::AirFrame& frame) -> std::optional<base::Bits> {
            for (const auto& [sent, answer] : dialogue)
                if (sent == frame.bits) return answer;
            return std::nullopt;
        }};
}

const base::Bits Reqa = system_test::low_bits(0x26, 7);

class Level : public system_test::LevelTest {
protected:
    Reader& reader() {
        if (!reader_) reader_ = std::make_unique<Reader>(world());
        return *reader_;
    }
    /// The reader's frames as text, short frames as their bits.
    std::vector<std::string> sent() {
        std::vector<std::string> all;
        for (const auto& frame : recorder().frames)
            if (frame.source == port::AirFrame::Source::Pcd)
                all.push_back(system_test::text_of(frame.bits));
        return all;
    }
    std::string uid(const reader::Selected& found) {
        return found.status == Status::Ok ? base::to_hex(found.card.uid, " ")
                                          : std::string{reader::to_string(found.status)};
    }
    /// Frames with `sel` and a SELECT's NVB.
    bool selected(std::string_view sel) {
        for (const auto& frame : sent())
            if (frame.substr(0, 5) == std::string{sel} + " 70") return true;
        return false;
    }
    /// Frame number `index` of the reader must be these bits.
    void expect_sent(std::size_t index, const base::Bits& bits) {
        ASSERT_GT(sent().size(), index);
        EXPECT_EQ(sent()[index], system_test::text_of(bits));
    }

private:
    std::unique_ptr<Reader> reader_;
};

class Frame : public Level {};
class Anticol : public Level {};
class Collision : public Level {};
ON_BOTH_LEVELS(Frame);
ON_BOTH_LEVELS(Anticol);
ON_BOTH_LEVELS(Collision);

TEST_P(Frame, FRAME_A_18_ParityErrorIsReportedAndNothingSelected) {
    auto card = script({{Reqa, bytes("04 00")},
                        {bytes("93 20"), system_test::flipped(bytes("10 E2 F0 A1 A3"), 17)}});
    place(card);
    EXPECT_EQ(reader().activate(Wake::Idle, 1).status, Status::Parity);
    EXPECT_FALSE(selected("93"));
    const auto answer = reader().transceive({.data = {0x93, 0x20}});
    EXPECT_TRUE(answer.errors.parity);
    EXPECT_EQ(base::to_hex(answer.data, " "), "10 E2 F0 A1 A3");
}

TEST_P(Frame, FRAME_A_19_FourBitsAreFourBits) {
    auto card = script({{with_crc("30 00"), system_test::low_bits(5, 4)}});
    place(card);
    const auto answer = reader().transceive({.data = {0x30, 0x00}, .tx_crc = true});
    EXPECT_FALSE(answer.silent);
    EXPECT_EQ(answer.last_bits, 4U);
    EXPECT_EQ(answer.data, base::Bytes{0x05});
    EXPECT_FALSE(answer.errors.any());
}

TEST_P(Frame, FRAME_A_20_AnswerBeyondTheBufferOverflows) {
    std::string hex;
    for (unsigned i = 0; i < 257; ++i) {
        const auto byte = static_cast<std::uint8_t>(i);
        hex += base::to_hex({&byte, 1});
    }
    auto card = script({{with_crc("30 00"), bytes(hex)}, {Reqa, bytes("04 00")}});
    place(card);
    const auto answer = reader().transceive({.data = {0x30, 0x00}, .tx_crc = true});
    EXPECT_TRUE(answer.errors.overflow);
    EXPECT_EQ(base::to_hex(answer.data), hex.substr(0, 512));
    EXPECT_EQ(reader().request(Wake::Idle).status, Status::Ok);
}

TEST_P(Anticol, ANTI_34_CascadeTagByteAloneIsNoSecondLevel) {
    auto card = script({{Reqa, bytes("04 00")},
                        {bytes("93 20"), bytes("88 77 66 55 CC")},
                        {with_crc("93 70 88 77 66 55 CC"), with_crc("08")}});
    place(card);
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "88 77 66 55");
    for (const auto& frame : sent()) EXPECT_NE(frame.substr(0, 2), "95");
}

TEST_P(Anticol, ANTI_35_CascadeBitDecidesOtherBitsDoNot) {
    auto card = script({{Reqa, bytes("44 00")},
                        {bytes("93 20"), bytes("88 04 18 3F AB")},
                        {with_crc("93 70 88 04 18 3F AB"), bytes("24 D8 36")},
                        {bytes("95 20"), bytes("09 32 1B 85 A5")},
                        {with_crc("95 70 09 32 1B 85 A5"), with_crc("08")}});
    place(card);
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "04 18 3F 09 32 1B 85");
    expect_sent(3, bytes("95 20"));
}

TEST_P(Anticol, ANTI_36_WrongCheckByteIsReportedAndNothingSelected) {
    auto card = script({{Reqa, bytes("04 00")}, {bytes("93 20"), bytes("10 E2 F0 A1 A2")}});
    place(card);
    EXPECT_EQ(reader().activate(Wake::Idle, 1).status, Status::UidCheck);
    EXPECT_FALSE(selected("93"));
}

TEST_P(Collision, COLL_01_CollisionInTheFourthByte) {
    place(c1k());
    place(with_uid(c1k(), "10 E2 F0 B1"));
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "10 E2 F0 B1");
    expect_sent(2, system_test::part("93 55 10 E2 F0 11", 5));
    expect_sent(3, with_crc("93 70 10 E2 F0 B1 B3"));
}

TEST_P(Collision, COLL_02_CollisionInTheFirstBit) {
    place(c1k());
    place(with_uid(c1k(), "11 E2 F0 A1"));
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "11 E2 F0 A1");
    expect_sent(2, system_test::part("93 21 01", 1));
    expect_sent(3, with_crc("93 70 11 E2 F0 A1 A2"));
}

TEST_P(Collision, COLL_03_CollisionInTheLastBitOfAByte) {
    place(c1k());
    place(with_uid(c1k(), "90 E2 F0 A1"));
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "90 E2 F0 A1");
    expect_sent(2, bytes("93 30 90"));
    expect_sent(3, with_crc("93 70 90 E2 F0 A1 23"));
}

TEST_P(Collision, COLL_04_CollisionInTheLastBitOfTheUid) {
    place(c1k());
    place(with_uid(c1k(), "10 E2 F0 21"));
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "10 E2 F0 A1");
    expect_sent(2, bytes("93 60 10 E2 F0 A1"));
    std::vector<std::string> answers;
    for (const auto& frame : recorder().frames)
        if (frame.source == port::AirFrame::Source::Picc)
            answers.push_back(system_test::text_of(frame.bits));
    ASSERT_GE(answers.size(), 3U);
    EXPECT_EQ(answers[answers.size() - 2], "A3");
}

TEST_P(Collision, COLL_05_SizesOfUidMix) {
    place(c1k());
    place(c1k7());
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "04 18 3F 09 32 1B 85");
    expect_sent(2, system_test::part("93 24 08", 4));
    EXPECT_EQ(reader().halt(), Status::Ok);
    EXPECT_EQ(uid(reader().activate(Wake::Idle, 1)), "10 E2 F0 A1");
}

TEST_P(Collision, COLL_06_OverlaidAtqaIsNoError) {
    place(c1k());
    place(c1k7());
    const auto answer = reader().transceive({.data = {0x26}, .last_bits = 7});
    EXPECT_TRUE(answer.errors.collision);
    EXPECT_EQ(base::to_hex(answer.data, " "), "44 00");
    EXPECT_EQ(base::to_hex(answer.collisions, " "), "40 00");
    EXPECT_EQ(reader().activate(Wake::Idle, 2).status, Status::Ok);
    const auto all = sent();
    EXPECT_NE(std::find(all.begin(), all.end(), "93 20"), all.end());
}

TEST_P(Collision, COLL_07_CollidedParityIsNotJudged) {
    place(c1k());
    place(with_uid(c1k(), "11 E2 F0 A1"));
    reader().request(Wake::Idle);
    const auto answer = reader().transceive({.data = {0x93, 0x20}});
    EXPECT_TRUE(answer.errors.collision);
    EXPECT_FALSE(answer.errors.parity);
    ASSERT_FALSE(answer.collisions.empty());
    EXPECT_EQ(answer.collisions[0], 0x01);
}

TEST_P(Collision, COLL_08_EveryCardIsListed) {
    place(c1k());
    place(with_uid(c1k(), "10 E2 F0 B1"));
    place(with_uid(c1k(), "14 57 9F 69"));
    std::set<std::string> uids;
    for (const auto& card : reader().list()) uids.insert(base::to_hex(card.uid, " "));
    EXPECT_EQ(uids, (std::set<std::string>{"10 E2 F0 A1", "10 E2 F0 B1", "14 57 9F 69"}));
    std::size_t anticollision = 0;
    for (const auto& frame : recorder().frames)
        anticollision += frame.source == port::AirFrame::Source::Pcd && frame.bits.size() > 7 &&
                         system_test::text_of(frame.bits).substr(0, 5) != "93 70";
    EXPECT_LE(anticollision, 3 * 32U);
    EXPECT_EQ(reader().request(Wake::Idle).status, Status::Silent);
}

TEST_P(Collision, COLL_09_TwinsAreOneCard) {
    place(c1k());
    place(c1k());
    const auto cards = reader().list();
    ASSERT_EQ(cards.size(), 1U);
    EXPECT_EQ(base::to_hex(cards[0].uid, " "), "10 E2 F0 A1");
}

TEST_P(Collision, COLL_14_CardLeavesBeforeItsSelect) {
    unsigned requests = 0;
    system_test::ScriptedAnswers card{
        [&](const port::AirFrame& frame) -> std::optional<base::Bits> {
            if (frame.bits == Reqa) {
                ++requests;
                return bytes("04 00");
            }
            if (frame.bits == bytes("93 20")) return bytes("10 E2 F0 A1 A3");
            return std::nullopt;
        }};
    place(card);
    EXPECT_EQ(reader().activate(Wake::Idle).status, Status::Silent);
    EXPECT_LE(requests, 3U);
}

}  // namespace
}  // namespace reader_test
