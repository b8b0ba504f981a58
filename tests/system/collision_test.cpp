// Several cards in one field: what the cards do (test plan, COLL-10 and COLL-11), and that our
// reader finds them all. What the reader sends is tested in tests/reader.
#include <map>
#include <random>
#include <set>

#include "mifare_cards.hpp"
#include "reader/reader.hpp"

namespace system_test {
namespace {

class Collision : public LevelTest {
protected:
    static constexpr Tick FieldOff = 67'800;

    /// Slots of the cards that answered since the last call.
    std::set<unsigned> answered() {
        world().wait_until(world().now());  // the recorder is told of a frame once its end is sure
        std::set<unsigned> slots;
        for (; seen_ < recorder().frames.size(); ++seen_) {
            const auto& frame = recorder().frames[seen_];
            if (frame.source == port::AirFrame::Source::Picc) slots.insert(frame.slot);
        }
        return slots;
    }

    void find_all(unsigned cards, unsigned runs, unsigned seed);

private:
    std::size_t seen_ = 0;
};
ON_BOTH_LEVELS(Collision);

using Slots = std::set<unsigned>;

TEST_P(Collision, COLL_10_LoserIsSilentToTheSelectionOfTheOther) {
    place(c1k());
    place(with_uid(c1k(), "10 E2 F0 B1"));
    short_frame(0x26);
    EXPECT_EQ(answered(), (Slots{0, 1}));
    send("93 20");
    EXPECT_EQ(answered(), (Slots{0, 1}));
    send(part("93 55 10 E2 F0 01", 5));
    EXPECT_EQ(answered(), Slots{0});
    EXPECT_EQ(send("93 70 10 E2 F0 A1 A3 A2 4D"), "08 B6 DD");
    EXPECT_EQ(answered(), Slots{0});
    EXPECT_EQ(send("50 00 57 CD"), "silent");
    EXPECT_EQ(short_frame(0x26), "04 00");
    EXPECT_EQ(answered(), Slots{1});
    EXPECT_EQ(send("93 20"), "10 E2 F0 B1 B3");
}

TEST_P(Collision, COLL_11_ReqaLeavesTheHaltedCardAlone) {
    place(c1k());
    place(with_uid(c1k(), "10 E2 F0 B1"));
    const auto halt_the_first = [&] {
        to_ready();
        EXPECT_EQ(send("93 70 10 E2 F0 A1 A3 A2 4D"), "08 B6 DD");
        EXPECT_EQ(send("50 00 57 CD"), "silent");
        answered();
    };
    halt_the_first();
    EXPECT_EQ(short_frame(0x26), "04 00");
    EXPECT_EQ(answered(), Slots{1});
    field_off(FieldOff);
    halt_the_first();
    EXPECT_EQ(short_frame(0x52), "04 00");
    EXPECT_EQ(answered(), (Slots{0, 1}));
}

/// A UID of 4, 7 or 10 bytes that ISO/IEC 14443-3, 6.5.4 allows: 88 is the cascade tag. `narrow`
/// draws from few values, so that cards share long beginnings.
Bytes random_uid(std::mt19937& random, bool narrow) {
    static constexpr std::array<std::uint8_t, 4> Few{0x10, 0x90, 0x8A, 0x80};
    const std::size_t size = 4 + 3 * (random() % 3);
    while (true) {
        Bytes uid(size);
        for (auto& byte : uid)
            byte = narrow ? Few[random() % Few.size()] : static_cast<std::uint8_t>(random());
        const auto tagged = [&](std::size_t at) { return at < size && uid[at] == 0x88; };
        if (!tagged(0) && !(size >= 7 && tagged(3)) && !(size == 10 && tagged(6))) return uid;
    }
}

void Collision::find_all(unsigned cards, unsigned runs, unsigned seed) {
    SCOPED_TRACE(testing::Message() << cards << " cards, seed " << seed);
    std::mt19937 random{seed};
    const auto draw = [&](bool narrow) {
        std::set<Bytes> uids;
        while (uids.size() < cards) uids.insert(random_uid(random, narrow));
        return uids;
    };
    const auto card_with = [](const Bytes& uid) {
        // ISO/IEC 14443-3, 6.5.2: bits 8 and 7 of the ATQA tell the size of the UID.
        Card card = with_uid(c1k(), base::to_hex(uid));
        card.profile.atqa = static_cast<std::uint16_t>(0x0004 + 0x40 * ((uid.size() - 4) / 3));
        return card;
    };
    std::map<std::size_t, unsigned> sizes;
    std::vector<std::unique_ptr<store::SectorStore>> stores(cards);
    std::optional<reader::Reader> reader;
    for (unsigned run = 0; run < runs; ++run) {
        SCOPED_TRACE(testing::Message() << "run " << run);
        const std::set<Bytes> uids = draw(run % 2 == 1);
        unsigned slot = 0;
        for (const Bytes& uid : uids) {
            ++sizes[uid.size()];
            const Card card = card_with(uid);
            if (run == 0) {
                place(card);
                continue;
            }
            world().remove(slot);
            stores[slot] = std::make_unique<store::SectorStore>(card.blocks);
            world().place(slot, card.profile, *stores[slot]);
            ++slot;
        }
        if (!reader) reader.emplace(world());
        std::multiset<Bytes> found;
        for (const auto& card : reader->list()) found.insert(card.uid);
        ASSERT_EQ(found, (std::multiset<Bytes>{uids.begin(), uids.end()}));
        reader->field_off();
    }
    EXPECT_EQ(sizes.size(), 3U) << "all sizes of UIDs";
}

// The runs of rtl, which take a second each, are the first of those of tlm.
TEST_P(Collision, TwoCardsWithRandomUidsAreFound) { find_all(2, on_rtl() ? 24 : 500, 2); }

TEST_P(Collision, EightCardsWithRandomUidsAreFound) { find_all(8, on_rtl() ? 12 : 500, 8); }

}  // namespace
}  // namespace system_test
