// Frames of the client protocol, cut out of a stream.
#include "control/frame.hpp"

#include <gtest/gtest.h>

namespace {

using control::Frame;
using control::FrameReader;

TEST(Frame, HasTypeSequenceAndLength) {
    EXPECT_EQ((Frame{0x10, 7, {0xAA, 0xBB}}.bytes()),
              (base::Bytes{0x10, 0x07, 0x00, 0x02, 0xAA, 0xBB}));
    EXPECT_THROW((void)(Frame{1, 1, base::Bytes(4097)}.bytes()), std::invalid_argument);
}

TEST(Frame, IsFoundHoweverTheStreamIsCut) {
    const Frame first{0x01, 1, {}};
    const Frame second{0x20, 2, base::Bytes(4096, 5)};
    auto stream = first.bytes();
    const auto more = second.bytes();
    stream.insert(stream.end(), more.begin(), more.end());
    for (const std::size_t piece : {1U, 3U, 5U, 1000U, 5000U}) {
        FrameReader reader;
        std::vector<Frame> found;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            reader.feed(base::ByteView{stream}.subspan(at, std::min(piece, stream.size() - at)));
            while (auto frame = reader.next()) found.push_back(*frame);
        }
        EXPECT_EQ(found, (std::vector<Frame>{first, second})) << piece;
    }
}

TEST(Frame, ThatIsTooLongBreaksTheStream) {
    FrameReader reader;
    reader.feed(base::Bytes{0x01, 0x00, 0x10, 0x01});
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.broken());
    reader.feed(Frame{1, 1, {}}.bytes());
    EXPECT_FALSE(reader.next());
}

}  // namespace
