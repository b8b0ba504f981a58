// Recorded sessions with type 2 memories, given to the card's RTL: every answer bit for bit.
#include "recording.hpp"
#include "tag_bench.hpp"

namespace type2_rtl {
namespace {

using picc_rtl::to_text;

class Type2Recording : public TagTest {
protected:
    /// Sends what the reader sent and compares what the card says; returns the number of answers.
    unsigned replay(const std::vector<Recorded>& frames) {
        unsigned answers = 0;
        for (std::size_t n = 0; n < frames.size(); ++n) {
            if (frames[n].from_card) continue;
            const auto answer = bench->exchange(frames[n].bits, {}, 8000);
            const bool answered = n + 1 < frames.size() && frames[n + 1].from_card;
            const picc_rtl::Answer expected{.bits =
                                                answered ? frames[n + 1].bits : picc_rtl::Bits{}};
            EXPECT_EQ(answer.bits, expected.bits)
                << "frame " << n << ", " << to_text(answer.bytes()) << " for "
                << to_text(expected.bytes());
            answers += answered ? 1U : 0U;
        }
        return answers;
    }
};

TEST_F(Type2Recording, PasswordAndReadingOfAnNtag) {
    const auto frames = recorded("hf_14a_mfu.trace");
    if (frames.empty()) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    for (const Kind kind : {Kind::Ntag213, Kind::Ntag215, Kind::Ntag216}) {
        make(kind, hex("04A81D12DE5F80"));
        for (unsigned page = 4; page < 16; ++page) set(page, "00000000");
        set(base + 3, "DAE55796");
        set(base + 4, "ABDA0000");
        EXPECT_EQ(replay(frames), 11U);
    }
}

}  // namespace
}  // namespace type2_rtl
